//! The id of a worker: host, process and queues (Resque 3.0, `lib/resque/worker.rb`).

use std::fmt;

use egret_core::{ProcessIdentity, ServiceId};

/// What is added to the host name in ids of ours. A Ruby worker that starts with `*`, or with the same queues, removes every
/// id of its own host name behind which it finds no process titled `resque…`, a running job included
/// (`prune_dead_workers`); under another name ours are no neighbours of it.
const HOST_SUFFIX: &str = "-egret";

/// The id of one worker. Always of three parts: one of two keeps every Ruby worker from starting.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(super) struct WorkerId {
    /// Host name.
    pub(super) host: String,
    /// Process id; in ids of peers with the number of a worker behind it, as `PID+1`, in ours also with the life of the
    /// service, as `PID.3f2a+1`.
    pub(super) process: String,
    /// Queues and patterns.
    pub(super) queues: Vec<String>,
}

impl WorkerId {
    /// The worker of one slot of a service, counted from 1. Slots are told apart as node-resque's MultiWorker does, and lives
    /// of services in one process by some digits of their nonces. Exclusions are left out, as by Ruby.
    pub(super) fn of_slot<'a>(
        process: &ProcessIdentity,
        service: ServiceId,
        slot: u32,
        queues: impl IntoIterator<Item = &'a str>,
    ) -> Self {
        // A colon would move the border between the parts, a comma that between queues.
        let host = process.host.replace(':', "-");
        let queues = queues.into_iter().filter(|queue| !queue.starts_with('!'));
        Self {
            host: format!("{host}{HOST_SUFFIX}"),
            process: format!("{}.{:04x}+{slot}", process.pid, service.number() & 0xffff),
            queues: queues.map(|queue| queue.replace(',', "")).collect(),
        }
    }

    /// Reads an id of anybody; the last part may hold colons. `None` if it has less than three parts.
    pub(super) fn parse(text: &str) -> Option<Self> {
        let mut parts = text.splitn(3, ':');
        let (host, process, queues) = (parts.next()?, parts.next()?, parts.next()?);
        Some(Self {
            host: host.to_owned(),
            process: process.to_owned(),
            queues: queues.split(',').map(str::to_owned).collect(),
        })
    }

    /// The process id, without what tells workers of a process apart.
    pub(super) fn pid(&self) -> Option<u32> {
        let digits = self.process.split(|sign: char| !sign.is_ascii_digit()).next()?;
        digits.parse().ok()
    }

    /// Whether a service of Egret runs behind it.
    pub(super) fn is_ours(&self) -> bool {
        self.host.ends_with(HOST_SUFFIX)
    }
}

impl fmt::Display for WorkerId {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{}:{}:{}", self.host, self.process, self.queues.join(","))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ours_have_three_parts_and_another_host() {
        let service = ServiceId::from_number(0x1234_5678_9abc_3f2a);
        let mut process = ProcessIdentity { host: "vm".to_owned(), pid: 25868, ..ProcessIdentity::current() };
        let id = WorkerId::of_slot(&process, service, 3, ["critical", "*", "!low"]);
        assert_eq!(id.to_string(), "vm-egret:25868.3f2a+3:critical,*");
        assert!(id.is_ours());
        assert_eq!(id.pid(), Some(25868));
        process.host = "a:b".to_owned();
        assert!(WorkerId::of_slot(&process, service, 1, ["*"]).to_string().starts_with("a-b-egret:25868."));
    }

    #[test]
    fn a_queue_may_hold_colons() {
        let id = WorkerId::parse("vm:12:mail:urgent,low").unwrap();
        assert_eq!(id.queues, ["mail:urgent", "low"]);
        assert_eq!(id.to_string(), "vm:12:mail:urgent,low");
        assert!(!id.is_ours());
    }

    #[test]
    fn ids_of_less_parts_are_survived() {
        for text in ["foo:a", "foo", ""] {
            assert_eq!(WorkerId::parse(text), None, "{text}");
        }
        assert_eq!(WorkerId::parse("vm:26095+1:a,b").and_then(|id| id.pid()), Some(26095));
    }
}
