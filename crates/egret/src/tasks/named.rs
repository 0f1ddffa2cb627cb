//! A task by its name: making it ready, starting it, running code in it.

use std::fmt::Display;
use std::future::Future;
use std::ops::Deref;
use std::sync::Arc;

use egret_core::{
    Applied, Backend, BeginTask, CloseTask, TaskBegun, TaskEnding, TaskHold, TaskNote, TaskOwner, TaskRecord,
    TaskRefusal, TaskStage, UserLimit, Words, words,
};
use tokio_util::sync::CancellationToken;

use super::closing::{Guard, ending_of_error, run_to_end};
use super::{RunningTask, listing};
use crate::{App, Error, ErrorKind};

/// A task by its name. Nothing is stored before it is made ready or started.
///
/// Its owner is this process, by its handle on the store; when the process ends, the task is free. Within the process the
/// task is free as soon as the future or the value that has it is dropped.
#[derive(Clone, Debug)]
pub struct Task {
    app: App,
    name: String,
    user_limit: Option<UserLimit>,
}

impl Task {
    /// The task of the name. Names are chosen by the application; `:` between their parts is the custom, and what belongs to
    /// one site or folder has that in its name.
    pub fn named(app: &App, name: impl Into<String>) -> Self {
        Self { app: app.clone(), name: name.into(), user_limit: None }
    }

    /// Refuses to be made [`ready`](Self::ready) while the user has this many jobs waiting or running. Default: no limit.
    #[must_use]
    pub fn for_user(self, user_id: impl Into<String>, limit: u64) -> Self {
        Self { user_limit: Some(UserLimit { user_id: user_id.into(), limit }), ..self }
    }

    /// Its name.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// What the store holds of it; `None` before it was first made ready or started.
    ///
    /// # Errors
    /// When the store fails or keeps no tasks.
    pub async fn record(&self) -> Result<Option<TaskRecord>, Error> {
        Ok(self.app.backend().find_task(&self.name).await?)
    }

    /// Announces a run, so that nobody else announces one: what a form does before it enqueues the job. The announcement
    /// lasts until the task is started, by whomever, it is [withdrawn](ReadyTask::withdraw), or this process ends.
    ///
    /// # Errors
    /// [`ErrorKind::TaskRefused`] when the task is ready or running, [`ErrorKind::LimitReached`] when the user has too many
    /// jobs; and when the store fails or keeps no tasks.
    pub async fn ready(&self) -> Result<ReadyTask, Error> {
        let hold = self.begin(TaskStage::Ready).await?.map_err(refused)?;
        Ok(ReadyTask { backend: Arc::clone(self.app.backend()), hold })
    }

    /// Starts the task. It runs until the answer is [closed](HeldTask::close) or dropped.
    ///
    /// Counts are saved and an interrupt is noticed when the caller counts; [`run_with`](Self::run_with) does it also while
    /// he does not.
    ///
    /// # Errors
    /// [`ErrorKind::TaskRefused`] when the task is running; and when the store fails or keeps no tasks.
    pub async fn start(&self) -> Result<HeldTask, Error> {
        let hold = self.begin(TaskStage::Running).await?.map_err(refused)?;
        Ok(HeldTask { task: Some(self.running(hold)) })
    }

    /// Starts the task and runs code in it. As [`run_with`](Self::run_with), with an error when the task is running.
    ///
    /// # Errors
    /// The error of the code, [`ErrorKind::TaskRefused`] when the task is running, and when the store fails or keeps no
    /// tasks.
    pub async fn run<T, E, F>(&self, body: impl FnOnce(RunningTask) -> F) -> Result<T, E>
    where
        F: Future<Output = Result<T, E>>,
        E: From<Error> + Display,
    {
        self.run_with(body, |refusal| Err(refused(refusal).into())).await
    }

