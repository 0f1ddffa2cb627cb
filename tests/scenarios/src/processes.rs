//! Processes as the system shows them.

use std::fs;
use std::os::unix::ffi::OsStrExt as _;
use std::path::Path;

use rustix::io::Errno;
use rustix::process::{Pid, Signal, kill_process};

/// A process of an application.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Process {
    /// Its id.
    pub pid: u32,
    /// Its words, the program first.
    pub words: Vec<String>,
}

/// The living processes whose environment names the folder as `EGRET_ROOT`: commands, services, guards and programs, for
/// each hands its environment on. Zombies are not among them.
pub fn of_root(root: &Path) -> Vec<Process> {
    let mark = [b"EGRET_ROOT=", root.as_os_str().as_bytes()].concat();
    let entries = fs::read_dir("/proc").expect("the system shows its processes");
    let pids = entries.filter_map(|entry| entry.ok()?.file_name().to_str()?.parse().ok());
    pids.filter(|pid| has_variable(*pid, &mark)).filter_map(read).collect()
}

impl Process {
    /// Whether it is a service, by its command: `PROGRAM run …`.
    pub fn is_service(&self) -> bool {
        self.words.get(1).is_some_and(|word| word == "run")
    }

    /// Whether it guards a program.
    pub fn is_guard(&self) -> bool {
        self.words.get(1).is_some_and(|word| word == egret::program::GUARD_ARGUMENT)
    }
}

/// Whether the process lives; a zombie does not.
pub fn lives(pid: u32) -> bool {
    let stat = fs::read_to_string(format!("/proc/{pid}/stat")).ok();
    !matches!(stat.as_deref().and_then(state), Some('Z' | 'X') | None)
}

/// Whether every thread of the process has been stopped.
pub fn stands_still(pid: u32) -> bool {
    let threads = fs::read_dir(format!("/proc/{pid}/task")).expect("the process lives");
    let paths = threads.map(|thread| thread.expect("a process tells of its threads").path().join("stat"));
    // One that has ended meanwhile runs no more.
    paths.filter_map(|path| state(&fs::read_to_string(path).ok()?)).all(|state| matches!(state, 'T' | 't'))
}

/// Sends a signal. A process that is gone gets none.
pub fn signal(pid: u32, signal: Signal) {
    let number = i32::try_from(pid).unwrap();
    match kill_process(Pid::from_raw(number).unwrap(), signal) {
        Ok(()) | Err(Errno::SRCH) => {}
        Err(error) => panic!("failed to send {signal:?} to {pid}: {error}"),
    }
}

/// Resident memory in bytes; `None` when the process is gone.
pub fn resident_bytes(pid: u32) -> Option<u64> {
    let statm = fs::read_to_string(format!("/proc/{pid}/statm")).ok()?;
    let pages: u64 = statm.split_ascii_whitespace().nth(1)?.parse().ok()?;
    (pages > 0).then(|| pages * rustix::param::page_size() as u64)
}

/// Time that the threads of the process have spent on processors, in nanoseconds (`/proc/PID/task/TID/schedstat`, first
/// field). Threads that have ended are not counted.
pub fn processor_nanoseconds(pid: u32) -> u64 {
    let tasks = fs::read_dir(format!("/proc/{pid}/task")).expect("the process lives");
    tasks
        .filter_map(|task| fs::read_to_string(task.ok()?.path().join("schedstat")).ok())
        .map(|text| text.split_ascii_whitespace().next().unwrap().parse::<u64>().unwrap())
        .sum()
}

fn read(pid: u32) -> Option<Process> {
    let line = fs::read(format!("/proc/{pid}/cmdline")).ok()?;
    // That of a zombie is empty.
    let line = line.strip_suffix(b"\0")?;
    let words = line.split(|byte| *byte == 0).map(|word| String::from_utf8_lossy(word).into_owned()).collect();
    Some(Process { pid, words })
}

fn has_variable(pid: u32, mark: &[u8]) -> bool {
    // Of another user, or gone: none of ours.
    let Ok(environment) = fs::read(format!("/proc/{pid}/environ")) else { return false };
    environment.split(|byte| *byte == 0).any(|variable| variable == mark)
}

/// The state in a line of `stat`. It follows the program's name, which can hold anything.
fn state(stat: &str) -> Option<char> {
    stat[stat.rfind(')')? + 1..].trim_start().chars().next()
}
