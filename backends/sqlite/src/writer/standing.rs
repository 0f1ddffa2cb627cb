//! Claims that wait for jobs: the transaction that brings a job carries one of them out as well.
//!
//! This saves a service that lives in the process of a producer a transaction of its own and the way to it.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex, MutexGuard};

use super::Operation;

/// The claims that wait, the oldest first.
#[derive(Clone, Default)]
pub(crate) struct StandingClaims(Arc<Mutex<Waiting>>);

#[derive(Default)]
struct Waiting {
    claims: VecDeque<(u64, Box<dyn Operation>)>,
    next_number: u64,
}

/// A claim's place among those that wait.
#[derive(Debug)]
pub(crate) struct Place(u64);

impl std::fmt::Debug for StandingClaims {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.debug_struct("StandingClaims").field("n_claims", &self.lock().claims.len()).finish()
    }
}

impl StandingClaims {
    pub(crate) fn put(&self, claim: Box<dyn Operation>) -> Place {
        let mut waiting = self.lock();
        let number = waiting.next_number;
        waiting.next_number += 1;
        waiting.claims.push_back((number, claim));
        Place(number)
    }

    /// Takes a claim back. Answers false when a transaction has taken it before: then it will be answered.
    pub(crate) fn withdraw(&self, place: &Place) -> bool {
        let mut waiting = self.lock();
        let n_before = waiting.claims.len();
        waiting.claims.retain(|(number, _)| *number != place.0);
        waiting.claims.len() < n_before
    }

    /// The claim that has waited longest.
    pub(super) fn take(&self) -> Option<Box<dyn Operation>> {
        self.lock().claims.pop_front().map(|(_, claim)| claim)
    }

    fn lock(&self) -> MutexGuard<'_, Waiting> {
        self.0.lock().expect("nothing panics while claims wait")
    }
}