    /// Starts the task and runs code in it; or, when the task is running, does what `rejected` says and gives its answer.
    ///
    /// The end of the code is the end of the task: *completed*; *interrupted* when it gives back an error after it must not
    /// go on; *failed* when it gives back another error, or panics. The error and the panic go on to the caller, and the
    /// error is written into the task's log.
    ///
    /// # Errors
    /// The error of the code or of `rejected`, and when the store fails or keeps no tasks.
    ///
    /// # Cancel safety
    /// When the future is dropped, so is the code, and the task is free; it shows as interrupted, without having been
    /// closed.
    pub async fn run_with<T, E, F>(
        &self,
        body: impl FnOnce(RunningTask) -> F,
        rejected: impl FnOnce(TaskRefusal) -> Result<T, E>,
    ) -> Result<T, E>
    where
        F: Future<Output = Result<T, E>>,
        E: From<Error> + Display,
    {
        let hold = match self.begin(TaskStage::Running).await? {
            Ok(hold) => hold,
            Err(refusal) => {
                tracing::info!(task = self.name, "{refusal}");
                return rejected(refusal);
            }
        };
        let task = self.running(hold);
        let judge = |result: &Result<T, E>| match result {
            Ok(_) => TaskEnding::Completed,
            Err(error) => ending_of_error(&task, &error.to_string(), &[]),
        };
        match run_to_end(&task, body(task.clone()), judge).await {
            Ok(result) => result,
            Err(panic) => std::panic::resume_unwind(panic),
        }
    }

    fn running(&self, hold: TaskHold) -> RunningTask {
        let backend = Arc::clone(self.app.backend());
        RunningTask::new(backend, self.name.clone(), hold, CancellationToken::new())
    }

    async fn begin(&self, stage: TaskStage) -> Result<Result<TaskHold, TaskRefusal>, Error> {
        let user_limit = self.user_limit.clone().filter(|_| stage == TaskStage::Ready);
        begin(&self.app, &self.name, stage, TaskOwner::Process, user_limit).await
    }
}

/// Takes a task that is no service.
pub(super) async fn begin(
    app: &App,
    name: &str,
    stage: TaskStage,
    owner: TaskOwner,
    user_limit: Option<UserLimit>,
) -> Result<Result<TaskHold, TaskRefusal>, Error> {
    check_name(app, name)?;
    let begin = BeginTask { name: name.to_owned(), stage, owner, user_limit };
    Ok(match app.backend().begin_task(begin).await? {
        TaskBegun::Held(hold) => Ok(hold),
        TaskBegun::Refused(refusal) => Err(refusal),
    })
}

fn check_name(app: &App, name: &str) -> Result<(), Error> {
    let invalid = |message: Words| Err(Error::new(ErrorKind::Store(egret_core::ErrorKind::InvalidInput), message));
    if name.trim().is_empty() {
        return invalid(words!("task-name-empty", "the name of a task is empty"));
    }
    if listing::is_configured_service(app, name) {
        return invalid(words!(
            "task-name-of-service",
            "`{name}` is the name of a service in config/job.yml, expected another for a task",
            name = name
        ));
    }
    Ok(())
}

pub(super) fn refused(refusal: TaskRefusal) -> Error {
    match refusal {
        TaskRefusal::Limit(limit) => limit.into(),
        refusal => Error::new(ErrorKind::TaskRefused(refusal.clone()), refusal.to_string()),
    }
}

/// An announced run. Dropping it leaves the announcement as it is.
#[derive(Debug)]
pub struct ReadyTask {
    backend: Arc<dyn Backend>,
    hold: TaskHold,
}

impl ReadyTask {
    /// The number of the run, from 1, under which its log lines will be kept.
    pub fn log_sequence(&self) -> u64 {
        self.hold.log_sequence
    }

    /// Takes the announcement back. Harmless when somebody has started the task meanwhile.
    ///
    /// # Errors
    /// When the store fails.
    pub async fn withdraw(self) -> Result<(), Error> {
        let note = TaskNote::new(self.hold.token);
        match self.backend.close_task(CloseTask { note, ending: TaskEnding::Stop }).await? {
            Applied::Done | Applied::Stale => Ok(()),
        }
    }
}

/// A task that this value has: see [`RunningTask`] for what can be done with it. Dropped without [`close`](Self::close), the
/// task is free and shows as interrupted.
#[derive(Debug)]
pub struct HeldTask {
    /// Taken by the close.
    task: Option<RunningTask>,
}

impl HeldTask {
    /// Gives the task up, with what is not saved yet.
    pub async fn close(mut self, ending: TaskEnding) {
        if let Some(task) = self.task.take() {
            let guard = Guard::of(&task);
            task.close(ending).await;
            guard.disarm();
        }
    }
}

impl Deref for HeldTask {
    type Target = RunningTask;

    fn deref(&self) -> &RunningTask {
        self.task.as_ref().expect("only `close` takes it, and the value with it")
    }
}

impl Drop for HeldTask {
    fn drop(&mut self) {
        if let Some(task) = &self.task {
            drop(Guard::of(task));
        }
    }
}
