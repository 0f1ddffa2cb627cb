//! The verbs *prune*, *size*, *check*, *back_up*, *vacuum* and *damage*: keeping a store well while it works.

use std::fmt;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use jiff::Timestamp;
use serde::Serialize;

use crate::{JobId, JobState};

/// For how long finished jobs are kept, by state, and in how much room all that is kept may lie. A job goes as soon as it
/// is as old as its state is kept, to the moment (SHIRASAGI 1.21.0, `app/models/job.rb`: `created <= now - keep_logs`). The
/// default keeps everything for ever.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Retention {
    /// Completed jobs of this age go; `None`: never.
    pub completed: Option<Duration>,
    /// Discarded jobs of this age go; `None`: never.
    pub discarded: Option<Duration>,
    /// Cancelled jobs of this age go; `None`: never.
    pub cancelled: Option<Duration>,
    /// While the store uses more bytes than this, the jobs that finished first go, whatever their age and state. `None`: no
    /// bound. Live jobs never go, so a store of live jobs alone can be larger.
    pub max_bytes: Option<u64>,
}

impl Retention {
    /// The states in which a job can be forgotten.
    pub const STATES: [JobState; 3] = [JobState::Completed, JobState::Discarded, JobState::Cancelled];

    /// Keeps jobs of every finished state for so long.
    pub const fn of(age: Duration) -> Self {
        Self { completed: Some(age), discarded: Some(age), cancelled: Some(age), max_bytes: None }
    }

    /// The same with a bound of the store's size in bytes.
    #[must_use]
    pub const fn within(self, max_bytes: u64) -> Self {
        Self { max_bytes: Some(max_bytes), ..self }
    }

    /// For how long jobs of the state are kept. `None`: for ever, as for every state that is not terminal.
    pub const fn age(&self, state: JobState) -> Option<Duration> {
        match state {
            JobState::Completed => self.completed,
            JobState::Discarded => self.discarded,
            JobState::Cancelled => self.cancelled,
            _ => None,
        }
    }

    /// Whether nothing is ever forgotten.
    pub fn is_forever(&self) -> bool {
        *self == Self::default()
    }
}

/// What may be forgotten. Jobs that are not terminal never are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PrunePolicy {
    /// Which finished jobs go, with their attempts and log lines. A bound of the size is obeyed only where
    /// [`Capabilities::sizes`](crate::Capabilities::sizes) says so.
    pub retention: Retention,
    /// At most this many in one call, so that nobody waits long.
    pub limit: usize,
}

/// What a prune removed.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct PruneReport {
    /// The jobs that went; their log files are the caller's to remove.
    pub removed: Vec<JobId>,
}

/// How much room a store takes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct StoreSize {
    /// Bytes in which something is kept.
    pub used_bytes: u64,
    /// Bytes that the store holds and will use before it grows; a vacuum gives them back to the system.
    pub free_bytes: u64,
}

/// The versions of a store's tables.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct StoreVersion {
    /// What was found when the store was opened; 0 when it was new.
    pub found: u32,
    /// What it has now: the version of this program.
    pub current: u32,
}

/// What a check of a store found.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct CheckReport {
    /// Whether nothing is wrong.
    pub is_whole: bool,
    /// Jobs that were looked at, live and finished ones.
    pub n_jobs: u64,
    /// What is wrong, at most some hundred of them.
    pub findings: Vec<Finding>,
}

/// One thing that is wrong with a store.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Finding {
    /// What was looked at, as a short stable word such as `pages` or `counters`.
    pub subject: &'static str,
    /// What is wrong with it.
    pub message: String,
}

/// What a backup holds.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct BackupReport {
    /// Where it is.
    pub path: PathBuf,
    /// Its size.
    pub bytes: u64,
    /// Jobs in it that are not finished.
    pub n_live: u64,
    /// Finished jobs in it.
    pub n_finished: u64,
}

/// What a vacuum gave back.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct VacuumReport {
    /// Before.
    pub before: StoreSize,
    /// After.
    pub after: StoreSize,
}

/// Why a store that was opened takes nothing more: its data was destroyed under it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Damage {
    /// What happened, for people.
    pub cause: String,
    /// When it was noticed.
    pub noticed_at: Timestamp,
    /// Where everything is that could still be read. `None` when no copy could be made.
    pub copy: Option<PathBuf>,
    /// What to do about it, for people.
    pub remedy: String,
}

/// Told how far a long piece of work is.
#[derive(Clone)]
pub struct CareProgress(Arc<dyn Fn(CareStep) + Send + Sync>);

/// How far a long piece of work is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CareStep {
    /// What is being done, for people.
    pub what: &'static str,
    /// How much of it is done.
    pub done: u64,
    /// How much there is.
    pub total: u64,
}

impl CareProgress {
    /// Calls the function, now and then and from any thread. It should return soon.
    pub fn new(tell: impl Fn(CareStep) + Send + Sync + 'static) -> Self {
        Self(Arc::new(tell))
    }

    /// Tells nobody.
    pub fn silent() -> Self {
        Self::new(|_| {})
    }

    /// Says how far it is.
    pub fn tell(&self, what: &'static str, done: u64, total: u64) {
        (self.0)(CareStep { what, done, total });
    }
}

impl fmt::Debug for CareProgress {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("CareProgress").finish_non_exhaustive()
    }
}
