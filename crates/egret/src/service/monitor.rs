//! Looking at a running service from the same process, and having it go on by other options.

use std::sync::Arc;
use std::time::Duration;

use egret_core::{JobId, ServicePhase};

use super::engine::{CancelCause, Engine};
use super::options::ServiceOptions;
use super::progress::Stall;

/// Looks at a running service. Clones look at one and the same service.
#[derive(Clone, Debug)]
pub struct ServiceMonitor {
    engine: Arc<Engine>,
}

/// How a service stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ServiceStatus {
    /// What it does.
    pub phase: ServicePhase,
    /// Jobs that run.
    pub n_running: usize,
    /// Jobs that it runs at once.
    pub concurrency: usize,
    /// Jobs that ended since it started.
    pub n_finished: u64,
}

/// A job that runs.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Running {
    /// The job.
    pub job_id: JobId,
    /// Its class; empty where the payload could not be read.
    pub class: String,
    /// For how long its code has been running.
    pub elapsed: Duration,
}

impl ServiceMonitor {
    pub(super) fn new(engine: Arc<Engine>) -> Self {
        Self { engine }
    }

    /// How it stands.
    pub fn status(&self) -> ServiceStatus {
        ServiceStatus {
            phase: self.engine.phase(),
            n_running: self.engine.n_running(),
            concurrency: self.engine.options().concurrency,
            n_finished: self.engine.outbox.n_finished(),
        }
    }

    /// What runs, the longest first.
    pub fn running(&self) -> Vec<Running> {
        let runs = self.engine.runs().into_iter().map(|(_, run)| run);
        let mut running: Vec<Running> = runs
            .map(|run| Running { job_id: run.job_id, class: run.class.to_string(), elapsed: run.began.elapsed() })
            .collect();
        running.sort_by_key(|run| std::cmp::Reverse(run.elapsed));
        running
    }

    /// Cancels every job that runs, as if a person had cancelled each, and answers how many there were. The service goes
    /// on.
    pub fn cancel_running(&self) -> usize {
        let n_running = self.engine.n_running();
        self.engine.cancel_where(CancelCause::Person, |_, _| true);
        n_running
    }

    /// The loop that has not got on for longest, of those that are at work. A second or two mean nothing: a loop waits
    /// that long when there is nothing to do. A job that takes long or blocks its thread is no stall.
    pub fn longest_stall(&self) -> Option<Stall> {
        self.engine.progress.longest_stall()
    }

    /// Goes on by other options. A running service takes over `queues`, `concurrency`, `shutdown_timeout`, `linger`,
    /// `retention`, `max_memory` and `max_jobs`; in everything else it stays what it is.
    pub fn reload(&self, options: ServiceOptions) {
        self.engine.adopt(options);
    }
}
