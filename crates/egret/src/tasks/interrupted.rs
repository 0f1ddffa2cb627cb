//! Why a task must not go on.

/// A task must not go on: what [`RunningTask::count`](super::RunningTask::count) and
/// [`check`](super::RunningTask::check) answer then. Give it back from the task's code by `?`.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("interrupted: {cause}")]
pub struct Interrupted {
    /// Why.
    pub cause: InterruptCause,
}

/// Why a task must not go on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum InterruptCause {
    /// A person asked. The word is upstream's (SHIRASAGI 1.21.0, `app/models/concerns/ss/model/task.rb`, `count`).
    #[error("stop")]
    Asked,
    /// The job that has the task is cancelled, or its service stops.
    #[error("the job is cancelled")]
    JobCancelled,
    /// Somebody took the task away, by a forced reset or because the job has been lost to another service. Nothing that
    /// this run still says of the task is written.
    #[error("the task was taken away")]
    TakenAway,
}

impl From<Interrupted> for crate::Error {
    fn from(interrupted: Interrupted) -> Self {
        Self::new(crate::ErrorKind::Interrupted, interrupted.to_string())
    }
}
