//! The verbs *pause* and *resume*, and the list of queues.

use super::store::Store;
use crate::QueueRecord;

impl Store {
    /// Pauses a queue, which need not have held a job yet. A pause that lasts already keeps its beginning.
    pub(super) fn pause(&mut self, queue: &str) {
        let now = self.tick();
        self.queues.entry(queue.to_owned()).or_default().get_or_insert(now);
    }

    pub(super) fn resume(&mut self, queue: &str) {
        if let Some(paused_at) = self.queues.get_mut(queue) {
            *paused_at = None;
        }
    }

    pub(super) fn queue_records(&self) -> Vec<QueueRecord> {
        let queues = self.queues.iter();
        queues.map(|(name, paused_at)| QueueRecord { name: name.clone(), paused_at: *paused_at }).collect()
    }
}
