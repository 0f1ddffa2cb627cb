//! Ruby's workers: shown as services while they hold rows, by the names of their locks.

use egret_core::job_data::saturating_add;
use egret_core::{
    ClassSelection, ProcessIdentity, Result, Runner, ServiceId, ServiceMode, ServicePhase, ServiceRecord, Timestamp,
};

use super::Store;
use super::record::queue_of;
use super::row::{lock_of, read};
use super::transaction::Step;
use crate::table::Row;

const LOCKED: &str = include_str!("../../queries/locked.sql");

/// A worker of others.
#[derive(Debug)]
pub(super) struct Stranger {
    pub(super) record: ServiceRecord,
}

impl Store {
    /// Rows under locks that still count.
    pub(super) async fn locked_rows(&self, step: &mut Step<'_>) -> Result<Vec<Row>> {
        let expired = self.expired_before(self.clock());
        Ok(step.query(&self.tables.fill(LOCKED), vec![expired.into()]).await?.iter().map(read).collect())
    }

    /// Those that hold rows now. They give no sign but their locks: a lock that counts says of its worker that it is there, and
    /// that it takes jobs from the queue of the row.
    pub(super) async fn strangers(&self, step: &mut Step<'_>) -> Result<Vec<Stranger>> {
        let now = self.clock();
        let mut strangers: Vec<Stranger> = Vec::new();
        for row in self.locked_rows(step).await?.iter().filter(|row| lock_of(row).is_none()) {
            let (Some(name), Some(locked_at)) = (&row.locked_by, row.locked_at) else { continue };
            let id = id_of(name);
            match strangers.iter_mut().find(|stranger| stranger.record.id == id) {
                Some(Stranger { record }) => {
                    record.n_claimed += 1;
                    record.n_running += 1;
                    if !record.queues.iter().any(|queue| queue == queue_of(row)) {
                        record.queues.push(queue_of(row).to_owned());
                    }
                }
                None => {
                    let record = record(id, name, queue_of(row), locked_at, now);
                    strangers.push(Stranger { record });
                }
            }
        }
        Ok(strangers)
    }

    /// Until when a lock counts.
    pub(super) fn lock_ends_at(&self, locked_at: Timestamp) -> Timestamp {
        saturating_add(locked_at, self.settings.max_run_time)
    }
}

/// Who runs a row under a name that is none of ours.
pub(super) fn runner_of(name: &str) -> Runner {
    let process = process_of(name);
    Runner { service: id_of(name), host: process.host, pid: process.pid }
}

fn record(id: ServiceId, name: &str, queue: &str, locked_at: Timestamp, now: Timestamp) -> ServiceRecord {
    let (prefix, _) = name.split_once("host:").unwrap_or((name, ""));
    ServiceRecord {
        id,
        // Ruby's rake tasks have no prefix, its daemons `delayed_job` or `delayed_job.NUMBER`.
        name: Some(prefix.trim()).filter(|prefix| !prefix.is_empty()).unwrap_or("delayed_job").to_owned(),
        process: process_of(name),
        mode: ServiceMode::Service,
        // More of its list of queues is not to be seen.
        queues: vec![queue.to_owned()],
        classes: ClassSelection::All,
        concurrency: 1,
        started_at: locked_at,
        beat_at: now,
        phase: ServicePhase::Running,
        n_claimed: 1,
        n_running: 1,
        resident_bytes: 0,
        n_finished: 0,
        is_alive: true,
        follows: &[],
    }
}

/// Host and process of `PREFIX host:HOST pid:PID`.
fn process_of(name: &str) -> ProcessIdentity {
    let word = |key: &str| name.split_whitespace().find_map(|word| word.strip_prefix(key)).unwrap_or_default();
    ProcessIdentity {
        host: word("host:").to_owned(),
        pid: word("pid:").parse().unwrap_or(0),
        boot_id: String::new(),
        pid_namespace: 0,
        started_ticks: 0,
    }
}

/// The same for every process that looks: the hash FNV-1a of the name.
fn id_of(name: &str) -> ServiceId {
    let hash = name
        .bytes()
        .fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| (hash ^ u64::from(byte)).wrapping_mul(0x0000_0100_0000_01b3));
    ServiceId::from_number(hash >> 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_lock_of_rubys_tells_host_and_process() {
        let name = "delayed_job.7 host:vm pid:15474";
        let (epoch, now) = (Timestamp::UNIX_EPOCH, Timestamp::now());
        let record = record(id_of(name), name, "mail", epoch, now);
        assert_eq!((record.started_at, record.beat_at), (epoch, now), "it works as long as its lock counts");
        assert_eq!(record.name, "delayed_job.7");
        assert_eq!((record.process.host.as_str(), record.process.pid), ("vm", 15474));
        assert_eq!(runner_of(name).service, record.id);
        assert_eq!(super::record(id_of("host:vm pid:1"), "host:vm pid:1", "mail", epoch, now).name, "delayed_job");
    }
}
