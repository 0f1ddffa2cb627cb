//! How a run of a task ends.

use std::any::Any;
use std::future::Future;
use std::panic::AssertUnwindSafe;

use egret_core::TaskEnding;
use futures_util::FutureExt as _;

use super::RunningTask;

/// Lets go of a task whose code was dropped before its end.
pub(super) struct Guard<'a>(Option<&'a RunningTask>);

impl<'a> Guard<'a> {
    pub(super) fn of(task: &'a RunningTask) -> Self {
        Self(Some(task))
    }

    /// The task has been closed.
    pub(super) fn disarm(mut self) {
        self.0 = None;
    }
}

impl Drop for Guard<'_> {
    fn drop(&mut self) {
        if let Some(task) = self.0 {
            task.cancellation().cancel();
            task.abandon();
        }
    }
}

/// What the code of a task came to: a panic is told apart from what it gave back.
pub(super) type Outcome<T> = std::result::Result<T, Box<dyn Any + Send>>;

/// Runs the code of a task to its end and closes the task by what `judge` says of it. A panic closes it as failed and is
/// given back, to go on.
pub(super) async fn run_to_end<T>(
    task: &RunningTask,
    body: impl Future<Output = T>,
    judge: impl FnOnce(&T) -> TaskEnding,
) -> Outcome<T> {
    let guard = Guard::of(task);
    let outcome = task.alongside(AssertUnwindSafe(body).catch_unwind()).await;
    let ending = match &outcome {
        Ok(value) => judge(value),
        Err(panic) => {
            log_error(task, &message(&**panic), &[]);
            TaskEnding::Failed
        }
    };
    task.close(ending).await;
    guard.disarm();
    outcome
}

/// How a run that gave an error back ended, with the lines about it (SHIRASAGI 1.21.0,
/// `app/models/concerns/ss/model/task.rb`, `run_with`).
pub(super) fn ending_of_error(task: &RunningTask, error: &str, backtrace: &[String]) -> TaskEnding {
    match task.is_interrupted() {
        true => {
            task.log(format_args!("-- {error}"));
            TaskEnding::Interrupted
        }
        false => {
            log_error(task, error, backtrace);
            TaskEnding::Failed
        }
    }
}

fn log_error(task: &RunningTask, error: &str, backtrace: &[String]) {
    task.log("-- Error");
    task.log(error);
    if !backtrace.is_empty() {
        task.log(backtrace.join("\n"));
    }
}

fn message(panic: &(dyn Any + Send)) -> String {
    let text = panic.downcast_ref::<&str>().map(|text| (*text).to_owned());
    text.or_else(|| panic.downcast_ref::<String>().cloned()).unwrap_or_else(|| "it panicked".to_owned())
}
