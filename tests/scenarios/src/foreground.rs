//! A process that a test started itself.

use std::fs::{self, File};
use std::os::unix::process::ExitStatusExt as _;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus, Stdio};

use rustix::process::Signal;

use crate::patience::{holds, wait_for};
use crate::processes;

/// A process of an application in the foreground, in a process group of its own. Killed when it goes out of scope.
#[derive(Debug)]
pub struct Foreground {
    child: Child,
    log: PathBuf,
}

impl Foreground {
    /// Starts the command; what it writes goes to the file.
    pub(crate) fn start(mut command: Command, log: PathBuf) -> Self {
        use std::os::unix::process::CommandExt as _;

        let file = File::create(&log).unwrap();
        command.stdout(file.try_clone().unwrap()).stderr(file).stdin(Stdio::null()).process_group(0);
        Self { child: command.spawn().unwrap(), log }
    }

    /// Its process id.
    pub fn pid(&self) -> u32 {
        self.child.id()
    }

    /// Sends it a signal.
    pub fn signal(&self, signal: Signal) {
        processes::signal(self.pid(), signal);
    }

    /// Kills it, as `kill -9` does, and waits until it is gone.
    pub fn kill(&mut self) {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
    }

    /// Whether it has not ended.
    pub fn runs(&mut self) -> bool {
        self.child.try_wait().unwrap().is_none()
    }

    /// Waits for its end.
    pub fn wait(&mut self) -> ExitStatus {
        let log = self.log.clone();
        wait_for("the end of the process", || self.child.try_wait().unwrap().ok_or_else(|| read(&log)))
    }

    /// Waits for its end, which must be a success.
    pub fn wait_for_success(&mut self) {
        let status = self.wait();
        assert!(status.success(), "the process ended with {status}: {}", self.log());
    }

    /// What it wrote so far; a sign stands for what is no text.
    pub fn log(&self) -> String {
        read(&self.log)
    }

    /// Waits until it has written the words.
    pub fn wait_for_words(&self, words: &str) {
        wait_for(&format!("the words `{words}`"), || {
            let log = self.log();
            holds(log.contains(words), || log)
        });
    }
}

impl Drop for Foreground {
    fn drop(&mut self) {
        // A stopped process dies of it as well.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn read(log: &Path) -> String {
    String::from_utf8_lossy(&fs::read(log).unwrap()).into_owned()
}

/// The signal that ended a process.
pub fn ended_by(status: ExitStatus) -> Option<i32> {
    status.signal()
}
