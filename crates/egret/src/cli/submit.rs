//! Putting one job into the store, as `exec` and `enqueue` do.

use egret_core::{Enqueued, JobData, JobId, LimitReached, NewJob};

use super::{Failure, Session};
use crate::language::{Language, Sentence};

/// Stores the job and has a service started if none is there. Answers its id.
pub(super) async fn submit(session: &Session, job: JobData) -> Result<JobId, Failure> {
    let app = session.app().await?;
    let mut outcomes = app.enqueue(vec![NewJob::new(job, app.origin())]).await?;
    match outcomes.pop() {
        Some(Enqueued::Stored(id)) => Ok(id),
        Some(Enqueued::Duplicate(id)) => {
            Err(Failure::new(session.language().text_with("limit-duplicate", &[("id", id.to_string().into())])))
        }
        Some(Enqueued::Refused(limit)) => Err(refused(&limit, session.language())),
        None => Err(Failure::new(Sentence::new("cli-no-word-of-job"))),
    }
}

/// The refusal by a limit, for whoever runs the command: with the names of queues, users and keys.
fn refused(limit: &LimitReached, language: Language) -> Failure {
    let sentence = |message: &str, name: &str, value: &str, limit: u64| {
        language.text_with(message, &[(name, value.into()), ("limit", limit.into())])
    };
    let hint = |message: &str, key: &str| language.text_with(message, &[("key", key.into())]);
    match limit {
        LimitReached::QueueSize { queue, limit } => {
            Failure::new(sentence("limit-refused-queue", "queue", queue.as_str(), *limit))
                .with_hint(hint("limit-refused-queue-hint", &format!("pool.{queue}.max_size")))
        }
        LimitReached::PerUser { user_id, limit } => {
            Failure::new(sentence("limit-refused-user", "user", user_id.as_str(), *limit))
                .with_hint(hint("limit-refused-user-hint", "size_limit_per_user"))
        }
        // A limit of a newer core: its own words are better than none.
        other => Failure::of(other),
    }
}
