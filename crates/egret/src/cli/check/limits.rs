//! Limits of the process and of the unit that it runs in.

use std::fs;
use std::path::PathBuf;
use std::time::Duration;

use rustix::process::{Resource, getrlimit};

use super::finding::{Finding, Level};
use crate::config::{Section, format_duration};

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
        let message = format!(
            "this process may open {} files, the section `{}` with `concurrency: {concurrency}` can need {needed}",
            limit.current.unwrap_or_default(),
            section.section,
        );
        let hint = format!("raise it: `ulimit -n {needed}`, or `LimitNOFILE={needed}` in the unit");
        findings.push(Finding::new(Level::Warning, SUBJECT, message).with_hint(hint));
    }
}

fn unit(section: &Section, concurrency: u64, findings: &mut Vec<Finding>) {
    if section.shutdown_timeout >= SYSTEMD_STOPS_AFTER {
        let (name, timeout) = (&section.section, format_duration(section.shutdown_timeout));
        let message = format!(
            "`shutdown_timeout: {timeout}` of the section `{name}` is longer than systemd waits if the unit says nothing"
        );
        let seconds = section.shutdown_timeout.as_secs() + 15;
        findings.push(Finding::new(Level::Warning, SUBJECT, message).with_hint(format!("`TimeoutStopSec={seconds}`")));
    }
    if let (Some(wanted), Some(given)) = (section.max_memory, group_limit("memory.max"))
        && wanted > given
    {
        let message = format!(
            "`max_memory` of the section `{}` is {wanted} bytes, and the unit or container has {given}: the kernel would \
             kill the service first",
            section.section
        );
        findings.push(Finding::new(Level::Warning, SUBJECT, message).with_hint("set `max_memory` below it"));
    }
    let threads = concurrency.saturating_add(OWN_THREADS);
    if let Some(given) = group_limit("pids.max").filter(|given| *given < threads) {
        let message = format!(
            "the unit or container may have {given} threads, the section `{}` can need {threads}",
            section.section
        );
        findings.push(Finding::new(Level::Warning, SUBJECT, message).with_hint(format!("`TasksMax={threads}`")));
    }
}

/// A limit of the control group of this process, version 2; `max` is none (Linux, `cgroup-v2`).
fn group_limit(file: &str) -> Option<u64> {
    let groups = fs::read_to_string("/proc/self/cgroup").ok()?;
    let own = groups.lines().find_map(|line| line.strip_prefix("0::/"))?;
    let folder = PathBuf::from("/sys/fs/cgroup").join(own);
    fs::read_to_string(folder.join(file)).ok()?.trim().parse().ok()
}
