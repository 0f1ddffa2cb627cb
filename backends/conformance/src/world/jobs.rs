//! Jobs for cases, and the verb *enqueue* in one line.

use std::sync::Arc;

use egret_core::{EnqueueReply, EnqueueRequest, Enqueued, JobData, JobId, NewJob, Origin, StartRequest, Timestamp};
use serde_json::value::to_raw_value;

use super::World;

/// The queue of jobs that name none.
pub(crate) const QUEUE: &str = "default";

/// A job without anything special, of the class `ReportJob`.
pub(crate) fn job() -> JobData {
    of_class("ReportJob")
}

pub(crate) fn of_class(class: &str) -> JobData {
    JobData::new(class)
}

pub(crate) fn in_queue(queue: &str) -> JobData {
    job().queued_in(queue)
}

pub(crate) fn with_priority(priority: i64) -> JobData {
    job().prioritised(priority)
}

pub(crate) fn due(at: Timestamp) -> JobData {
    let mut data = job();
    data.scheduled_at = Some(at);
    data
}

/// A payload with some of its keys set.
pub(crate) trait Amend: Sized {
    fn queued_in(self, queue: &str) -> Self;
    fn prioritised(self, priority: i64) -> Self;
}

impl Amend for JobData {
    fn queued_in(mut self, queue: &str) -> Self {
        self.queue_name = Some(queue.to_owned());
        self
    }

    fn prioritised(mut self, priority: i64) -> Self {
        self.priority = Some(priority);
        self
    }
}

/// A job with the bindings of a user, as SHIRASAGI writes them.
pub(crate) fn bound_to(user: &str) -> JobData {
    let mut data = job();
    let bindings = serde_json::json!([{ "site_id": "1", "user_id": user, "_aj_symbol_keys": [] }]);
    data.set_extra("serialized_bindings", to_raw_value(&bindings).expect("bindings are JSON"));
    data
}

/// The same job, of another site than the first.
pub(crate) fn of_site(mut data: JobData, site: &str) -> JobData {
    let user = data.belonging().user;
    let bindings = serde_json::json!([{ "site_id": site, "user_id": user, "_aj_symbol_keys": [] }]);
    data.set_extra("serialized_bindings", to_raw_value(&bindings).expect("bindings are JSON"));
    data
}

/// An enqueue of these jobs without conditions and without a wish to start a service.
pub(crate) fn at_once(jobs: Vec<JobData>) -> EnqueueRequest {
    EnqueueRequest { jobs: jobs.into_iter().map(|data| NewJob::new(data, Origin::Application)).collect(), start: None }
}

impl World {
    pub(crate) async fn ask(&self, request: EnqueueRequest) -> EnqueueReply {
        let n_jobs = request.jobs.len();
        let reply = self.store.enqueue(request).await.expect("an enqueue is answered");
        assert_eq!(reply.outcomes.len(), n_jobs, "one answer a job");
        reply
    }

    /// Enqueues a job that must be stored.
    pub(crate) async fn enqueue(&self, data: JobData) -> JobId {
        let id = data.job_id.clone();
        assert_eq!(self.offer(data).await, Enqueued::Stored(id.clone()), "a fresh job is stored under its id");
        id
    }

    /// Enqueues a job and tells what became of it.
    pub(crate) async fn offer(&self, data: JobData) -> Enqueued {
        self.offer_new(NewJob::new(data, Origin::Application)).await
    }

    pub(crate) async fn offer_new(&self, job: NewJob) -> Enqueued {
        self.ask(EnqueueRequest { jobs: vec![job], start: None }).await.outcomes.remove(0)
    }

    /// Enqueues these jobs in one batch; all must be stored.
    pub(crate) async fn enqueue_all(&self, jobs: Vec<JobData>) -> Vec<JobId> {
        let ids: Vec<JobId> = jobs.iter().map(|data| data.job_id.clone()).collect();
        let expected: Vec<Enqueued> = ids.iter().cloned().map(Enqueued::Stored).collect();
        assert_eq!(self.ask(at_once(jobs)).await.outcomes, expected, "fresh jobs are stored under their ids");
        ids
    }

    /// Enqueues so many jobs in one batch, in the order of the ids.
    pub(crate) async fn enqueue_many(&self, n_jobs: usize) -> Vec<JobId> {
        self.enqueue_all((0..n_jobs).map(|_| job()).collect()).await
    }

    /// Enqueues a job and asks for the right to start a service.
    pub(crate) async fn enqueue_starting(&self, data: JobData, start: StartRequest) -> EnqueueReply {
        let request = EnqueueRequest { start: Some(Arc::new(start)), ..at_once(vec![data]) };
        self.ask(request).await
    }
}
