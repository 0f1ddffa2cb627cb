//! The verbs *inspect*, *counts*, *change* and *history*: looking at jobs and moving them by hand.

use jiff::Timestamp;
use serde::Serialize;

use crate::{JobId, JobState, LogLine};

/// Which jobs. Empty parts ask for nothing.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct JobFilter {
    /// Only these states; empty for all.
    pub states: Vec<JobState>,
    /// Only this queue.
    pub queue: Option<String>,
    /// Only this class.
    pub class: Option<String>,
}

impl JobFilter {
    /// Jobs of any state.
    pub fn all() -> Self {
        Self::default()
    }

    /// Only jobs of the state, beside those already asked for.
    #[must_use]
    pub fn state(mut self, state: JobState) -> Self {
        self.states.push(state);
        self
    }

    /// Only jobs of the queue.
    #[must_use]
    pub fn queue(mut self, queue: impl Into<String>) -> Self {
        self.queue = Some(queue.into());
        self
    }

    /// Only jobs of the class.
    #[must_use]
    pub fn class(mut self, class: impl Into<String>) -> Self {
        self.class = Some(class.into());
        self
    }

    /// Whether a job of the state, queue and class is meant.
    pub fn covers(&self, state: JobState, queue: &str, class: &str) -> bool {
        (self.states.is_empty() || self.states.contains(&state))
            && self.queue.as_deref().is_none_or(|wanted| wanted == queue)
            && self.class.as_deref().is_none_or(|wanted| wanted == class)
    }
}

/// Which part of a listing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Page {
    /// At most this many items.
    pub limit: usize,
    /// Where the last page ended; `None` for the first.
    pub after: Option<Cursor>,
}

impl Page {
    /// The first page.
    pub fn first(limit: usize) -> Self {
        Self { limit, after: None }
    }
}

/// Where a page of a listing ended. Only the backend that made it understands it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(transparent)]
pub struct Cursor(pub String);

/// One page of a listing, in the order of the listing.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Listing<T> {
    /// The items.
    pub items: Vec<T>,
    /// Where the next page begins; `None` at the end.
    pub next: Option<Cursor>,
}

impl<T> Listing<T> {
    /// A listing that ends here.
    pub fn whole(items: Vec<T>) -> Self {
        Self { items, next: None }
    }
}

/// How many jobs there are.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Counts {
    /// One row for each queue and state that has jobs.
    pub rows: Vec<CountRow>,
    /// Whether the figures are exact.
    pub is_exact: bool,
}

/// Jobs of one state in one queue.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct CountRow {
    /// The queue.
    pub queue: String,
    /// The state.
    pub state: JobState,
    /// How many.
    pub n_jobs: u64,
}

impl Counts {
    /// Jobs of the state in all queues.
    pub fn of_state(&self, state: JobState) -> u64 {
        self.rows.iter().filter(|row| row.state == state).map(|row| row.n_jobs).sum()
    }

    /// Jobs of the state in one queue.
    pub fn of(&self, queue: &str, state: JobState) -> u64 {
        self.rows.iter().filter(|row| row.queue == queue && row.state == state).map(|row| row.n_jobs).sum()
    }

    /// Jobs that are not in a terminal state.
    pub fn live(&self) -> u64 {
        self.rows.iter().filter(|row| !row.state.is_terminal()).map(|row| row.n_jobs).sum()
    }
}

/// A change that a person makes to jobs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Change {
    /// A terminal or retryable job runs again, at once, with its retry counters reset.
    Retry,
    /// A scheduled or retryable job runs at once.
    RunNow,
    /// A waiting job gets another time.
    Reschedule(Timestamp),
    /// A waiting job ends as cancelled; a running one is asked to stop and then does.
    Cancel,
    /// The job is removed with its attempts. A claimed job is not deleted.
    Delete,
}

/// Which jobs a change is for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Target {
    /// These.
    Ids(Vec<JobId>),
    /// All that the filter covers.
    Filter(JobFilter),
    /// Those of these that the filter still covers when their turn comes; the others are left as they are and named
    /// nowhere in the report. For changes in portions, after a person has seen what a filter covers.
    Among {
        /// The jobs.
        ids: Vec<JobId>,
        /// What they must still be.
        filter: JobFilter,
    },
}

/// What a change did.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct ChangeReport {
    /// Jobs changed.
    pub changed: Vec<JobId>,
    /// Running jobs that were asked to stop.
    pub asked: Vec<JobId>,
    /// Jobs whose state does not allow it, with that state.
    pub refused: Vec<(JobId, JobState)>,
    /// Ids that name no job.
    pub unknown: Vec<JobId>,
}

/// Lines of one attempt from a place on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LogQuery {
    /// The job.
    pub job_id: JobId,
    /// The attempt, from 1.
    pub attempt: u32,
    /// Only lines after the first `after` ones.
    pub after: u64,
    /// At most this many.
    pub limit: usize,
}

/// Lines of one attempt that the store holds (its head; the whole log is in a file).
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct LogExcerpt {
    /// The lines.
    pub lines: Vec<LogLine>,
    /// How many lines the store holds up to and including the last of `lines`.
    pub position: u64,
}

/// A queue and whether anybody claims from it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct QueueRecord {
    /// Its name.
    pub name: String,
    /// Since when it is paused.
    pub paused_at: Option<Timestamp>,
}
