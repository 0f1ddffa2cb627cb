//! The other process of the rows that need two: this program as a service on the bench's store.

use std::io::{BufRead, BufReader};
use std::path::PathBuf;
use std::process::{Child, ChildStdout, Command, Stdio};

use super::jobs::{Noop, PICKED_UP, Pickup};
use super::{BenchOptions, Figure};
use crate::config::{Config, LoadOptions};
use crate::service::{ExitRule, ServiceOptions, StopControl};
use crate::{App, Error};

/// First argument of the other process, behind the subcommand `bench`.
pub(crate) const SERVE: &str = "--serve";

/// A service in a process of its own; it ends with the value.
pub(super) struct Peer {
    child: Child,
    exit: ExitRule,
    lines: std::io::Lines<BufReader<ChildStdout>>,
}

impl Peer {
    /// Starts this program as a service on the application's store.
    pub(super) fn start(app: &App, options: &BenchOptions, exit: ExitRule) -> Result<Self, Error> {
        let mut command = Command::new(options.reexec.executable()?);
        command.args(["bench", SERVE]).arg(&app.config().root).stdin(Stdio::null()).stdout(Stdio::piped());
        if exit == ExitRule::WhenNothingIsDue {
            command.arg("--until-empty");
        }
        let mut child = command.spawn().map_err(|error| Error::io("failed to start the other process", error))?;
        let stdout = child.stdout.take().ok_or_else(|| Error::internal("the other process has no output"))?;
        Ok(Self { child, exit, lines: BufReader::new(stdout).lines() })
    }

    pub(super) fn id(&self) -> u32 {
        self.child.id()
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
        if self.exit == ExitRule::ByMode {
            // It may have ended already.
            let _ = self.child.kill();
        }
        let _ = self.child.wait();
    }
}

/// What the other process does.
pub(crate) async fn serve(root: PathBuf, exit: ExitRule) -> Result<(), Error> {
    let config = Config::load(&LoadOptions::in_folder(root))?;
    let app = App::builder().config(config).register::<Noop>().register::<Pickup>().start_nothing().build().await?;
    let options = ServiceOptions { exit, mode: egret_core::ServiceMode::Service, ..ServiceOptions::default() };
    app.service_with(options, 1).start(StopControl::new())?.ended().await?;
    Ok(())
}

/// A figure of latencies that the other process told.
pub(super) fn figure(name: &str, latencies: Vec<f64>) -> Figure {
    Figure::latency(name, latencies)
}
