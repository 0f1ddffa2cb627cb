//! A program that the service starts itself.

use std::process::Stdio;
use std::time::{Duration, Instant};

use tokio::process::{Child, ChildStderr, ChildStdout, Command};

use super::launch::Launch;
use super::running::{EndError, StartError};
use crate::process::{Ending, ProcessEnd, ProcessGroup};

/// How long an idle wait lasts at most; nothing depends on it.
const LONG: Duration = Duration::from_secs(3600);

/// A program without a guard. Dropping it ends the program by force.
#[derive(Debug)]
pub(super) struct DirectProgram {
    child: Child,
    group: ProcessGroup,
    ending: Ending,
    is_reaped: bool,
}

impl DirectProgram {
    pub(super) fn start(launch: &Launch, grace: Duration) -> Result<(Self, ChildStdout, ChildStderr), StartError> {
        let mut command = Command::from(launch.command());
        command.stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut child = command.spawn().map_err(StartError::System)?;
        let stdout = child.stdout.take().expect("a program is started with a pipe as its standard output");
        let stderr = child.stderr.take().expect("a program is started with a pipe as its standard error");
        let group = child
            .id()
            .and_then(ProcessGroup::of_leader)
            .ok_or_else(|| StartError::System(std::io::Error::other("a program got the number of init")))?;
        let ending = Ending::new(group, grace);
        Ok((Self { child, group, ending, is_reaped: false }, stdout, stderr))
    }

    pub(super) fn terminate(&mut self) {
        self.ending.terminate();
    }

    /// Waits until the program ended and no member of its group is left.
    pub(super) async fn ended(&mut self) -> Result<ProcessEnd, EndError> {
        loop {
            if let Some(end) = self.ending.look() {
                return Ok(end);
            }
            let look = self.ending.next_look().unwrap_or_else(|| Instant::now() + LONG);
            tokio::select! {
                status = self.child.wait(), if !self.is_reaped => {
                    self.is_reaped = true;
                    let status = status.map_err(|error| EndError(format!("failed to wait for it: {error}")))?;
                    self.ending.leader_ended(status.into());
                }
                () = tokio::time::sleep_until(look.into()) => {}
            }
        }
    }
}

impl Drop for DirectProgram {
    fn drop(&mut self) {
        if !self.ending.is_over() {
            self.group.kill();
        }
    }
}
