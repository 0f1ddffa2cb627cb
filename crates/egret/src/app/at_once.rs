//! Jobs that do not wait: whoever enqueues one performs it in place, and nothing is stored.
//!
//! What Delayed Job calls `delay_jobs` (delayed_job 4.1, `lib/delayed/backend/base.rb`, `enqueue_job`), on every store.

use egret_core::{Enqueued, JobData, JobId, NewJob};

use super::App;
use crate::job::{Context, Ending, JobError};
use crate::{Error, ErrorKind};

/// Says of a job whether it is performed at once.
pub(super) type AtOnce = Box<dyn Fn(&JobData) -> bool + Send + Sync>;

impl App {
    /// Whether no job waits, or the application has a condition under which one does not.
    pub(super) fn may_perform_at_once(&self) -> bool {
        self.inner.at_once.is_some() || !self.backend().capabilities().delays_jobs
    }

    fn is_performed_at_once(&self, data: &JobData) -> bool {
        match &self.inner.at_once {
            Some(is_meant) => is_meant(data),
            None => !self.backend().capabilities().delays_jobs,
        }
    }

    /// Stores what waits, then performs the rest in its order. Answers as the store would have.
    pub(super) async fn enqueue_apart(&self, jobs: Vec<NewJob>) -> Result<Vec<Enqueued>, Error> {
        let is_meant: Vec<bool> = jobs.iter().map(|job| self.is_performed_at_once(&job.data)).collect();
        let (at_once, waiting): (Vec<_>, Vec<_>) =
            jobs.into_iter().zip(&is_meant).partition(|(_, is_meant)| **is_meant);
        let stored = self.store(waiting.into_iter().map(|(job, _)| job).collect()).await?;
        let mut performed = Vec::with_capacity(at_once.len());
        for (job, _) in at_once {
            performed.push(Enqueued::Stored(self.perform_at_once(job.data).await?));
        }
        let (mut stored, mut performed) = (stored.into_iter(), performed.into_iter());
        let next = |is_meant| if is_meant { performed.next() } else { stored.next() };
        Ok(is_meant.into_iter().filter_map(next).collect())
    }

    /// Performs a job until no rule retries it, without waiting in between: a retry is an enqueue, and so performed at once.
    async fn perform_at_once(&self, mut data: JobData) -> Result<JobId, Error> {
        let class = data.job_class.clone();
        let Some(job) = self.registry().get(&class).cloned() else {
            let message = format!(
                "the job `{class}` is to be performed at once, since no job waits here, and this program does not know its class"
            );
            return Err(Error::new(ErrorKind::Registration, message));
        };
        loop {
            let context = Context::new(self, &data);
            match job.perform(&data, &context).await {
                Ending::Retried { data: next, .. } => data = *next,
                Ending::Failed(error) => return Err(failed(&class, &error)),
                _ => return Ok(data.job_id),
            }
        }
    }
}

fn failed(class: &str, error: &JobError) -> Error {
    let message = format!("the job `{class}` was performed at once and failed");
    Error::new(ErrorKind::JobFailed, message).with_source(error.to_string())
}
