//! Enqueuing: from jobs to the store, and on to a service if none is there.

use std::sync::Arc;

use egret_core::{EnqueueReply, EnqueueRequest, Enqueued, NewJob, StartFailure, StartRight, Timestamp};

use super::App;
use crate::Error;
use crate::facts::EnqueueFacts;
use crate::job::PreparedJob;

impl App {
    /// Stores jobs in one atomic step and says what became of each. They are stored when this returns, durably where the
    /// store can; in on-demand mode a service has then been started if none was alive.
    ///
    /// The limits of the configuration hold: a job whose queue or user is at its limit is refused, in the same step, and
    /// the others of the batch are stored.
    ///
    /// Jobs that do not wait ([`perform_at_once_if`](super::AppBuilder::perform_at_once_if)) are performed before this returns,
    /// after the others are stored; their answer is that of a stored one.
    ///
    /// # Errors
    /// When the store fails; then no job of the batch is stored. When a job that does not wait fails. A service that cannot be started is no error here: the
    /// jobs are safe, the next enqueue tries again, and `why` tells.
    pub async fn enqueue(&self, mut jobs: Vec<NewJob>) -> Result<Vec<Enqueued>, Error> {
        jobs.iter_mut().for_each(|job| self.limit(job));
        self.enqueue_without_limits(jobs).await
    }

    /// A job as the store takes it, with the limits of the configuration as its conditions: for an enqueue in a
    /// transaction of the application's own.
    pub fn new_job(&self, job: PreparedJob) -> NewJob {
        let mut job = job.into_new_job(Timestamp::now(), self.origin());
        self.limit(&mut job);
        job
    }

    /// The same for jobs that were in the store already, whatever their number: the next attempt of one must not be lost.
    pub(crate) async fn enqueue_without_limits(&self, jobs: Vec<NewJob>) -> Result<Vec<Enqueued>, Error> {
        match self.may_perform_at_once() {
            true => Box::pin(self.enqueue_apart(jobs)).await,
            false => self.store(jobs).await,
        }
    }

    /// Stores jobs, and starts a service if none is there that could perform them.
    pub(super) async fn store(&self, jobs: Vec<NewJob>) -> Result<Vec<Enqueued>, Error> {
        if jobs.is_empty() {
            return Ok(Vec::new());
        }
        let facts = EnqueueFacts::of(self, &jobs);
        let request = EnqueueRequest { jobs, start: self.start_request().cloned() };
        let reply = self.backend().enqueue(request).await.map_err(Error::from);
        match (&facts, &reply) {
            (Some(facts), Ok(reply)) => facts.tell(self, &reply.outcomes),
            (Some(facts), Err(error)) => facts.tell_error(error),
            (None, _) => {}
        }
        let EnqueueReply { outcomes, start } = reply?;
        if let Some(right) = start {
            self.start_service(right).await;
        }
        Ok(outcomes)
    }

    /// Starts a service if jobs wait, none is alive and the mode is on demand: what an enqueue does, for jobs whose
    /// enqueuer died before it could. Answers whether one was started.
    ///
    /// # Errors
    /// When the store fails.
    pub async fn start_service_if_needed(&self) -> Result<bool, Error> {
        let Some(request) = self.start_request() else { return Ok(false) };
        match self.backend().claim_start(request.as_ref().clone()).await? {
            Some(right) => {
                self.start_service(right).await;
                Ok(true)
            }
            None => Ok(false),
        }
    }

    /// Uses the right to start a service. A failure gives the right back and leaves its error for `why`.
    pub(crate) async fn start_service(&self, right: StartRight) {
        let starter = Arc::clone(self.starter());
        if let Err(error) = starter.start(self, &right).await {
            let error = crate::error::chain(&error);
            tracing::error!(service = right.name, %error, "failed to start a service");
            if let Err(error) = self.backend().start_failed(StartFailure { right, error }).await {
                tracing::warn!(error = %crate::error::chain(&error), "failed to give the right to start back");
            }
        }
    }
}
