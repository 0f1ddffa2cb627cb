//! Processes: those that a test starts, and those that it finds.

use std::os::unix::process::CommandExt as _;
use std::path::Path;
use std::process::{Child, Command};

use rustix::process::{Pid, Signal, kill_process};
use tempfile::NamedTempFile;

use crate::application::{Ended, wait_for};

/// A process that a test has started, in a process group of its own. It is ended with the value.
#[derive(Debug)]
pub(crate) struct Process {
    child: Child,
    stdout: NamedTempFile,
    stderr: NamedTempFile,
}

/// A process that a test has found; the command is for messages.
#[derive(Clone, Debug)]
pub(crate) struct Found {
    pub(crate) pid: u32,
    #[expect(dead_code, reason = "shown by a test that fails")]
    command: String,
}

impl Process {
    pub(crate) fn start(mut command: Command) -> Self {
        let stdout = NamedTempFile::new().unwrap();
        let stderr = NamedTempFile::new().unwrap();
        let reopen = |file: &NamedTempFile| file.reopen().unwrap();
        let child = command.stdout(reopen(&stdout)).stderr(reopen(&stderr)).process_group(0).spawn().unwrap();
        Self { child, stdout, stderr }
    }

    pub(crate) fn pid(&self) -> u32 {
        self.child.id()
    }

    pub(crate) fn signal(&self, signal: Signal) {
        send(self.pid(), signal);
    }

    pub(crate) fn stderr(&self) -> String {
        // The last letter may not be whole yet.
        String::from_utf8_lossy(&std::fs::read(self.stderr.path()).unwrap()).into_owned()
    }

    pub(crate) fn stdout(&self) -> Vec<u8> {
        std::fs::read(self.stdout.path()).unwrap()
    }

    /// Waits until the process has said the words.
    pub(crate) fn wait_until_said(&self, words: &str) {
        wait_for(&format!("it says `{words}`"), || self.stderr().contains(words).then_some(()));
    }

    /// Waits for its end.
    pub(crate) fn ended(mut self) -> Ended {
        let status = wait_for("the process ends", || self.child.try_wait().unwrap());
        Ended {
            status: status.code().unwrap_or_else(|| panic!("{status}: {}", self.stderr())),
            stdout: self.stdout(),
            stderr: self.stderr(),
        }
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        // Fails when it has ended, which is what is wanted.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

impl Found {
    pub(crate) fn kill(&self) {
        send(self.pid, Signal::KILL);
    }
}

pub(crate) fn send(pid: u32, signal: Signal) {
    let pid = Pid::from_raw(i32::try_from(pid).unwrap()).unwrap();
    // It may have ended by itself just now.
    let _ = kill_process(pid, signal);
}

/// Living processes whose environment has the variable with the path as its value.
pub(crate) fn processes_with(variable: &str, path: &Path) -> Vec<Found> {
    let wanted = format!("{variable}={}", path.canonicalize().unwrap().display());
    let pids =
        std::fs::read_dir("/proc").unwrap().flatten().filter_map(|entry| entry.file_name().to_str()?.parse().ok());
    pids.filter_map(|pid: u32| {
        // A zombie has no environment, and other users' processes are none of ours.
        let environment = std::fs::read(format!("/proc/{pid}/environ")).ok()?;
        let is_ours = environment.split(|byte| *byte == 0).any(|entry| entry == wanted.as_bytes());
        let command = std::fs::read(format!("/proc/{pid}/cmdline")).unwrap_or_default();
        is_ours.then(|| Found { pid, command: String::from_utf8_lossy(&command).replace('\0', " ") })
    })
    .collect()
}
