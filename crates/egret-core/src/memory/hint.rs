//! The hint that wakes waiting services of this process.

use std::time::Duration;

use tokio::sync::Notify;

/// Wakes everybody who waits now; nobody who comes later.
#[derive(Debug, Default)]
pub(super) struct Hint(Notify);

impl Hint {
    pub(super) fn send(&self) {
        self.0.notify_waiters();
    }

    /// Returns at the next hint or after the timeout.
    pub(super) async fn wait(&self, timeout: Duration) {
        // Whether it was the hint or the time makes no difference: the caller looks for work in either case.
        let _ = tokio::time::timeout(timeout, self.0.notified()).await;
    }
}
