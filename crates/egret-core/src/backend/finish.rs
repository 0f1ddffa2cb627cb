//! The verbs *finish*, *note* and *release*: how a claim ends, and what is written while it lasts.

use jiff::Timestamp;
use serde::Serialize;
use serde_json::value::RawValue;

use super::NewJob;
use crate::{ClaimToken, ErrorReport, JobData, LogLine};

/// The end of one claim, with what belongs to the same atomic step.
#[derive(Clone, Debug)]
pub struct Finish {
    /// The claim.
    pub token: ClaimToken,
    /// How it ended.
    pub outcome: Outcome,
    /// When the job's code began; `None` when it never did (then no attempt is counted or recorded, except for a
    /// discard).
    pub started_at: Option<Timestamp>,
    /// When it ended.
    pub closed_at: Timestamp,
    /// Lines written since the last note.
    pub log_lines: Vec<LogLine>,
    /// Jobs to be stored in the same step (capability `follow_ups`).
    pub follow_ups: Vec<NewJob>,
    /// Counters to be moved in the same step (capability `ledger`).
    pub ledger: Vec<LedgerEntry>,
}

impl Finish {
    /// A finish with nothing beside the outcome.
    pub fn new(token: ClaimToken, outcome: Outcome, started_at: Option<Timestamp>, closed_at: Timestamp) -> Self {
        Self {
            token,
            outcome,
            started_at,
            closed_at,
            log_lines: Vec::new(),
            follow_ups: Vec::new(),
            ledger: Vec::new(),
        }
    }
}

/// How a claim ends.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub enum Outcome {
    /// The job is done.
    Completed {
        /// What it returned, as JSON, if it returned something to keep.
        value: Option<Box<RawValue>>,
    },
    /// The job's own rules handled the error: the same job, with its counters moved, is enqueued again.
    Reenqueue {
        /// The payload of the next attempt.
        data: Box<JobData>,
        /// When it may run; `None` for at once.
        at: Option<Timestamp>,
        /// The error that was handled, if it was one.
        error: Option<ErrorReport>,
    },
    /// Nothing handled the error: the store's failure policy decides.
    Failed {
        /// The error.
        error: ErrorReport,
    },
    /// The job is given up, whatever the policy.
    Discarded {
        /// Why.
        error: ErrorReport,
    },
    /// A person or the job itself ended it before it was done.
    Cancelled {
        /// Why, for people.
        reason: String,
    },
    /// The job asked to go on later. Not counted as a failure.
    Snoozed {
        /// When it may run again.
        until: Timestamp,
    },
    /// The job is acknowledged before it runs and will not be run again, whatever happens (`at_most_once`). The store
    /// counts it as completed.
    AcknowledgedBeforeRun,
}

/// A counter that a finish moves.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LedgerEntry {
    /// Name of the counter.
    pub counter: String,
    /// By how much.
    pub delta: i64,
}

/// Whether a write under a token was applied.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[must_use = "a stale claim means that the job now belongs to somebody else"]
pub enum Applied {
    /// It was.
    Done,
    /// The claim has been replaced or ended; nothing was changed.
    Stale,
}

impl Applied {
    /// As a result, with the typed *stale claim* error.
    ///
    /// # Errors
    /// [`ErrorKind::StaleClaim`](crate::ErrorKind::StaleClaim) when it was not applied.
    pub fn into_result(self, operation: &str) -> crate::Result<()> {
        match self {
            Self::Done => Ok(()),
            Self::Stale => Err(crate::Error::stale_claim(operation)),
        }
    }
}

/// What is written under a claim while it lasts.
#[derive(Clone, Debug)]
pub struct Note {
    /// The claim.
    pub token: ClaimToken,
    /// When the job's code began, so that the attempt shows as running.
    pub started_at: Timestamp,
    /// How far it is.
    pub progress: Option<Progress>,
    /// The payload from which another run would go on (cursor, continuation).
    pub checkpoint: Option<Box<JobData>>,
    /// Lines written since the last note.
    pub log_lines: Vec<LogLine>,
}

/// How far a job is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct Progress {
    /// Steps done.
    pub current: u64,
    /// Steps in all, if known.
    pub total: Option<u64>,
}

/// A claim that goes back to where it was.
#[derive(Clone, Debug)]
pub struct Release {
    /// The claim.
    pub token: ClaimToken,
    /// When the job's code had begun, if it had: then the attempt is recorded as released. Never counted.
    pub started_at: Option<Timestamp>,
    /// Lines written since the last note.
    pub log_lines: Vec<LogLine>,
}

impl Release {
    /// Gives back a job that has not started.
    pub fn unstarted(token: ClaimToken) -> Self {
        Self { token, started_at: None, log_lines: Vec::new() }
    }
}
