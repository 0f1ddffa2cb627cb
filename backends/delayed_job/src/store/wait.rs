//! The verbs *wait* and *wake*: a hint within the process, else the time.

use std::time::Duration;

use tokio::sync::Notify;

use super::Store;

/// Who waits for work here.
#[derive(Debug, Default)]
pub(crate) struct Waiting(Notify);

impl Waiting {
    /// There may be work.
    pub(super) fn hint(&self) {
        self.0.notify_waiters();
    }
}

impl Store {
    pub(super) async fn wait_for_hint(&self, timeout: Duration) {
        // Whether it was a hint or the time makes no difference: the caller looks for work in either case.
        let _ = tokio::time::timeout(timeout, self.waiting.0.notified()).await;
    }
}
