//! What the suite must be able to do with a store under test.

use std::sync::Arc;

use async_trait::async_trait;
use egret_core::{Backend, JobId, ManualClock, Result, Timing};

/// One store, empty when it is made, and the ways to reach it.
#[async_trait]
pub trait Subject: Send + Sync + 'static {
    /// Opens a handle on the store, as another process would: handles share nothing but the store.
    ///
    /// `timing` is that of the handle: when it takes services for dead. Handles with different timings are open at once.
    async fn open(&self, timing: Timing) -> Result<Arc<dyn Backend>>;

    /// The clock of the store, if it can be moved by hand. Cases then need not wait for times to come.
    fn clock(&self) -> Option<ManualClock> {
        None
    }

    /// Whether [`overwrite_payload`](Self::overwrite_payload) works; else cases about damage are skipped.
    fn overwrites_payloads(&self) -> bool {
        false
    }

    /// Whether payloads are kept as the text of JSON that they came as; else only what it means, so that `1.50` may come back
    /// as `1.5` and an escaped letter as the letter.
    fn keeps_json_text(&self) -> bool {
        true
    }

    /// Replaces the stored payload of a waiting job by other bytes, around the backend.
    async fn overwrite_payload(&self, _id: &JobId, _bytes: &[u8]) {
        panic!("the subject says that it can overwrite payloads, but does not implement it")
    }

    /// All that the store holds of a job, in a form that is equal exactly when nothing of it has changed. `None` where the
    /// subject cannot tell; cases then compare what the seam shows.
    async fn snapshot(&self, _id: &JobId) -> Option<Vec<u8>> {
        None
    }
}
