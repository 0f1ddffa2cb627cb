//! Holding a task: *begin*, *note*, *close*, and what a person can do about it.

use jiff::Timestamp;

use super::TaskState;
use crate::{ClaimToken, JobId, LimitReached, LogLine, UserLimit};

/// Asks for a task. A task of the name is made if there is none.
#[derive(Clone, Debug)]
pub struct BeginTask {
    /// Its name, for example `cms:generate_pages`.
    pub name: String,
    /// Whether it is announced or begins.
    pub stage: TaskStage,
    /// With whom the hold ends.
    pub owner: TaskOwner,
    /// For [`TaskStage::Ready`]: refuse when the user has so many jobs waiting or running. The task remembers the user.
    pub user_limit: Option<UserLimit>,
}

/// How a task is taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TaskStage {
    /// A run is announced, so that nobody announces another. Refused while the task is ready or running.
    Ready,
    /// A run begins. Refused while the task is running; a ready one is taken over by whoever starts it.
    Running,
}

impl TaskStage {
    /// The state in which it leaves the task.
    pub const fn state(self) -> TaskState {
        match self {
            Self::Ready => TaskState::Ready,
            Self::Running => TaskState::Running,
        }
    }
}

/// With whom the hold on a task ends.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum TaskOwner {
    /// The claim of a job: when the claim ends, however it ends, or its service dies.
    Claim {
        /// The claim.
        token: ClaimToken,
        /// Its job, for people.
        job_id: JobId,
    },
    /// The handle of this process on the store: when the process ends, the handle is dropped, or
    /// [`Backend::abandon_task`](crate::Backend::abandon_task) says so.
    Process,
}

/// The answer to [`BeginTask`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum TaskBegun {
    /// The task is the caller's: its counts are 0, its times and the wish to interrupt it are empty.
    Held(TaskHold),
    /// Somebody else has it, or may not; nothing was changed.
    Refused(TaskRefusal),
}

/// A hold on a task.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TaskHold {
    /// Proof of it.
    pub token: TaskToken,
    /// The number of the run, from 1, under which its log lines are kept. Beginning a run that is ready goes on with the
    /// number of its announcement.
    pub log_sequence: u64,
    /// A person wanted the announced run interrupted before it began.
    pub is_interrupt_asked: bool,
}

/// Proof of one hold on one task. A later hold, by whomever, has another token, and writes under the old one are refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct TaskToken {
    /// The store's number of the task.
    pub task: u64,
    /// The number of the hold, never used again.
    pub hold: u64,
}

/// Why a task was not given.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum TaskRefusal {
    /// It runs.
    #[error("the task `{name}` is already running")]
    AlreadyRunning {
        /// The task.
        name: String,
        /// Since when.
        since: Timestamp,
    },
    /// It is ready.
    #[error("the task `{name}` is already ready")]
    AlreadyReady {
        /// The task.
        name: String,
    },
    /// The user has too many jobs.
    #[error(transparent)]
    Limit(LimitReached),
}

/// What the owner of a task writes while he has it.
#[derive(Clone, Debug)]
pub struct TaskNote {
    /// The hold.
    pub token: TaskToken,
    /// Steps done, in all.
    pub current_count: u64,
    /// Steps expected; 0 if unknown.
    pub total_count: u64,
    /// Lines since the last note.
    pub log_lines: Vec<LogLine>,
    /// Further lines since the last note that the store would not keep, to be counted only.
    pub n_unkept: u64,
}

impl TaskNote {
    /// A note that says nothing yet.
    pub fn new(token: TaskToken) -> Self {
        Self { token, current_count: 0, total_count: 0, log_lines: Vec::new(), n_unkept: 0 }
    }
}

/// The answer to [`TaskNote`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[must_use = "a person may want the task interrupted, or somebody else may have it"]
pub enum TaskNoted {
    /// Written; go on.
    GoOn,
    /// Written; a person wants the task interrupted.
    InterruptAsked,
    /// Refused: somebody else has the task, or nobody. Nothing was changed.
    Stale,
}

/// How the owner of a task gives it up.
#[derive(Clone, Debug)]
pub struct CloseTask {
    /// What he writes last.
    pub note: TaskNote,
    /// How the run ended.
    pub ending: TaskEnding,
}

/// How a run of a task ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TaskEnding {
    /// Nothing is said of it.
    Stop,
    /// It came to its end.
    Completed,
    /// It ended with an error.
    Failed,
    /// A person interrupted it.
    Interrupted,
}

impl TaskEnding {
    /// The state in which it leaves the task.
    pub const fn state(self) -> TaskState {
        match self {
            Self::Stop => TaskState::Stop,
            Self::Completed => TaskState::Completed,
            Self::Failed => TaskState::Failed,
            Self::Interrupted => TaskState::Interrupted,
        }
    }
}

/// What a change by hand does about a task that a living owner has.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LiveOwner {
    /// Refuses, with [`ErrorKind::Conflict`](crate::ErrorKind::Conflict).
    Respect,
    /// Takes the task away: further writes of the owner are refused, by which he learns of it.
    Replace,
}
