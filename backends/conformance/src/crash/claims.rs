//! What the threads of a worker share: its present life, and what it must give up.

use std::collections::HashSet;
use std::sync::{Mutex, MutexGuard};

use egret_core::{Beat, ClaimToken, Orders, ServiceId};

/// One life of a worker in the store.
#[derive(Debug)]
pub(super) struct Life {
    pub(super) service: ServiceId,
    /// Guards what the heart and the hand tell each other; nobody waits while holding it.
    state: Mutex<State>,
}

#[derive(Debug, Default)]
struct State {
    running: Option<ClaimToken>,
    lost: HashSet<ClaimToken>,
    is_over: bool,
}

impl Life {
    pub(super) fn new(service: ServiceId) -> Self {
        Self { service, state: Mutex::default() }
    }

    /// What a beat tells.
    pub(super) fn beat(&self) -> Beat {
        Beat { running: self.state().running.into_iter().collect(), ..Beat::default() }
    }

    /// Takes in the answer to a beat.
    pub(super) fn follow(&self, orders: Orders) {
        let mut state = self.state();
        state.is_over |= orders.unknown;
        state.lost.extend(orders.lost);
    }

    /// The worker could not beat for too long, or the store does not know it any more: all its claims are void.
    pub(super) fn end(&self) {
        self.state().is_over = true;
    }

    pub(super) fn is_over(&self) -> bool {
        self.state().is_over
    }

    pub(super) fn set_running(&self, token: Option<ClaimToken>) {
        self.state().running = token;
    }

    /// Whether the job of a claim must be cancelled.
    pub(super) fn is_lost(&self, token: ClaimToken) -> bool {
        let state = self.state();
        state.is_over || state.lost.contains(&token)
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().expect("nobody panics while holding the state of a life")
    }
}
