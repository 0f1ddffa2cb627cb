//! An application in a folder of its own.

use std::ffi::OsStr;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use std::sync::atomic::{AtomicUsize, Ordering};

use rustix::process::Signal;
use serde_json::Value;
use tempfile::TempDir;

use crate::foreground::Foreground;
use crate::jobs;
use crate::ledger::Ledger;
use crate::patience::{holds, wait_for};
use crate::processes::{self, Process};
use crate::standstill::Standstill;
use crate::store::Store;
use crate::told::Told;

/// An application: a program in a folder with a configuration and a store of its own. When it goes out of scope, every
/// process that belongs to it is killed.
#[derive(Debug)]
pub struct Application {
    folder: TempDir,
    program: PathBuf,
    variables: Vec<(String, String)>,
    n_logs: AtomicUsize,
}

impl Application {
    /// The program in a new folder, with this `config/job.yml`.
    pub fn new(program: impl Into<PathBuf>, configuration: &str) -> Self {
        let folder = tempfile::Builder::new().prefix("egret-scenario.").tempdir().unwrap();
        std::fs::create_dir(folder.path().join("config")).unwrap();
        std::fs::write(folder.path().join("config/job.yml"), configuration).unwrap();
        Self { folder, program: program.into(), variables: Vec::new(), n_logs: AtomicUsize::new(0) }
    }

    /// Sets a variable for every process of the application.
    #[must_use]
    pub fn with_variable(mut self, name: &str, value: impl ToString) -> Self {
        self.variables.push((name.to_owned(), value.to_string()));
        self
    }

    /// The folder.
    pub fn root(&self) -> &Path {
        self.folder.path()
    }

    /// A path in the folder as text.
    pub fn path(&self, name: &str) -> String {
        self.root().join(name).into_os_string().into_string().unwrap()
    }

    /// The file into which jobs write.
    pub fn ledger(&self) -> Ledger {
        Ledger::new(self.root().join("ledger"))
    }

    /// The store, looked into by the test itself.
    pub fn store(&self) -> Store {
        Store::of_root(self.root())
    }

    /// The program with arguments, in the folder, and with nothing of the test's own settings.
    pub fn command(&self, arguments: impl IntoIterator<Item = impl AsRef<OsStr>>) -> Command {
        self.command_of(&self.program, arguments)
    }

    /// The same for another program.
    pub fn command_of(&self, program: &Path, arguments: impl IntoIterator<Item = impl AsRef<OsStr>>) -> Command {
        let mut command = Command::new(program);
        command.args(arguments).current_dir(self.root());
        let foreign = std::env::vars_os()
            .filter(|(name, _)| name.to_str().is_some_and(|name| name.starts_with("EGRET_") || name == "RAILS_ENV"));
        for (name, _) in foreign {
            command.env_remove(name);
        }
        command.env("EGRET_ROOT", self.root()).envs(self.variables.iter().map(|(name, value)| (name, value)));
        command
    }

    /// Runs a command that must succeed, and answers what it wrote to standard output.
    pub fn run(&self, arguments: impl IntoIterator<Item = impl AsRef<OsStr>>) -> String {
        succeeded(self.command(arguments))
    }

    /// Runs a command that writes JSON.
    pub fn json(&self, arguments: impl IntoIterator<Item = impl AsRef<OsStr>>) -> Value {
        let text = self.run(arguments);
        serde_json::from_str(&text).unwrap_or_else(|error| panic!("{error} in {text}"))
    }

