//! The conformance suite on the reference in the shape of lists.

use std::sync::Arc;

use async_trait::async_trait;
use egret_conformance::Subject;
use egret_core::memory::{MemoryLists, MemoryOptions};
use egret_core::{Backend, JobId, ManualClock, Result, Timestamp, Timing};

/// A store in memory with a clock that is moved by hand.
struct Lists {
    store: MemoryLists,
    clock: ManualClock,
}

impl Lists {
    fn new() -> Self {
        let clock = ManualClock::at(Timestamp::now());
        let options = MemoryOptions { clock: Arc::new(clock.clone()), ..MemoryOptions::default() };
        Self { store: MemoryLists::new(options), clock }
    }
}

#[async_trait]
impl Subject for Lists {
    async fn open(&self, timing: Timing) -> Result<Arc<dyn Backend>> {
        Ok(Arc::new(self.store.with_timing(timing)))
    }

    fn clock(&self) -> Option<ManualClock> {
        Some(self.clock.clone())
    }

    fn overwrites_payloads(&self) -> bool {
        true
    }

    async fn overwrite_payload(&self, id: &JobId, bytes: &[u8]) {
        assert!(self.store.overwrite_payload(id, bytes), "the job `{id}` waits in the store");
    }
}

egret_conformance::suite!(Lists::new, lacks: [
    cancel, claims_by_class, conditions, control, delete, history, keeps_failures, lookup_by_id, notes, on_demand, origins, pauses,
    persistent, priorities, reschedule, retry, run_now, several_hosts, sizes, tasks, unique_ids,
]);
