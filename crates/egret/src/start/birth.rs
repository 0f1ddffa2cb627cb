//! A service on its way: whoever started it watches until it has registered, so that a service that dies before leaves its
//! reason.
//!
//! ```text
//!  enqueuer ──▶ process in between ──▶ service
//!     ▲   spawned │ ▲                    │
//!     └───────────┘ └── registered ──────┘
//! ```
//!
//! Both arrows back are one byte on a pipe that the started process has as its standard input. A pipe that closes without
//! it tells of a death, whatever the reason.

use std::io::{PipeReader, Read as _};
use std::process::{Child, Command, ExitStatus};

#[cfg(feature = "cli")]
use crate::Error;

/// A process that was started and has not said that it is there.
#[derive(Debug)]
pub(super) struct Newborn {
    child: Child,
    pipe: PipeReader,
}

/// What became of a start.
#[derive(Debug)]
pub(super) enum Birth {
    /// It is there. It goes on, and somebody has to wait for its end.
    Alive(Child),
    /// It ended before.
    Dead(ExitStatus),
}

impl Newborn {
    /// Starts the program with a pipe as its standard input.
    ///
    /// # Errors
    /// The system gives no pipe, or the program cannot be run.
    pub(super) fn spawn(mut command: Command) -> std::io::Result<Self> {
        let (pipe, end) = std::io::pipe()?;
        let child = command.stdin(end).spawn()?;
        // The command goes, and with it this process's copy of the end on which the child writes.
        Ok(Self { child, pipe })
    }

    /// Waits until it is there or has ended.
    ///
    /// # Errors
    /// The system fails to tell how it ended.
    pub(super) fn wait(mut self) -> std::io::Result<Birth> {
        // An error of a pipe means the same as its end.
        match self.pipe.read(&mut [0]).unwrap_or(0) {
            0 => self.child.wait().map(Birth::Dead),
            _ => Ok(Birth::Alive(self.child)),
        }
    }
}

/// Says, to whoever started this process and waits, that it is there. From then on standard input is empty. Does nothing
/// in a process whose standard input is no such pipe.
///
/// # Errors
/// The system refuses to replace standard input.
#[cfg(feature = "cli")]
pub(crate) fn announce() -> Result<(), Error> {
    if !is_pipe_to_write_on() {
        return Ok(());
    }
    // Whoever waited may be gone; that is no reason not to run.
    let _ = rustix::io::write(std::io::stdin(), &[1]);
    let nothing = std::fs::File::open("/dev/null").map_err(|error| Error::io("failed to open /dev/null", error))?;
    rustix::stdio::dup2_stdin(nothing)
        .map_err(|error| Error::io("failed to replace standard input", std::io::Error::from(error)))
}

#[cfg(feature = "cli")]
fn is_pipe_to_write_on() -> bool {
    use rustix::fs::{FileType, OFlags};

    let input = std::io::stdin();
    let is_pipe = rustix::fs::fstat(&input).is_ok_and(|file| FileType::from_raw_mode(file.st_mode) == FileType::Fifo);
    is_pipe && rustix::fs::fcntl_getfl(&input).is_ok_and(|flags| flags & OFlags::RWMODE == OFlags::WRONLY)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shell(script: &str) -> Command {
        let mut command = Command::new("sh");
        command.args(["-c", script]);
        command
    }

    #[test]
    fn a_process_that_speaks_is_there() {
        let born = Newborn::spawn(shell("printf x >&0; exec sleep 60")).unwrap().wait().unwrap();
        let Birth::Alive(mut child) = born else { panic!("{born:?}") };
        child.kill().unwrap();
        child.wait().unwrap();
    }

    #[test]
    fn a_process_that_ends_in_silence_is_dead() {
        let born = Newborn::spawn(shell("exit 7")).unwrap().wait().unwrap();
        assert!(matches!(born, Birth::Dead(status) if status.code() == Some(7)), "{born:?}");
    }

    #[test]
    fn a_program_that_is_not_there_is_an_error() {
        assert!(Newborn::spawn(Command::new("/nonexistent/program")).is_err());
    }
}
