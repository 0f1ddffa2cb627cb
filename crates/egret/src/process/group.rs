//! One process group.

use rustix::io::Errno;
use rustix::process::{Pid, Signal, kill_process_group, test_kill_process_group};

/// The process group of a program that was started as the leader of a group of its own.
///
/// The number of a group is not given away again while a member is left, and a group is signalled only before it was
/// seen empty; so no signal meets a stranger.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct ProcessGroup {
    leader: Pid,
}

impl ProcessGroup {
    /// The group of a leader. `None` for numbers that no process has.
    pub(crate) fn of_leader(pid: u32) -> Option<Self> {
        let leader = Pid::from_raw(i32::try_from(pid).ok()?)?;
        // The kernel takes 1 and 0 for "everybody" or "my own group" in places.
        (!leader.is_init()).then_some(Self { leader })
    }

    /// Asks every member to end. Stopped ones are woken, else they would not hear of it.
    pub(crate) fn terminate(self) {
        self.signal(Signal::TERM);
        self.signal(Signal::CONT);
    }

    /// Ends every member.
    pub(crate) fn kill(self) {
        self.signal(Signal::KILL);
    }

    /// Whether no member runs. Zombies do not count: whether they are reaped is their parent's affair, and in containers
    /// it may never happen.
    pub(crate) fn is_gone(self) -> bool {
        match test_kill_process_group(self.leader) {
            Err(Errno::SRCH) => true,
            // Members are there that belong to another user.
            Err(_) => false,
            Ok(()) => !self.has_running_member(),
        }
    }

    fn signal(self, signal: Signal) {
        // No such group: its members ended by themselves. No permission: a member changed its user; nothing helps then,
        // and whoever waits for the group goes on waiting.
        let _ = kill_process_group(self.leader, signal);
    }

    fn has_running_member(self) -> bool {
        let Ok(processes) = std::fs::read_dir("/proc") else { return true };
        processes.flatten().any(|process| {
            let name = process.file_name();
            let is_process = name.to_str().is_some_and(|name| name.bytes().all(|byte| byte.is_ascii_digit()));
            is_process
                && std::fs::read_to_string(process.path().join("stat")).is_ok_and(|stat| self.is_running_member(&stat))
        })
    }

    /// Reads `/proc/PID/stat` (proc_pid_stat(5)): `pid (name) state ppid pgrp …`; the name may hold anything.
    fn is_running_member(self, stat: &str) -> bool {
        let Some(end_of_name) = stat.rfind(')') else { return false };
        let mut fields = stat[end_of_name + 1..].split_ascii_whitespace();
        let is_running = fields.next().is_some_and(|state| !matches!(state, "Z" | "X"));
        is_running && fields.nth(1).is_some_and(|group| group.parse() == Ok(self.leader.as_raw_pid()))
    }
}

#[cfg(test)]
mod tests {
    use std::os::unix::process::CommandExt as _;
    use std::process::Command;

    use super::*;

    #[test]
    fn a_group_is_there_until_its_last_member_ended_zombies_not_counted() {
        let mut child = Command::new("sleep").arg("60").process_group(0).spawn().unwrap();
        let group = ProcessGroup::of_leader(child.id()).unwrap();
        assert!(!group.is_gone());
        group.kill();
        // Not reaped yet: a zombie, as soon as the signal has arrived.
        let deadline = std::time::Instant::now() + std::time::Duration::from_secs(60);
        while !group.is_gone() {
            assert!(std::time::Instant::now() < deadline, "the group is still there");
            std::thread::yield_now();
        }
        child.wait().unwrap();
        assert!(group.is_gone());
    }

    #[test]
    fn never_means_everybody() {
        assert_eq!(ProcessGroup::of_leader(0), None);
        assert_eq!(ProcessGroup::of_leader(1), None);
        assert_eq!(ProcessGroup::of_leader(u32::MAX), None);
    }

    #[test]
    fn reads_the_group_behind_any_name() {
        let group = ProcessGroup::of_leader(77).unwrap();
        assert!(group.is_running_member("80 (a) Z (b) S 1 77 77 0 -1"));
        assert!(!group.is_running_member("80 (x) Z 1 77 77 0 -1"));
        assert!(!group.is_running_member("77 (x) S 1 78 77 0 -1"));
        assert!(!group.is_running_member(""));
    }
}
