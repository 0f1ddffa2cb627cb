//! The executor of an application: typed jobs by the registry, programs under their guard.

use std::sync::Arc;

use async_trait::async_trait;
use egret_core::{ClassSelection, ErrorReport, JobData, Outcome, Payload, Timestamp, UNKNOWN_CLASS, UNREADABLE};
use tokio::sync::Semaphore;
use tracing::Instrument as _;

use super::{Executor, Run, Verdict};
use crate::App;
use crate::config::LogLevel;
use crate::facts::{self, RunFacts};
use crate::job::{Context, Ending};
use crate::program::{self, PROGRAM_CLASS, ProgramError, RunEnvironment};

/// Programs at once, for each processor. A program has threads and memory of its own, which `concurrency` does not bound.
const PROGRAMS_PER_PROCESSOR: usize = 2;

/// Performs the jobs that an application has registered, and programs.
#[derive(Debug)]
pub struct RegistryExecutor {
    app: App,
    programs: Arc<Semaphore>,
}

impl RegistryExecutor {
    /// An executor of the application's jobs.
    pub fn new(app: App) -> Self {
        let n_processors = std::thread::available_parallelism().map_or(1, usize::from);
        Self { app, programs: Arc::new(Semaphore::new(PROGRAMS_PER_PROCESSOR * n_processors)) }
    }

    async fn perform_typed(&self, run: &Run, data: &JobData) -> Verdict {
        let Some(job) = self.app.registry().get(&data.job_class) else {
            let error = unknown_class(&data.job_class);
            RunFacts::new(&self.app, data).failed(|| error.clone());
            return Verdict::Ended(Outcome::Failed { error });
        };
        let context = Context::new(&self.app, data)
            .with_attempt(run.job.attempt)
            .with_cancellation(run.cancellation.clone())
            .with_stopping(run.stopping.clone())
            .with_claim(run.job.token);
        let ending = job.perform(data, &context).await;
        if matches!(ending, Ending::Failed(_) | Ending::Retried { .. }) {
            context.note_error().await;
        }
        Verdict::Ended(ending.into_outcome(Timestamp::now()))
    }

    async fn perform_program(&self, run: &Run, data: &JobData) -> Verdict {
        let permit = tokio::select! {
            permit = self.programs.acquire() => permit,
            () = run.cancellation.cancelled() => return Verdict::Released,
        };
        // The semaphore is never closed; without a permit the program would merely run beside the others.
        let _permit = permit.ok();
        let facts = RunFacts::new(&self.app, data);
        facts.started();
        match program::run(data.arguments.get(), &self.program_environment(run)).await {
            Ok(()) => {
                facts.performed();
                Verdict::Ended(Outcome::Completed { value: None })
            }
            Err(ProgramError::EndedWithService { .. }) => Verdict::Released,
            Err(error) if error.is_final() => {
                facts.discarded(|| error.report());
                facts.performed();
                Verdict::Ended(Outcome::Discarded { error: error.report() })
            }
            Err(error) => {
                facts.failed(|| error.report());
                Verdict::Ended(Outcome::Failed { error: error.report() })
            }
        }
    }

    fn program_environment(&self, run: &Run) -> RunEnvironment {
        let backend = self.app.backend();
        let config = self.app.config();
        let mut environment = RunEnvironment::new(Arc::clone(&run.log), config.root.clone());
        environment.origin = run.job.origin;
        environment.cancellation = run.cancellation.clone();
        environment.stopping = run.stopping.clone();
        environment.policy = config.exec.clone();
        environment.longest_run = backend.capabilities().longest_run;
        environment.store_file = backend.local_file();
        environment.guard_file = backend.guard_file(run.job.token.service);
        environment.reexec = self.app.reexec().cloned();
        environment
    }
}

#[async_trait]
impl Executor for RegistryExecutor {
    fn classes(&self) -> ClassSelection {
        self.app.registry().selection()
    }

    fn acknowledges_first(&self, class: &str) -> bool {
        self.app.registry().get(class).is_some_and(|job| job.definition().is_at_most_once())
    }

    fn log_level(&self, class: &str) -> Option<LogLevel> {
        self.app.registry().get(class).and_then(|job| job.definition().own_log_level())
    }

    async fn execute(&self, run: Run) -> Verdict {
        match &run.job.payload {
            Payload::Unreadable(unreadable) => {
                Verdict::Ended(Outcome::Discarded { error: ErrorReport::new(UNREADABLE, unreadable.reason.clone()) })
            }
            Payload::Job(data) if data.job_class == PROGRAM_CLASS => {
                // Boxed, so that the future of every other job is small: each is moved when it is made.
                Box::pin(self.perform_program(&run, data)).instrument(facts::span(data)).await
            }
            Payload::Job(data) => self.perform_typed(&run, data).await,
        }
    }
}

fn unknown_class(class: &str) -> ErrorReport {
    ErrorReport::new(UNKNOWN_CLASS, format!("the class `{class}` is not registered in this program"))
}
