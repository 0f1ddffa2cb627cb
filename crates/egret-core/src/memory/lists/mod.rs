//! The reference in the shape of lists: a claim pops opaque bytes and keeps them under its number until it ends.
//!
//! Nothing can be addressed by an id, nothing is known of an element but its bytes, and what has ended is gone, except for
//! jobs that were given up. What the store must remember of a job between its attempts travels in its bytes.

mod claim;
mod enqueue;
mod entry;
mod finish;
mod inspect;
mod leave;
mod release;
mod rescue;
mod seam;
mod store;

use std::sync::{Arc, Mutex, MutexGuard};

use self::store::Store;
use super::ADAPTER;
use super::hint::Hint;
use super::options::MemoryOptions;
use crate::{Capabilities, ChangeCapabilities, FailurePolicy, JobId, SignalMap, Timing, WakeKind};

/// A store in memory whose jobs are elements of lists. Clones are handles on the same store.
///
/// Queues are first in, first out: priorities do not count, and a job whose time has come goes to the end of its queue.
#[derive(Clone, Debug)]
pub struct MemoryLists {
    shared: Arc<Shared>,
    timing: Timing,
    capabilities: Arc<Capabilities>,
}

#[derive(Debug)]
struct Shared {
    /// Guards everything the store holds. No verb awaits while it has the lock.
    store: Mutex<Store>,
    hint: Hint,
}

impl MemoryLists {
    /// An empty store.
    pub fn new(options: MemoryOptions) -> Self {
        let failure_policy = options.failure_policy.unwrap_or(MemoryOptions::RETRY);
        Self {
            shared: Arc::new(Shared {
                store: Mutex::new(Store::new(options.clock, failure_policy)),
                hint: Hint::default(),
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

    /// Replaces the first element that can be read as the job by other bytes, as another program could, and says whether
    /// there was one. Looks at every waiting element.
    pub fn overwrite_payload(&self, id: &JobId, bytes: &[u8]) -> bool {
        self.store().overwrite_payload(id, bytes)
    }

    fn store(&self) -> MutexGuard<'_, Store> {
        self.shared.store.lock().expect("no verb panics while it holds the store")
    }
}

impl Default for MemoryLists {
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
        claims_by_class: false,
        priorities: false,
        scheduling: true,
        lookup_by_id: false,
        origins: false,
        unique_ids: false,
        conditions: false,
        statements: false,
        follow_ups: true,
        ledger: false,
        notes: false,
        iterations: false,
        history: false,
        exact_counts: true,
        pauses: false,
        on_demand: false,
        tasks: false,
        sizes: false,
        care: false,
        control: false,
        changes: ChangeCapabilities::default(),
        wake: WakeKind::Pushed,
        failure_policy,
        longest_run: None,
        delays_jobs: true,
        unseen_workers: false,
        signals: SignalMap::default(),
    }
}
