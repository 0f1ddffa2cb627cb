//! The other process of the rows that need two: this program as a service on the bench's store.

use std::io::{BufRead, BufReader};
use std::path::PathBuf;
use std::process::{Child, ChildStdout, Command, Stdio};

use super::jobs::{Noop, PICKED_UP, Pickup};
use super::place::{Place, config};
use super::usage::Usage;
use crate::config::Durability;
use crate::service::{ExitRule, ServiceOptions, StopControl};
use crate::{App, Error};

/// When the other process ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum ServeUntil {
    /// When it is killed.
    Stopped,
    /// When no job is due.
    Empty,
}

/// A service in a process of its own; it ends with the value.
pub(super) struct Peer {
    child: Child,
    until: ServeUntil,
    lines: std::io::Lines<BufReader<ChildStdout>>,
}

impl Peer {
    /// Starts this program as a service on the store of the place.
    pub(super) fn start(place: &Place<'_>, until: ServeUntil) -> Result<Self, Error> {
        let mut command = Command::new(place.options.reexec.executable()?);
        command.args(["bench", "--serve"]).arg(place.root()).args(["--durability", place.durability.as_str()]);
        command.stdin(Stdio::null()).stdout(Stdio::piped());
        if until == ServeUntil::Empty {
            command.arg("--until-empty");
        }
        let mut child = command.spawn().map_err(|error| Error::io("failed to start the other process", error))?;
        let stdout = child.stdout.take().ok_or_else(|| Error::internal("the other process has no output"))?;
        Ok(Self { child, until, lines: BufReader::new(stdout).lines() })
    }

    /// What the kernel counts of it now.
    pub(super) fn usage(&self) -> Result<Usage, Error> {
        Usage::of(self.child.id())
    }

    /// Waits until the other process says how late it picked a job up, in microseconds.
    pub(super) fn next_latency(&mut self) -> Result<f64, Error> {
        for line in self.lines.by_ref() {
            let line = line.map_err(|error| Error::io("failed to read from the other process", error))?;
            if let Some(latency) = line.strip_prefix(PICKED_UP).and_then(|text| text.parse().ok()) {
                return Ok(latency);
            }
        }
        Err(Error::internal("the other process ended early"))
    }
}

impl Drop for Peer {
    fn drop(&mut self) {
        if self.until == ServeUntil::Stopped {
            // It may have ended already.
            let _ = self.child.kill();
        }
        let _ = self.child.wait();
    }
}

/// What the other process does.
pub(crate) async fn serve(root: PathBuf, durability: Durability, until: ServeUntil) -> Result<(), Error> {
    let config = config(&root, durability)?;
    let app = App::builder().config(config).register::<Noop>().register::<Pickup>().start_nothing().build().await?;
    let exit = match until {
        ServeUntil::Stopped => ExitRule::ByMode,
        ServeUntil::Empty => ExitRule::WhenNothingIsDue,
    };
    let options = ServiceOptions { exit, mode: egret_core::ServiceMode::Service, ..ServiceOptions::default() };
    app.service_with(options, 1).start(StopControl::new())?.ended().await?;
    Ok(())
}
