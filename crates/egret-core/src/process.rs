//! The identity of an operating system process.

use serde::{Deserialize, Serialize};

/// Names one process of one boot of one host, also across containers.
///
/// Two processes can be compared only when `boot_id` and `pid_namespace` are equal: see
/// [`liveness`](Self::liveness).
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct ProcessIdentity {
    /// Host name, for people.
    pub host: String,
    /// Process id in its own namespace.
    pub pid: u32,
    /// `/proc/sys/kernel/random/boot_id`; empty where it cannot be read.
    pub boot_id: String,
    /// Inode of `/proc/self/ns/pid`; 0 where it cannot be read.
    pub pid_namespace: u64,
    /// Start time in clock ticks since boot (`/proc/PID/stat`, field 22); 0 where it cannot be read.
    pub started_ticks: u64,
}

/// What one process can tell of another.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Liveness {
    /// It runs (or is stopped, or a zombie's parent has not yet looked).
    Alive,
    /// It ended.
    Dead,
    /// Another boot or another namespace: from here nobody can tell.
    Unknown,
}

impl ProcessIdentity {
    /// The calling process.
    pub fn current() -> Self {
        let pid = std::process::id();
        Self {
            host: rustix::system::uname().nodename().to_string_lossy().into_owned(),
            pid,
            boot_id: read_trimmed("/proc/sys/kernel/random/boot_id"),
            pid_namespace: namespace_inode(),
            started_ticks: started_ticks(pid).unwrap_or(0),
        }
    }

    /// Whether this host has been booted anew since the process ran on it, so that its end says nothing about its jobs. Of a
    /// process on a host of another name nobody can tell from here: `false`.
    pub fn is_of_an_earlier_boot_here(&self) -> bool {
        let current = Self::current();
        self.host == current.host && self.boot_id != current.boot_id
    }

    /// Whether this process runs, as far as `observer` can tell.
    pub fn liveness(&self, observer: &Self) -> Liveness {
        let comparable = !self.boot_id.is_empty()
            && self.pid_namespace != 0
            && self.boot_id == observer.boot_id
            && self.pid_namespace == observer.pid_namespace;
        if !comparable {
            return Liveness::Unknown;
        }
        match started_ticks(self.pid) {
            Some(ticks) if ticks == self.started_ticks => Liveness::Alive,
            _ => Liveness::Dead,
        }
    }
}

fn read_trimmed(path: &str) -> String {
    std::fs::read_to_string(path).map(|text| text.trim().to_owned()).unwrap_or_default()
}

fn namespace_inode() -> u64 {
    rustix::fs::stat("/proc/self/ns/pid").map_or(0, |stat| stat.st_ino)
}

/// The start time of a process that is neither gone nor a zombie.
fn started_ticks(pid: u32) -> Option<u64> {
    let stat = std::fs::read_to_string(format!("/proc/{pid}/stat")).ok()?;
    // The second field, the program's name in parentheses, may itself contain spaces and parentheses.
    let mut fields = stat[stat.rfind(')')? + 1..].split_ascii_whitespace();
    let state = fields.next()?;
    if matches!(state, "Z" | "X") {
        return None;
    }
    // `state` is field 3, so the start time, field 22, is the 19th after it.
    fields.nth(18)?.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn knows_itself_alive_and_a_reaped_child_dead() {
        let me = ProcessIdentity::current();
        assert_eq!(me.liveness(&me), Liveness::Alive);
        let mut child = std::process::Command::new("true").spawn().unwrap();
        let identity = ProcessIdentity { pid: child.id(), ..me.clone() };
        child.wait().unwrap();
        assert_eq!(identity.liveness(&me), Liveness::Dead);
    }

    #[test]
    fn a_boot_of_another_host_says_nothing_of_this_one() {
        let me = ProcessIdentity::current();
        let rebooted = ProcessIdentity { boot_id: "other".into(), ..me.clone() };
        let elsewhere = ProcessIdentity { host: "elsewhere.example".into(), ..rebooted.clone() };
        let judged = [me, rebooted, elsewhere].map(|process| process.is_of_an_earlier_boot_here());
        assert_eq!(judged, [false, true, false]);
    }

    #[test]
    fn does_not_judge_another_boot_or_namespace() {
        let me = ProcessIdentity::current();
        let elsewhere = ProcessIdentity { boot_id: "other".into(), ..me.clone() };
        assert_eq!(elsewhere.liveness(&me), Liveness::Unknown);
        let contained = ProcessIdentity { pid_namespace: 1, ..me.clone() };
        assert_eq!(contained.liveness(&me), Liveness::Unknown);
    }
}
