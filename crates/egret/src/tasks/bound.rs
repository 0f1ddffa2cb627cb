//! Jobs that are bound to a task.

use std::borrow::Cow;
use std::future::Future;
use std::time::{Duration, Instant};

use egret_core::{TaskEnding, TaskHold, TaskOwner, TaskRefusal, TaskStage};

use super::closing::{ending_of_error, run_to_end};
use super::named::{begin, refused};
use super::{InterruptCause, RunningTask};
use crate::job::{Context, Done, JobError, Result};

/// How long a job waits for its task at first; a later attempt waits longer, up to [`LONGEST_WAIT`].
const FIRST_WAIT: Duration = Duration::from_secs(5);
/// How long a job waits for its task at most before it tries again.
const LONGEST_WAIT: Duration = Duration::from_secs(60);

/// The task that a class of jobs is bound to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TaskBinding {
    /// The name of the task.
    pub name: Cow<'static, str>,
    /// What becomes of a job that finds its task running.
    pub busy: TaskBusy,
}

/// What becomes of a job that finds its task running. In no case does it count as done. (SHIRASAGI 1.21.0,
/// `app/jobs/concerns/job/ss/task_filter.rb`, lets it complete without work.)
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum TaskBusy {
    /// The job is put off and tries again, after 5 s at first and at most every minute, for as long as it takes.
    #[default]
    Wait,
    /// The job is discarded: it stays visible with the reason, and can be retried by hand.
    Discard,
}

/// Runs a job inside of its task. The context that the job's code gets knows the task, and is cancelled when the task is
/// interrupted.
pub(crate) async fn run_bound<F>(
    binding: &TaskBinding,
    context: &Context,
    at_most_once: bool,
    body: impl FnOnce(Context) -> F,
) -> Result<Done>
where
    F: Future<Output = Result<Done>>,
{
    // A job that is acknowledged before it runs has no claim any more by which it could have the task.
    let owner = match context.claim().filter(|_| !at_most_once) {
        Some(token) => TaskOwner::Claim { token, job_id: context.job_id().clone() },
        None => TaskOwner::Process,
    };
    let begun = begin(context.app(), &binding.name, TaskStage::Running, owner, None).await?;
    let hold = match begun {
        Ok(hold) => hold,
        Err(refusal) => return Ok(put_off(binding, context, refusal)),
    };
    let task = running(binding, context, hold);
    let began = Instant::now();
    let context = context.clone().with_cancellation(task.cancellation().clone()).with_task(task.clone());
    let judge = |result: &Result<Done>| judge(&task, result, began);
    match run_to_end(&task, body(context), judge).await {
        Ok(result) => told(&task, result),
        Err(panic) => std::panic::resume_unwind(panic),
    }
}

/// What becomes of a job whose task is not free.
fn put_off(binding: &TaskBinding, context: &Context, refusal: TaskRefusal) -> Done {
    let reason = refused(refusal).to_string();
    match binding.busy {
        TaskBusy::Wait => {
            let wait = wait_before(context.attempt());
            context.log(format_args!("{reason}; the job tries again in {} s", wait.as_secs()));
            Done::Snooze(wait)
        }
        TaskBusy::Discard => Done::Discard(reason),
    }
}

/// How long the job of an attempt waits.
fn wait_before(attempt: u32) -> Duration {
    FIRST_WAIT.saturating_mul(attempt.max(1)).min(LONGEST_WAIT)
}

/// The task of a job. Whatever cancels the job interrupts the task, but not the other way round beyond this run.
fn running(binding: &TaskBinding, context: &Context, hold: TaskHold) -> RunningTask {
    let backend = std::sync::Arc::clone(context.app().backend());
    RunningTask::new(backend, binding.name.clone().into_owned(), hold, context.cancellation().child_token())
}

fn judge(task: &RunningTask, result: &Result<Done>, began: Instant) -> TaskEnding {
    match result {
        Ok(Done::Completed) => {
            task.log(format_args!("# {:.3} sec", began.elapsed().as_secs_f64()));
            TaskEnding::Completed
        }
        Ok(Done::Snooze(_)) => TaskEnding::Stop,
        Ok(Done::Cancel(reason)) => {
            task.log(format_args!("-- {reason}"));
            TaskEnding::Interrupted
        }
        Ok(Done::Discard(reason)) => ending_of_error(task, reason, &[]),
        Err(error) => ending_of_error(task, &crate::error::chain(error.as_error()), &error.backtrace_lines()),
    }
}

/// What the job's end is after its task was interrupted: a job that gave in ends as cancelled and is not retried. An error
/// because the *job* was cancelled stays one, so that whoever cancelled it decides.
fn told(task: &RunningTask, result: Result<Done>) -> Result<Done> {
    let cause = task.cause();
    result.or_else(|error: JobError| match cause {
        Some(InterruptCause::Asked) => Ok(Done::Cancel(format!("the task `{}` was interrupted", task.name()))),
        Some(InterruptCause::TakenAway) => Ok(Done::Cancel(format!("the task `{}` was taken away", task.name()))),
        _ => Err(error),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_attempt_waits_longer_up_to_a_minute() {
        let waits = [0, 1, 2, 12, 13, u32::MAX].map(|attempt| wait_before(attempt).as_secs());
        assert_eq!(waits, [5, 5, 10, 60, 60, 60]);
    }
}
