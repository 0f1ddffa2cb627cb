//! What `perform` may return.

use std::time::Duration;

use super::{JobError, Result};

/// How a job's code ended, when it was not an error. `()` means [`Completed`](Self::Completed).
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Done {
    /// The work is done.
    Completed,
    /// Not yet: run the job again after this time. Counts as no failure.
    Snooze(Duration),
    /// The job is of no use any more and shall not run again. It is kept among the discarded ones with the reason.
    Discard(String),
    /// The job ends before its work is done, with the reason.
    Cancel(String),
}

impl Done {
    /// [`Discard`](Self::Discard) with a reason.
    pub fn discard(reason: impl Into<String>) -> Self {
        Self::Discard(reason.into())
    }

    /// [`Cancel`](Self::Cancel) with a reason.
    pub fn cancel(reason: impl Into<String>) -> Self {
        Self::Cancel(reason.into())
    }
}

/// What `perform` may return: `()`, [`Done`], or a `Result` of one of them with any error.
#[diagnostic::on_unimplemented(
    message = "`perform` returns `{Self}`, which is no end of a job",
    note = "return `()`, `Done`, `egret::Result`, or `Result<(), E>` or `Result<Done, E>` with an error type `E`"
)]
pub trait IntoPerformed {
    /// The end of the job.
    ///
    /// # Errors
    /// The error that the job's code returned.
    fn into_performed(self) -> Result<Done>;
}

impl IntoPerformed for () {
    fn into_performed(self) -> Result<Done> {
        Ok(Done::Completed)
    }
}

impl IntoPerformed for Done {
    fn into_performed(self) -> Result<Done> {
        Ok(self)
    }
}

impl<T: IntoPerformed, E: Into<JobError>> IntoPerformed for std::result::Result<T, E> {
    fn into_performed(self) -> Result<Done> {
        self.map_err(Into::into)?.into_performed()
    }
}
