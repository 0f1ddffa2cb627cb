//! What an attempt leaves in the history.

use jiff::Timestamp;

use super::job::{Claim, Job};
use super::store::Store;
use crate::{ErrorReport, Execution, ExecutionState, LogLine, Runner};

/// How an attempt ended.
pub(super) struct Ending {
    pub(super) state: ExecutionState,
    pub(super) started_at: Option<Timestamp>,
    pub(super) closed_at: Timestamp,
    pub(super) error: Option<ErrorReport>,
}

impl Store {
    /// Records the end of the attempt that the claim was. Must be called before the attempt is counted.
    pub(super) fn record_end(&mut self, job: &Job, runner: Runner, ending: Ending) {
        self.executions.entry(job.id.clone()).or_default().push(Execution {
            job_id: job.id.clone(),
            attempt: job.attempts + 1,
            state: ending.state,
            queue: job.queue.clone(),
            class: job.class.clone(),
            started_at: ending.started_at,
            closed_at: Some(ending.closed_at),
            runner,
            error: ending.error,
        });
    }

    /// Keeps lines of the attempt that the job's claim is.
    pub(super) fn append_lines(&mut self, job: &Job, lines: Vec<LogLine>) {
        if !lines.is_empty() {
            self.log_lines.entry((job.id.clone(), job.attempts + 1)).or_default().extend(lines);
        }
    }

    /// The attempt that runs now, which is not recorded before it ends.
    pub(super) fn running_execution(&self, job: &Job) -> Option<Execution> {
        let claim = job.claim.as_ref().filter(|claim| claim.is_running)?;
        Some(Execution {
            job_id: job.id.clone(),
            attempt: job.attempts + 1,
            state: ExecutionState::Running,
            queue: job.queue.clone(),
            class: job.class.clone(),
            started_at: claim.started_at,
            closed_at: None,
            runner: self.runner_of(claim),
            error: None,
        })
    }

    pub(super) fn runner_of(&self, claim: &Claim) -> Runner {
        self.services.get(claim.service).expect("a claimer is known").runner()
    }
}
