//! Limits of the process and of the unit that it runs in.

use std::fs;
use std::path::PathBuf;
use std::time::Duration;

use rustix::process::{Resource, getrlimit};

use super::finding::{Finding, Level};
use crate::config::{Section, format_duration};
use crate::language::Sentence;

const SUBJECT: &str = "limits";
/// Files that a service has open beside those of its jobs: store, locks, logs, sockets.
const OWN_FILES: u64 = 64;
/// Files of one job: its log, and the pipes and the pidfd of a program.
const FILES_OF_A_JOB: u64 = 8;
/// Threads of a service beside those of its jobs.
const OWN_THREADS: u64 = 16;
/// `TimeoutStopSec=` of a unit that says nothing (systemd 252, `systemd-system.conf(5)`, `DefaultTimeoutStopSec`).
const SYSTEMD_STOPS_AFTER: Duration = Duration::from_secs(90);

pub(super) fn check(section: &Section, findings: &mut Vec<Finding>) {
    let concurrency = u64::try_from(section.concurrency).unwrap_or(u64::MAX);
    files(section, concurrency, findings);
    unit(section, concurrency, findings);
}

fn files(section: &Section, concurrency: u64, findings: &mut Vec<Finding>) {
    let needed = concurrency.saturating_mul(FILES_OF_A_JOB).saturating_add(OWN_FILES);
    let limit = getrlimit(Resource::Nofile);
    if limit.current.is_some_and(|current| current < needed) {
        let message = about("check-files", section)
            .with("limit", limit.current.unwrap_or_default().to_string())
            .with("concurrency", concurrency.to_string())
            .with("needed", needed.to_string());
        let hint = Sentence::new("check-files-hint").with("needed", needed.to_string());
        findings.push(Finding::new(Level::Warning, SUBJECT, message).with_hint(hint));
    }
}

fn unit(section: &Section, concurrency: u64, findings: &mut Vec<Finding>) {
    if section.shutdown_timeout >= SYSTEMD_STOPS_AFTER {
        let message = about("check-stop-time", section).with("timeout", format_duration(section.shutdown_timeout));
        let seconds = section.shutdown_timeout.as_secs().saturating_add(15);
        let hint = setting(format!("TimeoutStopSec={seconds}"));
        findings.push(Finding::new(Level::Warning, SUBJECT, message).with_hint(hint));
    }
    if let (Some(wanted), Some(given)) = (section.max_memory, group_limit("memory.max"))
        && wanted > given
    {
        let message = about("check-memory", section).with("wanted", wanted.to_string());
        let message = message.with("given", given.to_string());
        let hint = Sentence::new("check-memory-hint");
        findings.push(Finding::new(Level::Warning, SUBJECT, message).with_hint(hint));
    }
    let threads = concurrency.saturating_add(OWN_THREADS);
    if let Some(given) = group_limit("pids.max").filter(|given| *given < threads) {
        let message = about("check-threads", section).with("given", given.to_string());
        let message = message.with("threads", threads.to_string());
        let hint = setting(format!("TasksMax={threads}"));
        findings.push(Finding::new(Level::Warning, SUBJECT, message).with_hint(hint));
    }
}

fn about(message: &'static str, section: &Section) -> Sentence {
    Sentence::new(message).with("section", section.section.as_str())
}

/// A line of a unit.
fn setting(line: String) -> Sentence {
    Sentence::new("check-setting").with("setting", line)
}

/// A limit of the control group of this process, version 2; `max` is none (Linux, `cgroup-v2`).
fn group_limit(file: &str) -> Option<u64> {
    let groups = fs::read_to_string("/proc/self/cgroup").ok()?;
    let own = groups.lines().find_map(|line| line.strip_prefix("0::/"))?;
    let folder = PathBuf::from("/sys/fs/cgroup").join(own);
    fs::read_to_string(folder.join(file)).ok()?.trim().parse().ok()
}
