//! What the kernel counts of another process.

use std::time::Duration;

use crate::Error;

/// What the kernel counts of a process, at one moment.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Usage {
    cpu: Duration,
    pub(super) resident_bytes: u64,
    /// What of that is no part of a file, which processes share.
    pub(super) own_bytes: u64,
    /// The most that was resident at any time.
    pub(super) peak_bytes: u64,
    /// How often a thread gave up the processor by itself.
    pub(super) n_switches: u64,
}

impl Usage {
    pub(super) fn of(pid: u32) -> Result<Self, Error> {
        let status = read(format!("/proc/{pid}/status"))?;
        let mut usage = Self {
            resident_bytes: field(&status, "VmRSS:") * 1024,
            own_bytes: field(&status, "RssAnon:") * 1024,
            peak_bytes: field(&status, "VmHWM:") * 1024,
            ..Self::default()
        };
        let threads = std::fs::read_dir(format!("/proc/{pid}/task"))
            .map_err(|error| Error::io("failed to list the threads of the other process", error))?;
        for thread in threads.flatten() {
            // A thread that has ended meanwhile counts for nothing.
            let Ok(schedule) = std::fs::read_to_string(thread.path().join("schedstat")) else { continue };
            let Ok(status) = std::fs::read_to_string(thread.path().join("status")) else { continue };
            // The first number is the time on a processor in nanoseconds.
            let nanoseconds = schedule.split_ascii_whitespace().next().and_then(|text| text.parse().ok());
            usage.cpu += Duration::from_nanos(nanoseconds.unwrap_or(0));
            usage.n_switches += field(&status, "voluntary_ctxt_switches:");
        }
        Ok(usage)
    }

    /// Processor time of the threads since then, those that still live.
    pub(super) fn cpu_since(&self, before: &Self) -> Duration {
        self.cpu.saturating_sub(before.cpu)
    }
}

fn read(path: String) -> Result<String, Error> {
    std::fs::read_to_string(&path).map_err(|error| Error::io(format!("failed to read `{path}`"), error))
}

/// The number behind a name in a `status` file.
fn field(status: &str, name: &str) -> u64 {
    status
        .lines()
        .find_map(|line| line.strip_prefix(name))
        .and_then(|rest| rest.split_ascii_whitespace().next())
        .and_then(|text| text.parse().ok())
        .unwrap_or(0)
}
