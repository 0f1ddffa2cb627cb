//! The guard, and what becomes of programs whose service dies.

use std::ffi::OsString;
use std::io::{BufRead as _, BufReader};
use std::os::fd::OwnedFd;
use std::os::unix::net::UnixStream;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitCode, Stdio};

use egret::execution_log::LogLimits;
use egret::program::{GUARD_ARGUMENT, ProgramError, run};
use egret_core::JobId;
use rustix::fs::{FlockOperation, flock};
use rustix::process::Signal;

use crate::bench::{
    Bench, Mode, PATIENCE, block_on, environment, guard_file, is_locked, runs, shell, signal, wait_for, wait_for_number,
};

/// The first argument of this program as a service that is going to be killed.
pub(crate) const SERVICE_ARGUMENT: &str = "__test-service";

/// Appends a line every 100 ms for a minute, from two processes, deaf to everything that can be ignored.
const WRITER: &str = "trap '' TERM INT QUIT HUP
    (n=0; while [ $n -lt 600 ]; do echo inner >> lines; sleep 0.1; n=$((n+1)); done) &
    echo $PPID > guard; echo $$ > leader
    n=0; while [ $n -lt 600 ]; do echo outer >> lines; sleep 0.1; n=$((n+1)); done";

/// A service that runs one program and waits for it.
pub(crate) fn service_main(arguments: &[OsString]) -> ExitCode {
    let root = Path::new(&arguments[0]);
    let environment = environment(root, &JobId::generate(), Mode::Guarded, LogLimits::default());
    // Only a kill ends it.
    let _ = block_on(run(&shell(WRITER).to_json(), &environment));
    ExitCode::SUCCESS
}

fn start_service(root: &Path) -> Child {
    Command::new(std::env::current_exe().unwrap()).arg(SERVICE_ARGUMENT).arg(root).spawn().unwrap()
}

fn n_lines(path: &Path) -> usize {
    std::fs::read_to_string(path).unwrap_or_default().lines().count()
}

pub(crate) fn a_killed_service_takes_its_program_along_before_the_lock_is_free() {
    let root = tempfile::tempdir().unwrap();
    let mut service = start_service(root.path());
    let [guard, leader] = ["guard", "leader"].map(|name| wait_for_number(&root.path().join(name)));
    let lines = root.path().join("lines");
    wait_for("lines of both processes", || (n_lines(&lines) >= 6).then_some(()));
    assert!(is_locked(&guard_file(root.path())), "a program lives, so the rescue must wait");

    service.kill().unwrap();
    service.wait().unwrap();
    // What the store's rescue does: it waits for the lock, and then another run may start.
    wait_for("the lock", || (!is_locked(&guard_file(root.path()))).then_some(()));
    let n_at_rescue = n_lines(&lines);
    assert!(!runs(leader), "the lock was free while the program lived");
    wait_for("the end of the guard", || (!runs(guard)).then_some(()));
    // Ten times as long as between two lines.
    std::thread::sleep(std::time::Duration::from_secs(1));
    assert_eq!(n_lines(&lines), n_at_rescue, "a line was appended after the lock was free");
}

pub(crate) fn a_killed_guard_takes_its_program_along() {
    let bench = Bench::new(Mode::Guarded);
    let root = bench.root().to_owned();
    let killer = std::thread::spawn(move || {
        let [guard, leader] = ["guard", "leader"].map(|name| wait_for_number(&root.join(name)));
        signal(guard, Signal::KILL);
        leader
    });
    let error = bench.script(WRITER).unwrap_err();
    assert!(matches!(&error, ProgramError::Guard { reason, .. } if reason.contains("killed")), "{error}");
    // It was killed before the run ended; the system takes it away a moment later.
    let leader = killer.join().unwrap();
    wait_for("the end of the program", || (!runs(leader)).then_some(()));
}

pub(crate) fn a_guard_is_deaf_to_signals_and_the_program_is_not() {
    let bench = Bench::new(Mode::Guarded);
    let root = bench.root().to_owned();
    let sender = std::thread::spawn(move || {
        let [guard, leader] = ["guard", "leader"].map(|name| wait_for_number(&root.join(name)));
        for deadly in [Signal::TERM, Signal::INT, Signal::QUIT, Signal::HUP, Signal::USR1, Signal::USR2] {
            signal(guard, deadly);
        }
        // The program has the usual meaning of a signal, although its starter has not.
        signal(leader, Signal::HUP);
    });
    let error = bench.script("echo $PPID > guard; echo $$ > leader; exec sleep 600").unwrap_err();
    sender.join().unwrap();
    assert!(matches!(error, ProgramError::Signal { signal: 1, .. }), "{error}");
}

pub(crate) fn nothing_starts_while_the_store_takes_the_service_for_dead() {
    let bench = Bench::new(Mode::Guarded);
    let file = std::fs::File::create(guard_file(bench.root())).unwrap();
    flock(&file, FlockOperation::LockExclusive).unwrap();
    let error = bench.script("echo > ran").unwrap_err();
    assert!(matches!(&error, ProgramError::Guard { reason, .. } if reason.contains("is locked")), "{error}");
    assert!(!bench.root().join("ran").exists());
    drop(file);
    bench.script("echo > ran").unwrap();
    assert!(bench.root().join("ran").exists());
}

pub(crate) fn a_guard_without_a_service_ends() {
    let root = tempfile::tempdir().unwrap();
    let lock = root.path().join("lock");
    std::fs::write(&lock, "").unwrap();
    let (ours, mut guard) = start_guard(&lock);
    let mut line = String::new();
    let mut reader = BufReader::new(ours);
    reader.read_line(&mut line).unwrap();
    assert!(line.contains("ready"), "{line}");
    assert!(is_locked(&lock), "a guard that is ready holds the lock");
    drop(reader);
    let deadline = std::time::Instant::now() + PATIENCE;
    while guard.try_wait().unwrap().is_none() {
        assert!(std::time::Instant::now() < deadline, "the guard waits for a dead service");
        std::thread::yield_now();
    }
    assert!(!is_locked(&lock));
}

fn start_guard(lock: &PathBuf) -> (UnixStream, Child) {
    let (ours, theirs) = UnixStream::pair().unwrap();
    let guard = Command::new(std::env::current_exe().unwrap())
        .arg(GUARD_ARGUMENT)
        .arg(lock)
        .stdin(Stdio::from(OwnedFd::from(theirs)))
        .spawn()
        .unwrap();
    (ours, guard)
}

/// In a container, process 1 may never reap anybody: the guard does.
pub(crate) fn orphans_leave_no_zombies() {
    let bench = Bench::new(Mode::Guarded);
    // The shell in between ends at once, so that its child is an orphan; then the leader watches it vanish.
    let script = "sh -c 'sleep 0.1 & echo $! > orphan'
        read -r orphan < orphan
        while [ -e /proc/$orphan ]; do sleep 0.02; done; echo gone";
    bench.script(script).unwrap();
    assert_eq!(bench.raw(egret::execution_log::LogFile::Stdout), b"gone\n");
}
