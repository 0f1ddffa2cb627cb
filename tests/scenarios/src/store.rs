//! The store of an application, looked into from the test's own process.

use std::path::Path;

use egret::App;
use egret::config::{Config, LoadOptions};
use egret_core::{
    Counts, EnqueueRequest, Execution, ExecutionState, JobData, JobFilter, JobId, JobRecord, JobState, NewJob, Origin,
    Page, ServicePhase, ServiceRecord, StartStatus, StoreSize,
};
use tokio::runtime::Runtime;

use crate::patience::{holds, wait_for};

/// The store of an application. Looks only: it starts no service.
#[derive(Debug)]
pub struct Store {
    runtime: Runtime,
    app: App,
}

impl Store {
    /// Opens the store of the application in the folder.
    pub fn of_root(root: &Path) -> Self {
        let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build().unwrap();
        let config = Config::load(&LoadOptions::in_folder(root)).unwrap();
        let app = runtime.block_on(App::builder().config(config).start_nothing().build()).unwrap();
        Self { runtime, app }
    }

    /// A job that must be there.
    pub fn job(&self, id: &str) -> JobRecord {
        let found = self.runtime.block_on(self.app.backend().find(&JobId::from(id))).unwrap();
        found.unwrap_or_else(|| panic!("there is no job {id}"))
    }

    /// Waits until a job is in the state.
    pub fn wait_for_state(&self, id: &str, state: JobState) -> JobRecord {
        wait_for(&format!("the state {state} of the job {id}"), || {
            let job = self.job(id);
            if job.state == state { Ok(job) } else { Err(format!("{job:?}")) }
        })
    }

    /// The attempts of a job.
    pub fn executions(&self, id: &str) -> Vec<Execution> {
        self.runtime.block_on(self.app.backend().executions(&JobId::from(id))).unwrap()
    }

    /// How the attempts of a job stand or ended, in their order.
    pub fn execution_states(&self, id: &str) -> Vec<ExecutionState> {
        self.executions(id).into_iter().map(|execution| execution.state).collect()
    }

    /// Services that live, as the store tells.
    pub fn living_services(&self) -> Vec<ServiceRecord> {
        let mut services = self.runtime.block_on(self.app.backend().services()).unwrap();
        services.retain(|service| service.is_alive);
        services
    }

    /// Waits until every service that lives has told that it is quiet: nothing that comes now is claimed.
    pub fn wait_for_quiet(&self) {
        wait_for("word of the quiet", || {
            let services = self.living_services();
            let are_quiet = services.iter().all(|service| service.phase == ServicePhase::Quiet);
            holds(are_quiet && !services.is_empty(), || format!("{services:?}"))
        });
    }

    /// Jobs by queue and state.
    pub fn counts(&self) -> Counts {
        self.runtime.block_on(self.app.backend().counts()).unwrap()
    }

    /// The room that the store takes, without the log files beside it.
    pub fn size(&self) -> StoreSize {
        self.runtime.block_on(self.app.backend().size()).unwrap()
    }

    /// The ids of all jobs that have ended and are kept.
    pub fn ended(&self) -> Vec<String> {
        let filter = JobFilter::all();
        let jobs = self.runtime.block_on(self.app.backend().inspect(&filter, &Page::first(100_000))).unwrap();
        let ended = jobs.items.into_iter().filter(|job| job.state.is_terminal());
        ended.map(|job| job.id.as_str().to_owned()).collect()
    }

    /// How starting a service stands.
    pub fn start_status(&self) -> StartStatus {
        self.runtime.block_on(self.app.backend().start_status(&self.app.section().name)).unwrap()
    }

    /// Stores jobs in large batches, without starting anything.
    pub fn fill(&self, n_jobs: usize, job: impl Fn() -> JobData) {
        let mut left = n_jobs;
        while left > 0 {
            let batch = left.min(1_000);
            let jobs = (0..batch).map(|_| NewJob::new(job(), Origin::Application)).collect();
            self.runtime.block_on(self.app.backend().enqueue(EnqueueRequest { jobs, start: None })).unwrap();
            left -= batch;
        }
    }
}
