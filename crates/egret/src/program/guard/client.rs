//! The service's side of a guard.

use std::io;
use std::os::fd::OwnedFd;
use std::path::Path;
use std::process::Stdio;
use std::time::Duration;

use tokio::process::{Child, ChildStderr, ChildStdout, Command};

use super::lock;
use super::process::GUARD_ARGUMENT;
use super::protocol::{Line, Order, Report};
use crate::process::{Ending, ProcessEnd, ProcessGroup};
use crate::program::Reexec;
use crate::program::launch::Launch;
use crate::program::running::{EndError, StartError};

/// How long a guard may take until it is ready; only a machine in great trouble needs a part of it.
const LONGEST_START: Duration = Duration::from_secs(60);

/// A program with its guard. Dropping it ends the program by force, by way of the guard.
#[derive(Debug)]
pub(in crate::program) struct GuardedProgram {
    guard: Child,
    line: Line<Order, Report>,
    group: ProcessGroup,
    is_over: bool,
}

impl GuardedProgram {
    /// Starts a guard and has it start the program.
    pub(in crate::program) async fn start(
        reexec: &Reexec,
        lock_file: Option<&Path>,
        launch: Launch,
        grace: Duration,
    ) -> Result<(Self, ChildStdout, ChildStderr), StartError> {
        let (mut guard, line) = spawn(reexec, lock_file)?;
        let stdout = guard.stdout.take().expect("a guard is started with a pipe as its standard output");
        let stderr = guard.stderr.take().expect("a guard is started with a pipe as its standard error");
        let begun = tokio::time::timeout(LONGEST_START, begin(line, launch, grace)).await;
        match begun.unwrap_or_else(|_| Err(StartError::Guard("it did not answer".to_owned()))) {
            Ok((line, group)) => Ok((Self { guard, line, group, is_over: false }, stdout, stderr)),
            Err(error) => {
                // Its socket is closed, so that it ends by itself; waited for only to leave no zombie.
                tokio::spawn(async move { guard.wait().await });
                Err(error)
            }
        }
    }

    /// Asks the program to end.
    pub(in crate::program) async fn terminate(&mut self) {
        // A guard that is gone shows at `ended`.
        let _ = self.line.send(&Order::Terminate).await;
    }

    /// Waits until the program ended and no member of its group is left.
    ///
    /// # Cancel safety
    /// Nothing is lost when the future is dropped.
    pub(in crate::program) async fn ended(&mut self) -> Result<ProcessEnd, EndError> {
        loop {
            match self.line.receive().await {
                Some(Report::Ended(end)) => {
                    self.is_over = true;
                    let _ = self.guard.wait().await;
                    return Ok(end);
                }
                Some(_) => {}
                None => {
                    // Somebody killed the guard: now nobody watches the program.
                    Ending::kill_and_wait(self.group).await;
                    self.is_over = true;
                    let status = self.guard.wait().await;
                    let how = status.map_or_else(|error| error.to_string(), |status| status.to_string());
                    return Err(EndError(format!("it ended before the program ({how}), which was then killed")));
                }
            }
        }
    }
}

impl Drop for GuardedProgram {
    fn drop(&mut self) {
        if !self.is_over {
            // The guard does the same once it finds the socket closed. But whoever drops a run may give its job back at
            // once, and then the program must not have a moment left.
            self.group.kill();
        }
    }
}

fn spawn(reexec: &Reexec, lock_file: Option<&Path>) -> Result<(Child, Line<Order, Report>), StartError> {
    let failed = |error: io::Error| StartError::Guard(error.to_string());
    if let Some(file) = lock_file {
        lock::make(file).map_err(failed)?;
    }
    let (ours, theirs) = std::os::unix::net::UnixStream::pair().map_err(failed)?;
    let executable = reexec.helper().map_err(|error| StartError::Guard(crate::error::chain(&error)))?;
    let guard = Command::new(executable)
        .arg(GUARD_ARGUMENT)
        .args(lock_file)
        .stdin(Stdio::from(OwnedFd::from(theirs)))
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        // Out of reach of the terminal's Ctrl-C.
        .process_group(0)
        .spawn()
        .map_err(failed)?;
    ours.set_nonblocking(true).map_err(failed)?;
    let socket = tokio::net::UnixStream::from_std(ours).map_err(failed)?;
    Ok((guard, Line::new(socket)))
}

/// From the first word of the guard to the program's start.
async fn begin(
    mut line: Line<Order, Report>,
    launch: Launch,
    grace: Duration,
) -> Result<(Line<Order, Report>, ProcessGroup), StartError> {
    let ended = || StartError::Guard("it ended before it started the program".to_owned());
    match line.receive().await {
        Some(Report::Ready) => {}
        Some(Report::Refused(reason)) => return Err(StartError::Guard(reason)),
        _ => return Err(ended()),
    }
    line.send(&Order::Start { launch, grace }).await.map_err(|_| ended())?;
    match line.receive().await {
        Some(Report::Started(pid)) => ProcessGroup::of_leader(pid).map(|group| (line, group)).ok_or_else(ended),
        Some(Report::NotStarted(Some(number))) => Err(StartError::System(io::Error::from_raw_os_error(number))),
        _ => Err(ended()),
    }
}
