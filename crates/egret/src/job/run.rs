//! The whole life of a run: read the arguments, do the work within its limits, judge an error.

use std::future::Future;
use std::panic::AssertUnwindSafe;

use egret_core::{JobData, Timestamp};
use futures_util::FutureExt;

use super::error::{Panicked, TimeLimitExceeded};
use super::{Context, Decision, Definition, Done, Ending, JobError, RunJob, judge};
use crate::arguments::Arguments;

/// Performs a job once. Never panics, whatever the job's code does.
pub(super) async fn run(definition: &Definition, code: &dyn RunJob, data: &JobData, context: &Context) -> Ending {
    let result = without_panic(within_limit(definition, code, data, context)).await;
    match result {
        Ok(Done::Completed) => Ending::Completed,
        Ok(Done::Snooze(duration)) => Ending::Snoozed(duration),
        Ok(Done::Discard(reason)) => Ending::Discarded { reason },
        Ok(Done::Cancel(reason)) => Ending::Cancelled { reason },
        Err(error) => judged(definition, data, error),
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
    let Some(limit) = definition.limit() else {
        return code.run(context, &arguments).await;
    };
    // What the job has started elsewhere sees its own end, not that of others.
    let context = context.clone().with_cancellation(context.cancellation().child_token());
    match tokio::time::timeout(limit, code.run(&context, &arguments)).await {
        Ok(result) => result,
        Err(_) => {
            context.cancellation().cancel();
            Err(JobError::named(TimeLimitExceeded::CLASS, TimeLimitExceeded { limit }))
        }
    }
}

fn judged(definition: &Definition, data: &JobData, error: JobError) -> Ending {
    match judge(definition, data, &error, Timestamp::now(), &mut rand::random) {
        Decision::Retry(retry) => Ending::Retried { data: Box::new(retry.data), at: retry.at, error },
        Decision::Discard => Ending::DiscardedOn(error),
        Decision::Exhausted | Decision::Unhandled => Ending::Failed(error),
    }
}
