//! Jobs without their types, to be stored together.

use std::time::Duration;

use egret_core::job_data::saturating_add;
use egret_core::{Conditions, Enqueued, JobData, JobId, NewJob, Origin, Timestamp, UniqueKey};

use crate::{App, Error};

/// A job ready to be stored, of any class. Made by [`Set::prepare`](super::Set::prepare), or from a payload.
#[derive(Clone, Debug)]
pub struct PreparedJob {
    pub(super) data: JobData,
    /// Counted from the enqueue.
    pub(super) wait: Option<Duration>,
    pub(super) unique: Option<UniqueKey>,
}

impl PreparedJob {
    /// The job's identity.
    pub fn job_id(&self) -> &JobId {
        &self.data.job_id
    }

    /// The payload as it stands before the enqueue, which sets the moment.
    pub fn data(&self) -> &JobData {
        &self.data
    }

    pub(crate) fn into_new_job(self, now: Timestamp, origin: Origin) -> NewJob {
        let mut data = self.data;
        data.enqueued_at = Some(now);
        if let Some(wait) = self.wait {
            data.scheduled_at = Some(saturating_add(now, wait));
        }
        let conditions =
            self.unique.map(|unique| Box::new(Conditions { unique: Some(unique), ..Conditions::default() }));
        NewJob { data, origin, conditions }
    }
}

impl From<JobData> for PreparedJob {
    fn from(data: JobData) -> Self {
        Self { data, wait: None, unique: None }
    }
}

impl App {
    /// Stores many jobs, of any classes, in one atomic step: much faster than one by one.
    ///
    /// # Errors
    /// When the store fails; then none is stored. A job that a limit refuses is an answer, not an error.
    pub async fn enqueue_all(&self, jobs: impl IntoIterator<Item = PreparedJob>) -> Result<Vec<Enqueued>, Error> {
        let now = Timestamp::now();
        let jobs = jobs.into_iter().map(|job| job.into_new_job(now, self.origin())).collect();
        self.enqueue(jobs).await
    }
}

/// Stores many jobs of any classes in one atomic step: the same as [`App::enqueue_all`], after Active Job's
/// `perform_all_later`.
///
/// # Errors
/// When the store fails; then none is stored.
pub async fn perform_all_later(app: &App, jobs: Vec<PreparedJob>) -> Result<Vec<Enqueued>, Error> {
    app.enqueue_all(jobs).await
}

/// Stores one job; a refusal is an error.
pub(super) async fn perform_prepared(app: &App, job: PreparedJob) -> Result<JobId, Error> {
    match app.enqueue_all([job]).await?.pop() {
        Some(Enqueued::Stored(id) | Enqueued::Duplicate(id)) => Ok(id),
        Some(Enqueued::Refused(limit)) => Err(limit.into()),
        None => Err(Error::internal("the store gave no answer about the job")),
    }
}
