//! The reference in the shape of rows: every record can be addressed, and one lock makes every verb atomic.

mod attempt;
mod change;
mod claim;
mod conditions;
mod counts;
mod enqueue;
mod executions;
mod finish;
mod history;
mod inspect;
mod job;
mod leave;
mod note;
mod queues;
mod release;
mod rescue;
mod seam;
mod services;
mod start;
mod store;
mod tasks;
mod waiting;

use std::sync::{Arc, Mutex, MutexGuard};

use self::store::Store;
use super::ADAPTER;
use super::hint::Hint;
use super::options::MemoryOptions;
use crate::{
    Capabilities, ChangeCapabilities, FailurePolicy, JobId, MemoryControl, Payload, SignalMap, Timing, WakeKind,
};

/// A store in memory whose jobs are rows. Clones are handles on the same store.
///
/// It can all that the seam has, except for moving counters of a ledger.
#[derive(Clone, Debug)]
pub struct MemoryRows {
    shared: Arc<Shared>,
    timing: Timing,
    capabilities: Arc<Capabilities>,
}

#[derive(Debug)]
struct Shared {
    /// Guards everything the store holds. No verb awaits while it has the lock.
    store: Mutex<Store>,
    hint: Hint,
    control: MemoryControl,
}

impl MemoryRows {
    /// An empty store.
    pub fn new(options: MemoryOptions) -> Self {
        let failure_policy = options.failure_policy.unwrap_or(FailurePolicy::Keep);
        let control = MemoryControl::new(Arc::clone(&options.clock));
        Self {
            shared: Arc::new(Shared {
                store: Mutex::new(Store::new(options.clock, failure_policy)),
                hint: Hint::default(),
                control,
            }),
            timing: options.timing,
            capabilities: Arc::new(capabilities(failure_policy)),
        }
    }

    /// Another handle on the store, which takes services for dead by another timing.
    #[must_use]
    pub fn with_timing(&self, timing: Timing) -> Self {
        Self { timing, ..self.clone() }
    }

    /// Replaces the stored payload of a live job by other bytes, as another program could, and says whether the job was
    /// there. Columns of the row beside the payload stay.
    pub fn overwrite_payload(&self, id: &JobId, bytes: &[u8]) -> bool {
        self.store().overwrite_payload(id, Payload::parse(bytes))
    }

    /// All that the store holds of a job, as text: equal before and after whatever has not touched it. `None` if there is
    /// no such job.
    pub fn snapshot(&self, id: &JobId) -> Option<String> {
        self.store().snapshot(id)
    }

    fn store(&self) -> MutexGuard<'_, Store> {
        self.shared.store.lock().expect("no verb panics while it holds the store")
    }
}

impl Default for MemoryRows {
    fn default() -> Self {
        Self::new(MemoryOptions::default())
    }
}

fn capabilities(failure_policy: FailurePolicy) -> Capabilities {
    Capabilities {
        adapter: ADAPTER,
        persistent: false,
        several_processes: false,
        several_hosts: false,
        claims_by_class: true,
        priorities: true,
        scheduling: true,
        lookup_by_id: true,
        origins: true,
        unique_ids: true,
        conditions: true,
        statements: false,
        follow_ups: true,
        ledger: false,
        notes: true,
        iterations: false,
        history: true,
        exact_counts: true,
        pauses: true,
        on_demand: true,
        tasks: true,
        sizes: true,
        care: false,
        control: true,
        changes: ChangeCapabilities { retry: true, run_now: true, reschedule: true, cancel: true, delete: true },
        wake: WakeKind::Pushed,
        failure_policy,
        longest_run: None,
        delays_jobs: true,
        unseen_workers: false,
        signals: SignalMap::default(),
    }
}
