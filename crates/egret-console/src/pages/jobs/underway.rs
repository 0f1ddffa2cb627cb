//! Changes of many jobs between two requests: found and not yet agreed to, or under way.

use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use egret::bulk::{BulkChange, Found};

use super::action::Action;
use crate::access::generate;
use crate::audit::Ledger;

/// So long a change waits for its next request.
const LIFE: Duration = Duration::from_secs(900);
/// So many changes wait at once; the oldest makes room.
const MOST: usize = 32;
/// So many jobs all waiting changes have together, some hundred bytes each; the oldest change makes room.
const MOST_JOBS: u64 = 2_000_000;

/// A change of many jobs: what a person is shown, and then changed in portions.
#[derive(Debug)]
pub(crate) struct Pending {
    pub(crate) action: Action,
    pub(crate) work: Work,
    /// How many were found.
    pub(crate) n_jobs: u64,
    /// The query of the page that asked, and the path to which one goes back at the end.
    pub(crate) question: String,
    pub(crate) back: String,
}

/// How far a change is.
#[derive(Debug)]
pub(crate) enum Work {
    /// Nobody has agreed yet.
    Found(Box<Found>),
    /// Some are changed.
    Begun(Box<BulkChange>, Box<Ledger>),
}

/// The changes that wait for their next request. They end with the process; whoever comes too late is asked anew.
#[derive(Debug, Default)]
pub(crate) struct Underway {
    /// Guards the list, the oldest first.
    waiting: Mutex<Vec<Waiting>>,
}

#[derive(Debug)]
struct Waiting {
    key: String,
    owner: String,
    since: Instant,
    pending: Pending,
}

impl Pending {
    fn n_held(&self) -> u64 {
        match &self.work {
            Work::Found(found) => found.n_jobs(),
            Work::Begun(change, _) => change.report().n_left,
        }
    }
}

impl Underway {
    /// Keeps a change for its owner, and answers under what name.
    pub(crate) fn keep(&self, owner: &str, pending: Pending) -> String {
        let key = generate();
        let mut waiting = self.lock();
        waiting.retain(|other| other.since.elapsed() < LIFE);
        waiting.push(Waiting { key: key.clone(), owner: owner.to_owned(), since: Instant::now(), pending });
        let has_too_many = |waiting: &Vec<Waiting>| {
            waiting.len() > MOST || waiting.iter().map(|other| other.pending.n_held()).sum::<u64>() > MOST_JOBS
        };
        // The one that has just come stays, whatever its size: there must be a way to make it.
        while waiting.len() > 1 && has_too_many(&waiting) {
            waiting.remove(0);
        }
        key
    }

    /// Takes a change out, for its owner alone: two requests never work on one.
    pub(crate) fn take(&self, key: &str, owner: &str) -> Option<Pending> {
        let mut waiting = self.lock();
        let place = waiting.iter().position(|other| other.key == key && other.owner == owner)?;
        let taken = waiting.remove(place);
        (taken.since.elapsed() < LIFE).then_some(taken.pending)
    }

    fn lock(&self) -> MutexGuard<'_, Vec<Waiting>> {
        self.waiting.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use egret::App;
    use egret::config::Config;
    use egret_core::JobFilter;
    use egret_core::memory::MemoryRows;

    use super::*;

    #[tokio::test]
    async fn a_change_is_its_owners_and_is_taken_once() {
        let store = Arc::new(MemoryRows::default());
        let app = App::builder().config(Config::default()).backend(store).start_nothing().build().await.unwrap();
        let found = Found::by_filter(&app, JobFilter::all()).await.unwrap();
        let pending = || Pending {
            action: Action::Retry,
            work: Work::Found(Box::new(found.clone())),
            n_jobs: 0,
            question: String::new(),
            back: String::new(),
        };
        let underway = Underway::default();
        let key = underway.keep("a", pending());
        assert!(underway.take(&key, "b").is_none());
        assert!(underway.take(&key, "a").is_some());
        assert!(underway.take(&key, "a").is_none());
        let first = underway.keep("a", pending());
        let last = (0..MOST).map(|_| underway.keep("a", pending())).last().unwrap();
        assert!(underway.take(&first, "a").is_none(), "the oldest makes room");
        assert!(underway.take(&last, "a").is_some());
    }
}
