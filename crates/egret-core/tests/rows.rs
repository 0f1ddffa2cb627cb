//! The conformance suite on the reference in the shape of rows.

use std::sync::Arc;

use async_trait::async_trait;
use egret_conformance::Subject;
use egret_core::memory::{MemoryOptions, MemoryRows};
use egret_core::{Backend, JobId, ManualClock, Result, Timestamp, Timing};

/// A store in memory with a clock that is moved by hand.
struct Rows {
    store: MemoryRows,
    clock: ManualClock,
}

impl Rows {
    fn new() -> Self {
        let clock = ManualClock::at(Timestamp::now());
        let options = MemoryOptions { clock: Arc::new(clock.clone()), ..MemoryOptions::default() };
        Self { store: MemoryRows::new(options), clock }
    }
}

#[async_trait]
impl Subject for Rows {
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
        assert!(self.store.overwrite_payload(id, bytes), "the job `{id}` is in the store");
    }

    async fn snapshot(&self, id: &JobId) -> Option<Vec<u8>> {
        Some(self.store.snapshot(id).unwrap_or_default().into_bytes())
    }
}

egret_conformance::suite!(Rows::new, lacks: [persistent, retries_failures, several_hosts]);
