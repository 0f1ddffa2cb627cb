//! The verb *finish*.

use jiff::Timestamp;

use super::attempt::Ending;
use super::job::Job;
use super::store::Store;
use crate::job_data::saturating_add;
use crate::memory::backoff::doubled;
use crate::memory::precision::whole_microseconds;
use crate::{Applied, ErrorReport, ExecutionState, FailurePolicy, Finish, JobState, Outcome};

/// Class of the report on a job that was cancelled with a reason.
const CANCELLED: &str = "Egret::Cancelled";

impl Store {
    pub(super) fn finish(&mut self, finish: Finish) -> Applied {
        let now = self.tick();
        let Some(record) = self.held(finish.token) else { return Applied::Stale };
        let mut job = self.detach(record);
        self.append_lines(&job, finish.log_lines);
        self.close_attempt(&mut job, &finish.outcome, finish.started_at, finish.closed_at);
        job.claim = None;
        self.settle(job, finish.outcome, whole_microseconds(finish.closed_at), now);
        for follow_up in finish.follow_ups {
            self.add(follow_up, now);
        }
        Applied::Done
    }

    /// Counts and records the attempt, if it counts.
    fn close_attempt(&mut self, job: &mut Job, outcome: &Outcome, started_at: Option<Timestamp>, closed_at: Timestamp) {
        let counts = started_at.is_some() || matches!(outcome, Outcome::Discarded { .. });
        if !counts {
            return;
        }
        let claim = job.claim.as_ref().expect("a held job has a claim");
        let (state, error) = verdict(outcome);
        let ending = Ending { state, started_at, closed_at, error: error.cloned() };
        self.record_end(job, self.runner_of(claim), ending);
        job.attempts += 1;
        job.interruptions = 0;
        job.started_at = started_at;
        job.error = error.cloned();
    }

    /// Puts the job where its outcome leads.
    fn settle(&mut self, job: Job, outcome: Outcome, closed_at: Timestamp, now: Timestamp) {
        match outcome {
            Outcome::Completed { .. } => self.conclude(job, JobState::Completed, None, closed_at),
            Outcome::AcknowledgedBeforeRun => self.conclude(job, JobState::Completed, None, closed_at),
            Outcome::Discarded { error } => self.conclude(job, JobState::Discarded, Some(error), closed_at),
            Outcome::Cancelled { reason } => {
                self.conclude(job, JobState::Cancelled, Some(ErrorReport::new(CANCELLED, reason)), closed_at);
            }
            Outcome::Snoozed { until } => self.queue_anew(job, until, JobState::Scheduled, now),
            Outcome::Reenqueue { data, at, error } => {
                let mut job = job;
                job.set_data(*data);
                let waits_as = if error.is_some() { JobState::Retryable } else { JobState::Scheduled };
                job.error = error;
                self.queue_anew(job, at.unwrap_or(now), waits_as, now);
            }
            Outcome::Failed { error } => self.fail(job, error, closed_at, now),
        }
    }

    fn fail(&mut self, mut job: Job, error: ErrorReport, closed_at: Timestamp, now: Timestamp) {
        match self.failure_policy {
            FailurePolicy::Retry { max_attempts, first_delay } if job.attempts < max_attempts => {
                job.error = Some(error);
                let at = saturating_add(now, doubled(first_delay, job.attempts));
                self.queue_anew(job, at, JobState::Retryable, now);
            }
            _ => self.conclude(job, JobState::Discarded, Some(error), closed_at),
        }
    }

    /// Lets the job wait behind those that were enqueued before, as the given state while its time is to come.
    pub(super) fn queue_anew(&mut self, mut job: Job, at: Timestamp, waits_as: JobState, now: Timestamp) {
        job.sequence = self.next_number();
        job.due_at = whole_microseconds(at);
        job.waits_as = if job.due_at > now { waits_as } else { JobState::Available };
        self.attach(job);
    }
}

fn verdict(outcome: &Outcome) -> (ExecutionState, Option<&ErrorReport>) {
    match outcome {
        Outcome::Completed { .. } | Outcome::AcknowledgedBeforeRun => (ExecutionState::Completed, None),
        Outcome::Reenqueue { error: Some(error), .. } => (ExecutionState::Failed, Some(error)),
        Outcome::Failed { error } | Outcome::Discarded { error } => (ExecutionState::Failed, Some(error)),
        Outcome::Cancelled { .. } => (ExecutionState::Cancelled, None),
        Outcome::Reenqueue { error: None, .. } | Outcome::Snoozed { .. } => (ExecutionState::Snoozed, None),
    }
}
