//! What performs a job: the seam between a service and the code that it runs.

mod registry;

use std::sync::Arc;
use std::time::Instant;

use async_trait::async_trait;
use egret_core::{ClaimedJob, ClassSelection, Outcome};
use tokio_util::sync::CancellationToken;

pub use registry::RegistryExecutor;

use crate::config::LogLevel;
use crate::execution_log::ExecutionLog;

/// Performs jobs. A service has one; it is asked for every job that the service claims.
#[async_trait]
pub trait Executor: Send + Sync {
    /// The classes that it can perform.
    fn classes(&self) -> ClassSelection;

    /// Whether jobs of the class are acknowledged before they run, and so never run twice.
    fn acknowledges_first(&self, _class: &str) -> bool {
        false
    }

    /// The level of the logs of the class's jobs, instead of that of the service.
    fn log_level(&self, _class: &str) -> Option<LogLevel> {
        None
    }

    /// Performs one job and judges its end. Must not panic: a panic of the job is an error of the job.
    async fn execute(&self, run: Run) -> Verdict;
}

/// One job that is to be performed now.
#[derive(Debug)]
pub struct Run {
    /// The job and its claim.
    pub job: ClaimedJob,
    /// Where its lines go.
    pub log: Arc<ExecutionLog>,
    /// Fires when the job should stop: cancelled by a person, lost to another service, or out of time at a stop.
    pub cancellation: CancellationToken,
    /// Fires when the service begins to stop. The job may go on until it is cancelled.
    pub stopping: CancellationToken,
    /// When the run began, by the monotonic clock.
    pub began: Instant,
}

/// How a run ended.
#[derive(Debug)]
pub enum Verdict {
    /// The claim ends.
    Ended(Outcome),
    /// The run was cut short by the stop of the service: the claim goes back, uncounted.
    Released,
}