    /// Enqueues a job by the command line and answers its id.
    pub fn enqueue<'a>(&self, class: &'a str, arguments: impl IntoIterator<Item = &'a str>) -> String {
        let words = ["enqueue", class].into_iter().chain(arguments);
        self.run(words).trim().to_owned()
    }

    /// Enqueues a job `Append` that writes to the ledger.
    pub fn enqueue_append(&self) -> String {
        self.enqueue("Append", [self.file_argument().as_str()])
    }

    /// Enqueues a job `Sleep` or `Block` that writes to the ledger.
    pub fn enqueue_long(&self, class: &str, milliseconds: u64) -> String {
        let arguments = serde_json::json!({ "file": self.path("ledger"), "milliseconds": milliseconds });
        self.enqueue(class, [arguments.to_string().as_str()])
    }

    /// Enqueues a job `Hold` or `HoldThread`, which writes to the ledger and runs until the gate is open.
    pub fn enqueue_held(&self, class: &str) -> String {
        self.enqueue(class, [self.file_argument().as_str()])
    }

    /// Lets jobs end that hold, and programs that wait for the file `gate`.
    pub fn open_gate(&self) {
        std::fs::write(jobs::gate(self.ledger().path()), "").unwrap();
    }

    /// Has jobs hold again.
    pub fn close_gate(&self) {
        std::fs::remove_file(jobs::gate(self.ledger().path())).unwrap();
    }

    /// The argument of jobs that have a file only.
    pub fn file_argument(&self) -> String {
        serde_json::json!({ "file": self.path("ledger") }).to_string()
    }

    /// Enqueues a program that a shell runs.
    pub fn enqueue_script(&self, script: &str) -> String {
        self.run(["exec", "--", "sh", "-c", script]).trim().to_owned()
    }

    /// Starts a service in the foreground, and waits until the store knows it.
    pub fn start_service(&self) -> Foreground {
        self.start(["run", "--mode", "service"])
    }

    /// Starts a service in the foreground by these arguments, and waits until the store knows it.
    pub fn start(&self, arguments: impl IntoIterator<Item = impl AsRef<OsStr>>) -> Foreground {
        let service = self.spawn(arguments);
        service.wait_for_words("service started");
        service
    }

    /// Starts a command in the foreground.
    pub fn spawn(&self, arguments: impl IntoIterator<Item = impl AsRef<OsStr>>) -> Foreground {
        self.spawn_command(self.command(arguments))
    }

    /// Starts a command in the foreground.
    pub fn spawn_command(&self, command: Command) -> Foreground {
        let number = self.n_logs.fetch_add(1, Ordering::Relaxed);
        Foreground::start(command, self.root().join(format!("{number}.output")))
    }

    /// Keeps everybody from writing to the store for as long as the value lives.
    pub fn standstill(&self) -> Standstill {
        Standstill::of_root(self.root())
    }

    /// Stops a process, as `kill -STOP` does, at a moment at which it holds no lock of the store: a frozen writer would keep
    /// all others waiting. Answers when it stands still.
    pub fn freeze(&self, process: &Foreground) {
        let _nobody_writes = self.standstill();
        process.signal(Signal::STOP);
        wait_for("a process that stands still", || {
            holds(processes::stands_still(process.pid()), || "it runs".to_owned())
        });
    }

    /// Starts an enqueuer that the test tells when to enqueue a job `Append`.
    pub fn start_told(&self) -> Told {
        Told::start(self.command(["enqueue-when-told", self.path("ledger").as_str()]))
    }

    /// What `jobs show` tells of a job.
    pub fn show(&self, id: &str) -> Value {
        self.json(["jobs", "show", id, "--json"])
    }

    /// Every living process of the application.
    pub fn processes(&self) -> Vec<Process> {
        processes::of_root(self.root())
    }

    /// Its service processes.
    pub fn service_processes(&self) -> Vec<Process> {
        self.processes().into_iter().filter(Process::is_service).collect()
    }

    /// Waits until no service process is left.
    pub fn wait_for_no_service(&self) {
        wait_for("the end of every service", || {
            let services = self.service_processes();
            holds(services.is_empty(), || format!("{services:?}"))
        });
    }

    /// What services that were started on demand wrote.
    pub fn service_log(&self) -> String {
        std::fs::read_to_string(self.root().join("var/log/egret-service.log")).unwrap_or_default()
    }

    fn kill_everything(&self) {
        // A guard or a service may just start another process.
        for _ in 0..100 {
            let left = self.processes();
            if left.is_empty() {
                return;
            }
            left.iter().for_each(|process| processes::signal(process.pid, Signal::KILL));
            std::thread::sleep(std::time::Duration::from_millis(10));
        }
    }
}

impl Drop for Application {
    fn drop(&mut self) {
        if std::thread::panicking() {
            crate::scale::report("log of the services on demand", self.service_log());
        }
        self.kill_everything();
    }
}

/// Runs a command that must succeed, and answers what it wrote to standard output.
pub fn succeeded(mut command: Command) -> String {
    let Output { status, stdout, stderr } = command.output().unwrap();
    let stderr = String::from_utf8_lossy(&stderr);
    assert!(status.success(), "{command:?} ended with {status}: {stderr}");
    String::from_utf8(stdout).unwrap()
}
