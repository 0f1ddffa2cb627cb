//! A program that runs, with or without a guard.

use std::io;

use tokio::process::{ChildStderr, ChildStdout};

use super::RunEnvironment;
use super::direct::DirectProgram;
use super::guard::GuardedProgram;
use super::launch::Launch;
use crate::process::ProcessEnd;

/// A program that runs. Dropping it ends the program by force.
#[derive(Debug)]
pub(super) enum RunningProgram {
    Direct(DirectProgram),
    Guarded(GuardedProgram),
}

/// Why a program did not start.
#[derive(Debug)]
pub(super) enum StartError {
    /// The system refused.
    System(io::Error),
    /// The guard refused or failed.
    Guard(String),
}

/// Why nobody can tell how a program ended.
#[derive(Debug)]
pub(super) struct EndError(pub(super) String);

impl RunningProgram {
    pub(super) async fn start(
        launch: &Launch,
        environment: &RunEnvironment,
    ) -> Result<(Self, ChildStdout, ChildStderr), StartError> {
        let grace = environment.grace;
        match &environment.reexec {
            None => {
                let (program, stdout, stderr) = DirectProgram::start(launch, grace)?;
                Ok((Self::Direct(program), stdout, stderr))
            }
            Some(reexec) => {
                let lock = environment.guard_file.as_deref();
                let (program, stdout, stderr) = GuardedProgram::start(reexec, lock, launch.clone(), grace).await?;
                Ok((Self::Guarded(program), stdout, stderr))
            }
        }
    }

    /// Asks the program and its group to end.
    pub(super) async fn terminate(&mut self) {
        match self {
            Self::Direct(program) => program.terminate(),
            Self::Guarded(program) => program.terminate().await,
        }
    }

    /// Waits until the program ended and no member of its group is left.
    ///
    /// # Cancel safety
    /// Nothing is lost when the future is dropped.
    pub(super) async fn ended(&mut self) -> Result<ProcessEnd, EndError> {
        match self {
            Self::Direct(program) => program.ended().await,
            Self::Guarded(program) => program.ended().await,
        }
    }
}
