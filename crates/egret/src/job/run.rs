//! The whole life of a run: read the arguments, do the work within its limits, judge an error.

use std::future::Future;
use std::panic::AssertUnwindSafe;

use egret_core::{JobData, Timestamp};
use futures_util::FutureExt;
use tracing::Instrument as _;

use super::ending::given_up;
use super::error::{LongestRunExceeded, Panicked, TimeLimitExceeded};
use super::{Context, Decision, Definition, Done, Ending, JobError, RunJob, judge};
use crate::arguments::Arguments;
use crate::facts::{self, RunFacts};
use crate::tasks::run_bound;

/// Performs a job once. Never panics, whatever the job's code does.
pub(super) async fn run(definition: &Definition, code: &dyn RunJob, data: &JobData, context: &Context) -> Ending {
    let run = async {
        let facts = RunFacts::new(context.app(), data);
        facts.started();
        let result = in_task(definition, code, data, context).await;
        let ending = match result {
            Ok(done) => ended(done, &facts),
            Err(error) => judged(definition, data, error, &facts),
        };
        match &ending {
            Ending::Failed(error) => facts.failed(|| error.report()),
            _ => facts.performed(),
        }
        ending
    };
    run.instrument(facts::span(data)).await
}

/// Inside of the task that the class is bound to, if it is.
async fn in_task(definition: &Definition, code: &dyn RunJob, data: &JobData, context: &Context) -> super::Result<Done> {
    let Some(binding) = definition.task_binding() else {
        return without_panic(within_limit(definition, code, data, context)).await;
    };
    let body = async |context: Context| without_panic(within_limit(definition, code, data, &context)).await;
    run_bound(binding, context, definition.is_at_most_once(), body).await
}

fn ended(done: Done, facts: &RunFacts<'_>) -> Ending {
    match done {
        Done::Completed => Ending::Completed,
        Done::Snooze(duration) => {
            facts.snoozed(duration);
            Ending::Snoozed(duration)
        }
        Done::Discard(reason) => {
            facts.discarded(|| given_up(reason.clone()));
            Ending::Discarded { reason }
        }
        Done::Cancel(reason) => {
            facts.cancelled(&reason);
            Ending::Cancelled { reason }
        }
    }
}

/// A panic becomes an error of the job, also one while its future is dropped.
async fn without_panic(run: impl Future<Output = super::Result<Done>>) -> super::Result<Done> {
    // Whatever a panic has left half done belongs to the job, which is dropped.
    match AssertUnwindSafe(run).catch_unwind().await {
        Ok(result) => result,
        Err(payload) => Err(JobError::named(Panicked::CLASS, Panicked::from_payload(&*payload))),
    }
}

/// A run that takes too long becomes an error of the job.
async fn within_limit(
    definition: &Definition,
    code: &dyn RunJob,
    data: &JobData,
    context: &Context,
) -> super::Result<Done> {
    let arguments = Arguments::from_raw(data.arguments.clone()).map_err(|error| error.of_class(&*data.job_class))?;
    // Outside of a service no store waits for the end.
    let longest = context.claim().and_then(|_| context.app().backend().capabilities().longest_run);
    let Some(limit) = [definition.limit(), longest].into_iter().flatten().min() else {
        return code.run(context, &arguments).await;
    };
    // What the job has started elsewhere sees its own end, not that of others.
    let context = context.clone().with_cancellation(context.cancellation().child_token());
    match tokio::time::timeout(limit, code.run(&context, &arguments)).await {
        Ok(result) => result,
        Err(_) => {
            context.cancellation().cancel();
            let exceeded = TimeLimitExceeded { limit };
            Err(match definition.limit() == Some(limit) {
                true => JobError::named(TimeLimitExceeded::CLASS, exceeded),
                false => JobError::named(TimeLimitExceeded::CLASS, LongestRunExceeded(exceeded)),
            })
        }
    }
}

fn judged(definition: &Definition, data: &JobData, error: JobError, facts: &RunFacts<'_>) -> Ending {
    match judge(definition, data, &error, Timestamp::now(), &mut rand::random) {
        Decision::Retry(retry) => {
            facts.retrying(retry.data.executions, retry.delay, || error.report());
            Ending::Retried { data: Box::new(retry.data), at: retry.at, error }
        }
        Decision::Discard => {
            facts.discarded(|| error.report());
            Ending::DiscardedOn(error)
        }
        Decision::Exhausted => {
            facts.retries_stopped(|| error.report());
            Ending::Failed(error)
        }
        Decision::Unhandled => Ending::Failed(error),
    }
}
