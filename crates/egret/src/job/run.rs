//! The whole life of a run: read the arguments, do the work within its limits, judge an error.

use std::panic::AssertUnwindSafe;

use egret_core::{JobData, Timestamp};
use futures_util::FutureExt;

use super::error::{Panicked, TimeLimitExceeded};
use super::{Context, Decision, Definition, Done, Ending, JobError, RunJob, judge};
use crate::arguments::Arguments;

/// Performs a job once. Never panics, whatever the job's code does.
pub(super) async fn run(definition: &Definition, code: &dyn RunJob, data: &JobData, context: &Context) -> Ending {
    let result = match Arguments::from_raw(data.arguments.clone()) {
        Ok(arguments) => within_limits(definition, code, &arguments, context).await,
        Err(error) => Err(error.of_class(&*data.job_class).into()),
    };
    match result {
        Ok(Done::Completed) => Ending::Completed,
        Ok(Done::Snooze(duration)) => Ending::Snoozed(duration),
        Ok(Done::Discard(reason)) => Ending::Discarded { reason },
        Ok(Done::Cancel(reason)) => Ending::Cancelled { reason },
        Err(error) => judged(definition, data, error),
    }
}

/// Panics and the time limit become errors of the job.
async fn within_limits(
    definition: &Definition,
    code: &dyn RunJob,
    arguments: &Arguments,
    context: &Context,
) -> super::Result<Done> {
    let Some(limit) = definition.limit() else {
        return without_panic(code, arguments, context).await;
    };
    // What the job has started elsewhere sees its own end, not that of others.
    let context = context.clone().with_cancellation(context.cancellation().child_token());
    match tokio::time::timeout(limit, without_panic(code, arguments, &context)).await {
        Ok(result) => result,
        Err(_) => {
            context.cancellation().cancel();
            Err(JobError::named(TimeLimitExceeded::CLASS, TimeLimitExceeded { limit }))
        }
    }
}

async fn without_panic(code: &dyn RunJob, arguments: &Arguments, context: &Context) -> super::Result<Done> {
    // Whatever a panic has left half done belongs to the job, which is dropped.
    match AssertUnwindSafe(code.run(context, arguments)).catch_unwind().await {
        Ok(result) => result,
        Err(payload) => Err(JobError::named(Panicked::CLASS, Panicked::from_payload(&*payload))),
    }
}

fn judged(definition: &Definition, data: &JobData, error: JobError) -> Ending {
    match judge(definition, data, &error, Timestamp::now(), &mut rand::random) {
        Decision::Retry(retry) => Ending::Retried { data: Box::new(retry.data), at: retry.at, error },
        Decision::Discard => Ending::DiscardedOn(error),
        Decision::Exhausted | Decision::Unhandled => Ending::Failed(error),
    }
}
