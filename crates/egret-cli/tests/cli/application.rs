//! An application's folder, and the processes that work in it.

use std::ffi::OsStr;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use serde_json::Value;
use tempfile::TempDir;

use crate::process::{Found, Process, processes_with};

/// How long a test waits for something that takes moments when nothing else keeps the machine busy.
pub(crate) const PATIENCE: Duration = Duration::from_secs(60);

/// An application's folder. When it goes out of scope, every process that worked in it must have ended.
#[derive(Debug)]
pub(crate) struct Application {
    folder: TempDir,
}

/// What a process that ended left behind.
#[derive(Debug)]
pub(crate) struct Ended {
    pub(crate) status: i32,
    pub(crate) stdout: Vec<u8>,
    pub(crate) stderr: String,
}

impl Application {
    /// Without configuration: on demand, as a new user has it.
    pub(crate) fn new() -> Self {
        Self { folder: tempfile::tempdir().unwrap() }
    }

    /// With a `config/job.yml`.
    pub(crate) fn with_config(text: &str) -> Self {
        let application = Self::new();
        std::fs::create_dir(application.path("config")).unwrap();
        std::fs::write(application.path("config/job.yml"), text).unwrap();
        application
    }

    /// In service mode: nothing starts by itself.
    pub(crate) fn in_service_mode() -> Self {
        Self::with_config("default:\n  mode: service\n")
    }

    pub(crate) fn root(&self) -> PathBuf {
        self.folder.path().canonicalize().unwrap()
    }

    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.root().join(name)
    }

    /// The program with arguments, in the folder, with no variables of the caller's that would change what it does.
    pub(crate) fn command<S: AsRef<OsStr>>(&self, arguments: impl IntoIterator<Item = S>) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_egret"));
        for (name, _) in std::env::vars_os() {
            let is_ours = name.to_str().is_some_and(|name| name.starts_with("EGRET_"));
            if is_ours || ["RAILS_ENV", "NO_COLOR", "TERM", "TZ"].iter().any(|other| name == *other) {
                command.env_remove(name);
            }
        }
        command
            .args(arguments)
            .current_dir(self.root())
            .env("EGRET_ROOT", self.root())
            .env("EGRET_LINGER", "100ms")
            .env("TZ", "Asia/Tokyo")
            .stdin(Stdio::null());
        command
    }

    /// Runs the program to its end.
    pub(crate) fn egret<S: AsRef<OsStr>>(&self, arguments: impl IntoIterator<Item = S>) -> Ended {
        self.run(self.command(arguments))
    }

    /// Runs a command to its end.
    pub(crate) fn run(&self, command: Command) -> Ended {
        let output = assert_cmd::Command::from_std(command).timeout(PATIENCE).output().unwrap();
        Ended {
            status: output.status.code().expect("the program ended by itself and in time"),
            stdout: output.stdout,
            stderr: String::from_utf8(output.stderr).unwrap(),
        }
    }

    /// Runs the program to its end, which must be a success, and answers its data as text.
    pub(crate) fn succeed<S: AsRef<OsStr>>(&self, arguments: impl IntoIterator<Item = S>) -> String {
        let ended = self.egret(arguments);
        assert_eq!(ended.status, 0, "{}", ended.stderr);
        ended.text()
    }

    /// Runs the program to its end and answers its data as JSON.
    pub(crate) fn json<S: AsRef<OsStr>>(&self, arguments: impl IntoIterator<Item = S>) -> Value {
        serde_json::from_str(&self.succeed(arguments)).unwrap()
    }

    /// Starts the program, which goes on beside the test.
    pub(crate) fn start<S: AsRef<OsStr>>(&self, arguments: impl IntoIterator<Item = S>) -> Process {
        Process::start(self.command(arguments))
    }

    /// Runs `exec` without waiting and answers the job's id.
    pub(crate) fn exec(&self, script: &str) -> String {
        self.succeed(["exec", "--", "sh", "-c", script]).trim().to_owned()
    }

    /// The job as JSON.
    pub(crate) fn job(&self, id: &str) -> Value {
        self.json(["jobs", "show", id, "--json"])
    }

    pub(crate) fn state(&self, id: &str) -> String {
        self.job(id)["state"].as_str().unwrap().to_owned()
    }

    pub(crate) fn wait_for_state(&self, id: &str, state: &str) {
        wait_for(&format!("the job is {state}"), || (self.state(id) == state).then_some(()));
    }

    /// Services that the store takes for alive.
    pub(crate) fn services_alive(&self) -> Vec<Value> {
        let listing = self.json(["services", "list", "--json"]);
        let services = listing["items"].as_array().unwrap();
        services.iter().filter(|service| service["is_alive"] == true).cloned().collect()
    }

    /// Processes that work in the folder: the program, guards, programs of jobs.
    pub(crate) fn processes(&self) -> Vec<Found> {
        processes_with("EGRET_ROOT", self.folder.path())
    }

    /// Waits until no process works in the folder.
    pub(crate) fn wait_until_left(&self) {
        wait_for("every process has left", || self.processes().is_empty().then_some(()));
    }
}

impl Drop for Application {
    fn drop(&mut self) {
        let deadline = Instant::now() + PATIENCE;
        while !std::thread::panicking() && Instant::now() < deadline && !self.processes().is_empty() {
            std::thread::sleep(Duration::from_millis(20));
        }
        let left = self.processes();
        left.iter().for_each(Found::kill);
        assert!(left.is_empty() || std::thread::panicking(), "processes are left: {left:#?}");
    }
}

impl Ended {
    pub(crate) fn text(&self) -> String {
        String::from_utf8(self.stdout.clone()).unwrap()
    }

    /// How often standard error has the words.
    pub(crate) fn says(&self, words: &str) -> usize {
        self.stderr.matches(words).count()
    }
}

/// Waits for a condition; it is looked at again and again.
pub(crate) fn wait_for<T>(what: &str, mut look: impl FnMut() -> Option<T>) -> T {
    let deadline = Instant::now() + PATIENCE;
    loop {
        if let Some(found) = look() {
            return found;
        }
        assert!(Instant::now() < deadline, "waited too long: {what}");
        std::thread::sleep(Duration::from_millis(20));
    }
}

/// Waits until a file has a whole line: whoever opens it has written nothing yet.
pub(crate) fn wait_for_line(path: &Path) {
    wait_for(&format!("a line in {}", path.display()), || {
        std::fs::read(path).is_ok_and(|bytes| bytes.contains(&b'\n')).then_some(())
    });
}

pub(crate) fn wait_for_file(path: &Path) {
    wait_for(&format!("{} is there", path.display()), || path.exists().then_some(()));
}
