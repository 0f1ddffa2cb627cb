//! Ended claims on their way to the store.

use std::sync::{Mutex, MutexGuard};

use egret_core::{Finish, Release};
use tokio::sync::Notify;

/// Ended claims that the store has not yet been told of. Nothing in it may be lost while the process lives.
#[derive(Debug, Default)]
pub(super) struct Outbox {
    state: Mutex<OutboxState>,
    filled: Notify,
    emptied: Notify,
}

/// Guarded for a few instructions at a time, never across an await.
#[derive(Debug, Default)]
struct OutboxState {
    waiting: Endings,
    n_in_flight: usize,
    n_finished: u64,
}

/// Ends of claims, to be told in one batch each.
#[derive(Debug, Default)]
pub(super) struct Endings {
    pub(super) finishes: Vec<Finish>,
    pub(super) releases: Vec<Release>,
}

impl Endings {
    pub(super) fn len(&self) -> usize {
        self.finishes.len() + self.releases.len()
    }
}

impl Outbox {
    pub(super) fn finish(&self, finish: Finish) {
        let mut state = self.lock();
        state.waiting.finishes.push(finish);
        state.n_finished += 1;
        let is_first = state.waiting.len() == 1;
        drop(state);
        if is_first {
            self.filled.notify_one();
        }
    }

    pub(super) fn release(&self, releases: Vec<Release>) {
        if releases.is_empty() {
            return;
        }
        self.lock().waiting.releases.extend(releases);
        self.filled.notify_one();
    }

    /// Waits for endings and takes them all; they count as in flight until [`told`](Self::told).
    pub(super) async fn take(&self) -> Endings {
        loop {
            let filled = self.filled.notified();
            {
                let mut state = self.lock();
                if state.waiting.len() > 0 {
                    let endings = std::mem::take(&mut state.waiting);
                    state.n_in_flight += endings.len();
                    return endings;
                }
            }
            filled.await;
        }
    }

    /// The store knows of this many endings that were taken.
    pub(super) fn told(&self, n_endings: usize) {
        let mut state = self.lock();
        state.n_in_flight -= n_endings;
        let is_empty = state.n_in_flight == 0 && state.waiting.len() == 0;
        drop(state);
        if is_empty {
            self.emptied.notify_waiters();
        }
    }

    /// Waits until the store knows of everything.
    pub(super) async fn emptied(&self) {
        loop {
            let emptied = self.emptied.notified();
            tokio::pin!(emptied);
            // Registered before the look, so that no notice falls in between.
            emptied.as_mut().enable();
            if self.is_empty() {
                return;
            }
            emptied.await;
        }
    }

    pub(super) fn is_empty(&self) -> bool {
        let state = self.lock();
        state.n_in_flight == 0 && state.waiting.len() == 0
    }

    /// Jobs that ended since the service began, releases not counted.
    pub(super) fn n_finished(&self) -> u64 {
        self.lock().n_finished
    }

    fn lock(&self) -> MutexGuard<'_, OutboxState> {
        self.state.lock().expect("nothing panics while the outbox is locked")
    }
}
