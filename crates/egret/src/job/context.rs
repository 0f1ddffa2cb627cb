//! What a job's code knows about its run.

use std::fmt;
use std::sync::{Arc, Mutex};

use egret_core::{ClaimToken, JobData, JobId};
use serde::Serialize;
use serde::de::DeserializeOwned;
use tokio_util::sync::{CancellationToken, WaitForCancellationFuture};

use super::iteration::IterationPlace;
use super::{Bindings, Iteration};
use crate::App;
use crate::tasks::RunningTask;

/// The run of a job, as its code sees it. Cheap to clone, so that tasks of the job can have one.
#[derive(Clone, Debug)]
pub struct Context {
    run: Arc<RunFacts>,
    cancellation: CancellationToken,
    stopping: CancellationToken,
    claim: Option<ClaimToken>,
    task: Option<RunningTask>,
    /// Where the run stands among its elements, if it goes through some.
    place: Arc<Mutex<Option<Arc<IterationPlace>>>>,
}

#[derive(Clone, Debug)]
struct RunFacts {
    app: App,
    job_id: JobId,
    class: String,
    queue: String,
    attempt: u32,
    executions: u32,
    bindings: Bindings,
}

impl Context {
    /// A run of the job that nobody cancels. The attempt is one more than the executions of the payload.
    pub fn new(app: &App, data: &JobData) -> Self {
        let executions = data.executions.saturating_add(1);
        let run = RunFacts {
            app: app.clone(),
            job_id: data.job_id.clone(),
            class: data.job_class.clone(),
            queue: data.queue().to_owned(),
            attempt: executions,
            executions,
            bindings: Bindings::of(data),
        };
        Self {
            run: Arc::new(run),
            cancellation: CancellationToken::new(),
            stopping: CancellationToken::new(),
            claim: None,
            task: None,
            place: Arc::default(),
        }
    }

    /// The number by which the store counts this run.
    #[must_use]
    pub fn with_attempt(self, attempt: u32) -> Self {
        let run = RunFacts { attempt, ..(*self.run).clone() };
        Self { run: Arc::new(run), ..self }
    }

    /// The token by which the run is cancelled.
    #[must_use]
    pub fn with_cancellation(self, cancellation: CancellationToken) -> Self {
        Self { cancellation, ..self }
    }

    /// The token that fires when the service begins to stop.
    #[must_use]
    pub fn with_stopping(self, stopping: CancellationToken) -> Self {
        Self { stopping, ..self }
    }

    /// The claim under which the store gave the job; without one the job runs outside of a service.
    #[must_use]
    pub fn with_claim(self, claim: ClaimToken) -> Self {
        Self { claim: Some(claim), ..self }
    }

    /// The task in which the job runs.
    #[must_use]
    pub(crate) fn with_task(self, task: RunningTask) -> Self {
        Self { task: Some(task), ..self }
    }

    pub(crate) fn claim(&self) -> Option<ClaimToken> {
        self.claim
    }

    /// The task that the class is bound to, if it is: to count and to log, and to ask whether it may go on.
    pub fn task(&self) -> Option<&RunningTask> {
        self.task.as_ref()
    }

    /// The application, to enqueue other jobs.
    pub fn app(&self) -> &App {
        &self.run.app
    }

    /// The job's identity, the same in every attempt. With [`executions`](Self::executions) it makes a key under which
    /// work can be done once.
    pub fn job_id(&self) -> &JobId {
        &self.run.job_id
    }

    /// The class, as the payload names it.
    pub fn class(&self) -> &str {
        &self.run.class
    }

    /// The queue from which the job came.
    pub fn queue(&self) -> &str {
        &self.run.queue
    }

    /// Number of this run as the store counts, from 1.
    pub fn attempt(&self) -> u32 {
        self.run.attempt
    }

    /// Executions of the job that have begun, this one included: Active Job's `executions`. Runs that a crash or a stop
    /// cut short are not counted.
    pub fn executions(&self) -> u32 {
        self.run.executions
    }

    /// What the job is bound to under the key, such as `user_id`; the same in every attempt.
    pub fn binding(&self, key: &str) -> Option<&str> {
        self.run.bindings.get(key)
    }

    /// Everything that the job is bound to.
    pub fn bindings(&self) -> &Bindings {
        &self.run.bindings
    }

    /// Whether the job should stop: a person cancelled it, its time is over, or another service has it now.
    pub fn is_cancelled(&self) -> bool {
        self.cancellation.is_cancelled()
    }

    /// Waits until the job should stop.
    ///
    /// # Cancel safety
    /// Nothing is lost when the future is dropped.
    pub fn cancelled(&self) -> WaitForCancellationFuture<'_> {
        self.cancellation.cancelled()
    }

    /// The token by which the run is cancelled, for tasks of the job.
    pub fn cancellation(&self) -> &CancellationToken {
        &self.cancellation
    }

    /// Whether the service is about to stop. The job may go on until it is cancelled; a long one had better come to an
    /// end.
    pub fn is_stopping(&self) -> bool {
        self.stopping.is_cancelled()
    }

    /// For a job that goes through many elements, and goes on where it stopped: see [`Iteration`]. `C` is what names an element.
    ///
    /// # Errors
    /// The store cannot be reached, or what it keeps is no cursor of this type.
    pub async fn iteration<C: Serialize + DeserializeOwned>(&self) -> super::Result<Iteration<C>> {
        let place = Arc::new(IterationPlace::find(Arc::clone(self.app().backend()), self.claim).await?);
        *self.place.lock().expect("nothing panics with the place") = Some(Arc::clone(&place));
        Iteration::new(self.clone(), place)
    }

    /// The run has ended with an error.
    pub(crate) async fn note_error(&self) {
        let place = self.place.lock().expect("nothing panics with the place").clone();
        if let Some(place) = place {
            place.note_error().await;
        }
    }

    /// Writes a line into the log of this run, and as an event of `tracing` at the level info.
    pub fn log(&self, message: impl fmt::Display) {
        crate::execution_log::job_line(&message.to_string());
    }
}
