//! Claims whose answers are on their way.
//!
//! A claim that the server knows and this handle does not is one whose answer got lost, or one whose answer has not come yet. The
//! former goes back, the latter must not.

use std::collections::BTreeSet;
use std::sync::{Arc, Mutex, MutexGuard};

/// Calls that are on their way, numbered as they began.
#[derive(Clone, Debug, Default)]
pub(crate) struct Claiming(Arc<Mutex<Calls>>);

#[derive(Debug, Default)]
struct Calls {
    n_begun: u64,
    on_their_way: BTreeSet<u64>,
}

impl Claiming {
    /// Counts a call for as long as the value lives: until what it claimed is booked.
    pub(super) fn begin(&self) -> OneCall {
        let mut calls = self.lock();
        let number = calls.n_begun;
        calls.n_begun += 1;
        calls.on_their_way.insert(number);
        OneCall { calls: self.clone(), number }
    }

    /// How many calls have begun so far.
    pub(super) fn n_begun(&self) -> u64 {
        self.lock().n_begun
    }

    /// Whether all of the first so many calls have ended.
    pub(super) fn have_ended(&self, n_begun: u64) -> bool {
        self.lock().on_their_way.first().is_none_or(|oldest| *oldest >= n_begun)
    }

    fn lock(&self) -> MutexGuard<'_, Calls> {
        self.0.lock().expect("nothing panics with the calls")
    }
}

/// A call on its way.
#[derive(Debug)]
pub(super) struct OneCall {
    calls: Claiming,
    number: u64,
}

impl Drop for OneCall {
    fn drop(&mut self) {
        self.calls.lock().on_their_way.remove(&self.number);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_call_counts_until_it_ends_and_later_ones_do_not_matter() {
        let claiming = Claiming::default();
        let (first, second) = (claiming.begin(), claiming.begin());
        let seen = claiming.n_begun();
        let later = claiming.begin();
        drop(first);
        assert!(!claiming.have_ended(seen), "the second is on its way");
        drop(second);
        assert!(claiming.have_ended(seen), "only a later one is");
        assert!(!claiming.have_ended(claiming.n_begun()));
        drop(later);
        assert!(claiming.have_ended(claiming.n_begun()));
    }
}
