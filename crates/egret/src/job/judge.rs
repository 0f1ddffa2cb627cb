//! Judging an error by the rules of its class, as Active Job's `retry_on` and `discard_on` do (Active Job 8.1,
//! `activejob/lib/active_job/exceptions.rb`).

use std::error::Error as StdError;
use std::time::Duration;

use egret_core::job_data::saturating_add;
use egret_core::{JobData, Timestamp};
use serde_json::Value;

use super::{Definition, JobError, Reaction, RetryPolicy, Rule};

/// What the rules say about an error.
#[derive(Debug)]
#[non_exhaustive]
pub enum Decision {
    /// The job is enqueued again.
    Retry(Box<Retry>),
    /// A rule retried the job as often as it may.
    Exhausted,
    /// A rule gives the job up.
    Discard,
    /// No rule speaks of the error.
    Unhandled,
}

/// The next attempt of a job.
#[derive(Debug)]
pub struct Retry {
    /// The same job with its counters moved, in the queue and at the time of the next attempt.
    pub data: JobData,
    /// When it may run.
    pub at: Timestamp,
    /// How long that is from now.
    pub delay: Duration,
}

/// Judges an error by the rules of the class. The last declared rule that matches decides; without one, the error's
/// causes are tried from the outside in.
///
/// `data` is the payload as the run began with it, `random` gives numbers from 0 up to 1 for the jitter.
pub fn judge(
    definition: &Definition,
    data: &JobData,
    error: &JobError,
    now: Timestamp,
    random: &mut dyn FnMut() -> f64,
) -> Decision {
    let Some(rule) = find_rule(definition.rules(), error) else {
        return Decision::Unhandled;
    };
    let policy = match rule.reaction() {
        Reaction::Discard => return Decision::Discard,
        Reaction::Retry(policy) => policy,
    };
    let mut data = data.clone();
    data.executions = data.executions.saturating_add(1);
    let n = count(&mut data, rule.key());
    if !policy.attempts.allow_after(n) {
        return Decision::Exhausted;
    }
    let delay = policy.wait.delay(n, policy.jitter.unwrap_or(definition.default_jitter()), error, random);
    let at = saturating_add(now, delay);
    move_to_retry(&mut data, policy, now, at);
    Decision::Retry(Box::new(Retry { data, at, delay }))
}

/// Counts one more match of the rule. A payload without counters counts executions instead and gets no counter.
fn count(data: &mut JobData, key: &str) -> u32 {
    let Some(counters) = &mut data.exception_executions else {
        return data.executions;
    };
    let before = counters.get(key).and_then(Value::as_u64).and_then(|count| u32::try_from(count).ok()).unwrap_or(0);
    let n = before.saturating_add(1);
    counters.insert(key.to_owned(), n.into());
    n
}

fn move_to_retry(data: &mut JobData, policy: &RetryPolicy, now: Timestamp, at: Timestamp) {
    if let Some(queue) = &policy.queue {
        data.queue_name = Some(queue.clone().into_owned());
    }
    if policy.priority.is_some() {
        data.priority = policy.priority;
    }
    data.enqueued_at = Some(now);
    data.scheduled_at = Some(at);
}

fn find_rule<'a>(rules: &'a [Rule], error: &JobError) -> Option<&'a Rule> {
    let mut class = Some(error.class());
    let mut candidate = Some(error.as_error());
    while let Some(error) = candidate {
        if let Some(rule) = rules.iter().rev().find(|rule| rule.matches(error, class)) {
            return Some(rule);
        }
        class = None;
        candidate = cause(error);
    }
    None
}

/// The cause of an error. An I/O error that holds another one counts as caused by it.
fn cause<'a>(error: &'a (dyn StdError + 'static)) -> Option<&'a (dyn StdError + 'static)> {
    match error.downcast_ref::<std::io::Error>().and_then(std::io::Error::get_ref) {
        Some(inner) => Some(inner),
        None => error.source(),
    }
}
