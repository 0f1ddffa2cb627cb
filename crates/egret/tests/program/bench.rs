//! What the tests of programs work with.

use std::fs::Permissions;
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{Duration, Instant};

use egret::execution_log::{ExecutionLog, LogFile, LogFolder, LogLimits, LogOutbox, parse_line};
use egret::program::{ProgramArguments, ProgramError, Reexec, RunEnvironment, run};
use egret_core::{ClaimToken, JobId, LogLine, Origin, ServiceId};
use jiff::Timestamp;

/// Far more than anything here takes.
pub(crate) const PATIENCE: Duration = Duration::from_secs(60);

/// Who starts the program.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Mode {
    Direct,
    Guarded,
}

pub(crate) const MODES: [Mode; 2] = [Mode::Direct, Mode::Guarded];

/// A folder with a private store, and the environment of one run.
pub(crate) struct Bench {
    pub(crate) environment: RunEnvironment,
    pub(crate) logs: LogFolder,
    pub(crate) job: JobId,
    root: tempfile::TempDir,
}

impl Bench {
    pub(crate) fn new(mode: Mode) -> Self {
        Self::with(mode, LogLimits::default())
    }

    pub(crate) fn with(mode: Mode, limits: LogLimits) -> Self {
        let root = tempfile::tempdir().unwrap();
        let job = JobId::generate();
        let environment = environment(root.path(), &job, mode, limits);
        Self { environment, logs: LogFolder::new(root.path().join("logs")), job, root }
    }

    pub(crate) fn root(&self) -> &Path {
        self.root.path()
    }

    /// Runs a shell script in the bench's folder.
    pub(crate) fn script(&self, script: &str) -> Result<(), ProgramError> {
        self.run(&shell(script))
    }

    pub(crate) fn run(&self, arguments: &ProgramArguments) -> Result<(), ProgramError> {
        block_on(run(&arguments.to_json(), &self.environment))
    }

    pub(crate) fn raw(&self, file: LogFile) -> Vec<u8> {
        std::fs::read(self.logs.file(&self.job, 1, file).unwrap()).unwrap_or_default()
    }

    pub(crate) fn lines(&self) -> Vec<LogLine> {
        let text = self.raw(LogFile::Text);
        text.split_inclusive(|byte| *byte == b'\n').map(|line| parse_line(line).unwrap()).collect()
    }

    pub(crate) fn read(&self, name: &str) -> String {
        std::fs::read_to_string(self.root().join(name)).unwrap_or_default()
    }

    /// A number that a script wrote into a file, with its line end.
    pub(crate) fn wait_for_number(&self, name: &str) -> u32 {
        wait_for_number(&self.root().join(name))
    }
}

/// The environment of a run in a folder that holds a store, a guard's file and logs.
pub(crate) fn environment(root: &Path, job: &JobId, mode: Mode, limits: LogLimits) -> RunEnvironment {
    let store = root.join("egret.db");
    std::fs::write(&store, "").unwrap();
    std::fs::set_permissions(&store, Permissions::from_mode(0o600)).unwrap();
    let mut environment = RunEnvironment::new(open_log(root, job, limits), root.to_owned());
    environment.origin = Origin::CommandLine;
    environment.store_file = Some(store);
    if mode == Mode::Guarded {
        environment.guard_file = Some(guard_file(root));
        environment.reexec = Some(Reexec::current().unwrap());
    }
    environment
}

pub(crate) fn guard_file(root: &Path) -> PathBuf {
    root.join("service.guard")
}

fn open_log(root: &Path, job: &JobId, limits: LogLimits) -> Arc<ExecutionLog> {
    let token = ClaimToken { service: ServiceId::generate(), record: 1, claim: 1 };
    LogOutbox::new(Some(root.join("logs")), limits).open(job, 1, token, Timestamp::now())
}

pub(crate) fn arguments(argv: &[&str]) -> ProgramArguments {
    ProgramArguments { argv: argv.iter().map(|word| (*word).to_owned()).collect(), ..ProgramArguments::default() }
}

pub(crate) fn shell(script: &str) -> ProgramArguments {
    arguments(&["sh", "-c", script])
}

pub(crate) fn block_on<F: Future>(future: F) -> F::Output {
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap();
    runtime.block_on(async { tokio::time::timeout(PATIENCE, future).await.expect("the run ends in time") })
}

/// Waits for a condition, and says what was waited for when it does not come.
pub(crate) fn wait_for<T>(what: &str, mut condition: impl FnMut() -> Option<T>) -> T {
    let deadline = Instant::now() + PATIENCE;
    loop {
        if let Some(value) = condition() {
            return value;
        }
        assert!(Instant::now() < deadline, "waited in vain for: {what}");
        std::thread::sleep(Duration::from_millis(5));
    }
}

pub(crate) fn wait_for_number(path: &Path) -> u32 {
    wait_for(&format!("a number in {}", path.display()), || {
        std::fs::read_to_string(path).ok()?.strip_suffix('\n')?.trim().parse().ok()
    })
}

/// Whether a process runs; a zombie does not.
pub(crate) fn runs(pid: u32) -> bool {
    let Ok(stat) = std::fs::read_to_string(format!("/proc/{pid}/stat")) else { return false };
    let state = stat[stat.rfind(')').unwrap() + 1..].split_ascii_whitespace().next().unwrap();
    !matches!(state, "Z" | "X")
}

pub(crate) fn signal(pid: u32, signal: rustix::process::Signal) {
    let pid = rustix::process::Pid::from_raw(i32::try_from(pid).unwrap()).unwrap();
    rustix::process::kill_process(pid, signal).unwrap();
}

/// Whether somebody holds the shared lock, by trying to take the exclusive one as the store's rescue does.
pub(crate) fn is_locked(path: &Path) -> bool {
    let file = std::fs::File::open(path).unwrap();
    let operation = rustix::fs::FlockOperation::NonBlockingLockExclusive;
    match rustix::fs::flock(&file, operation) {
        Ok(()) => false,
        Err(rustix::io::Errno::WOULDBLOCK) => true,
        Err(error) => panic!("{error}"),
    }
}
