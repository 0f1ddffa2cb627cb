//! Putting one job into the store, as `exec` and `enqueue` do.

use egret_core::{Enqueued, JobData, JobId, LimitReached, NewJob};

use super::{Failure, Session};

/// Stores the job and has a service started if none is there. Answers its id.
pub(super) async fn submit(session: &Session, job: JobData) -> Result<JobId, Failure> {
    let app = session.app().await?;
    let mut outcomes = app.enqueue(vec![NewJob::new(job, app.origin())]).await?;
    match outcomes.pop() {
        Some(Enqueued::Stored(id)) => Ok(id),
        Some(Enqueued::Duplicate(id)) => Err(Failure::new(format!("the job is there already, as `{id}`"))),
        Some(Enqueued::Refused(limit)) => {
            let (key, remedy) = match &limit {
                LimitReached::QueueSize { queue, .. } => {
                    (format!("pool.{queue}.max_size"), "jobs of the queue have ended")
                }
                _ => ("size_limit_per_user".to_owned(), "jobs of the user have ended"),
            };
            let hint = format!("enqueue it again when {remedy}, or raise `{key}` in config/job.yml");
            Err(Failure::of(&limit).with_hint(hint))
        }
        None => Err(Failure::new("the store did not say what became of the job")),
    }
}
