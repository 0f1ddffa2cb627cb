//! How a run ended, after the rules of the class have judged.

use std::time::Duration;

use egret_core::job_data::saturating_add;
use egret_core::{ErrorReport, JobData, Outcome, Timestamp};

use super::JobError;

/// How a run ended, after the rules of the class have judged an error.
#[derive(Debug)]
#[non_exhaustive]
pub enum Ending {
    /// The work is done.
    Completed,
    /// The job asked to run again after this time.
    Snoozed(Duration),
    /// The job gave itself up.
    Discarded {
        /// Its reason.
        reason: String,
    },
    /// The job ended itself early.
    Cancelled {
        /// Its reason.
        reason: String,
    },
    /// A rule enqueues the job again.
    Retried {
        /// The next attempt.
        data: Box<JobData>,
        /// When it may run.
        at: Timestamp,
        /// What went wrong.
        error: JobError,
    },
    /// A rule gives the job up.
    DiscardedOn(JobError),
    /// No rule handles the error, or the one that does has given up.
    Failed(JobError),
}

/// The class of the report on a job that gave itself up.
const GIVEN_UP: &str = "Egret::Discarded";

impl Ending {
    /// What the store is told.
    pub fn into_outcome(self, now: Timestamp) -> Outcome {
        match self {
            Self::Completed => Outcome::Completed { value: None },
            Self::Snoozed(duration) => Outcome::Snoozed { until: saturating_add(now, duration) },
            Self::Discarded { reason } => Outcome::Discarded { error: given_up(reason) },
            Self::Cancelled { reason } => Outcome::Cancelled { reason },
            Self::Retried { data, at, error } => Outcome::Reenqueue { data, at: Some(at), error: Some(error.report()) },
            Self::DiscardedOn(error) => Outcome::Discarded { error: error.report() },
            Self::Failed(error) => Outcome::Failed { error: error.report() },
        }
    }
}

/// The report on a job that gave itself up.
pub(super) fn given_up(reason: String) -> ErrorReport {
    ErrorReport::new(GIVEN_UP, reason)
}
