//! The verbs *inspect*, *counts*, *change* and *history*: looking at jobs and moving them by hand.

use jiff::Timestamp;
use serde::Serialize;

use crate::{JobId, JobState, LogLine};

use super::JobFilter;

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
    /// Where the next page begins; `None` at the end. A page can hold fewer items than it might, even none, although
    /// another follows: where a filter leaves little, a store looks at some thousands of jobs for a page and no more.
    pub next: Option<Cursor>,
    /// Set when a [text](JobFilter::text) was looked for in so many jobs, the newest that match the rest of the filter,
    /// and older ones that match it too were left out. Not part of the JSON while it is `None`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub among_newest: Option<u64>,
}

impl<T> Listing<T> {
    /// A page, of everything that the filter covers.
    pub fn page(items: Vec<T>, next: Option<Cursor>) -> Self {
        Self { items, next, among_newest: None }
    }

    /// A listing that ends here.
    pub fn whole(items: Vec<T>) -> Self {
        Self::page(items, None)
    }

    /// The same with other items.
    pub fn map<U>(self, change: impl FnMut(T) -> U) -> Listing<U> {
        let items = self.items.into_iter().map(change).collect();
        Listing { items, next: self.next, among_newest: self.among_newest }
    }
}

/// In which order jobs are listed. Those that live come before those that have ended in both.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum JobOrder {
    /// Live jobs by the time at which they are due, the earliest first: what runs next is on top. Then the finished ones,
    /// the latest end first.
    #[default]
    DueFirst,
    /// Live jobs by the time at which they are due, the latest first: of jobs that are to run at once, the one enqueued
    /// last is on top. Then the finished ones, the latest end first.
    LatestFirst,
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
    /// nowhere in the report. For changes in portions, after a person has seen what a filter covers; and, with
    /// [`user`](JobFilter::user), for whoever may change only jobs of one's own: a job of somebody else and one that does
    /// not exist look the same. A [text](JobFilter::text) is looked for in each of these, however many are newer.
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
    /// How each of `changed` stood before, in the same order; read in the very step that changed it. Not part of the JSON.
    #[serde(skip)]
    pub former: Vec<Former>,
    /// Running jobs that were asked to stop.
    pub asked: Vec<JobId>,
    /// Jobs whose state does not allow it, with that state.
    pub refused: Vec<(JobId, JobState)>,
    /// Ids that name no job.
    pub unknown: Vec<JobId>,
}

/// How a job stood before it was changed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Former {
    /// Its state.
    pub state: JobState,
    /// When it was due; `None` for a job that had ended.
    pub due_at: Option<Timestamp>,
}

impl ChangeReport {
    /// Adds a job that was changed, with how it stood before.
    pub fn add_changed(&mut self, id: JobId, former: Former) {
        self.changed.push(id);
        self.former.push(former);
    }

    /// Adds what another change did.
    pub fn extend(&mut self, other: Self) {
        self.changed.extend(other.changed);
        self.former.extend(other.former);
        self.asked.extend(other.asked);
        self.refused.extend(other.refused);
        self.unknown.extend(other.unknown);
    }
}

impl Former {
    /// How a job stands that is in this state, and due at this time unless it has ended.
    pub fn new(state: JobState, due_at: Timestamp) -> Self {
        Self { state, due_at: (!state.is_terminal()).then_some(due_at) }
    }
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
