//! A worker: takes a job from the hand, performs it, puts its end into the outbox.

use std::sync::{Arc, Mutex};
use std::time::Instant;

use egret_core::{Applied, ClaimedJob, Finish, JobId, Outcome, Release};
use jiff::Timestamp;
use tokio_util::sync::CancellationToken;

use super::engine::{CancelCause, Engine, RunControl};
use super::stop::StopRequest;
use crate::execution_log::ExecutionLog;
use crate::executor::{Run, Verdict};

/// Performs jobs until the hand is closed.
pub(super) async fn work(engine: Arc<Engine>) {
    while let Some(job) = engine.hand.take().await {
        let interruptions = job.interruptions;
        // A stop counts from the moment it is asked for, also before the loops have come upon it.
        match engine.stop.request() >= StopRequest::Stop {
            true => engine.outbox.release(vec![Release::unstarted(job.token)]),
            false => perform(&engine, job).await,
        }
        engine.hand.job_ended(interruptions);
    }
}

/// The whole life of a run: acknowledge, begin, execute, end, tell.
async fn perform(engine: &Arc<Engine>, job: ClaimedJob) {
    let acknowledgement = acknowledge(engine, &job).await;
    if acknowledgement == Acknowledgement::Refused {
        return;
    }
    let token = job.token;
    let started_at = Timestamp::now();
    let control = RunControl {
        job_id: job.id.clone(),
        class: job.payload.job().map_or("", |data| data.job_class.as_str()).into(),
        started_at,
        began: Instant::now(),
        cancellation: CancellationToken::new(),
        abandon: CancellationToken::new(),
        cause: Arc::new(Mutex::new(None)),
    };
    let log = engine.logs.open(&job.id, job.attempt, token, started_at);
    if let Some(level) = job.payload.job().and_then(|data| engine.executor.log_level(&data.job_class)) {
        log.bound_by(level);
    }
    engine.run_began(token, control.clone());
    engine.backend.mark_started(token);
    let verdict = execute(engine, job, &control, &log).await;
    engine.backend.mark_ended(token);
    let is_still_ours = engine.run_ended(&token);
    if acknowledgement == Acknowledgement::NotAsked && is_still_ours {
        tell(engine, token, &control, &log, verdict);
    } else {
        log.close();
    }
}

/// Whether a job was acknowledged before its run.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Acknowledgement {
    /// The job may run again after a crash; its end is told after the run.
    NotAsked,
    /// The store counts it as done; nothing is told after the run.
    Given,
    /// It must not run here.
    Refused,
}

/// Jobs that may run at most once are acknowledged first.
async fn acknowledge(engine: &Engine, job: &ClaimedJob) -> Acknowledgement {
    let class = job.payload.job().map_or("", |data| data.job_class.as_str());
    if !engine.executor.acknowledges_first(class) {
        return Acknowledgement::NotAsked;
    }
    let now = Timestamp::now();
    let finish = Finish::new(job.token, Outcome::AcknowledgedBeforeRun, Some(now), now);
    match engine.backend.finish(vec![finish]).await {
        Ok(applied) if applied.first() == Some(&Applied::Done) => Acknowledgement::Given,
        Ok(_) => Acknowledgement::Refused,
        Err(error) => {
            tracing::warn!(job_id = %job.id, error = %crate::error::chain(&error), "failed to acknowledge before the run");
            engine.outbox.release(vec![Release::unstarted(job.token)]);
            Acknowledgement::Refused
        }
    }
}

/// Runs the job's code; `None` when the run was abandoned.
async fn execute(engine: &Engine, job: ClaimedJob, control: &RunControl, log: &Arc<ExecutionLog>) -> Option<Verdict> {
    let run = Run {
        job,
        log: Arc::clone(log),
        cancellation: control.cancellation.clone(),
        stopping: engine.stopping.clone(),
        began: control.began,
    };
    tokio::select! {
        biased;
        verdict = Arc::clone(log).scope(engine.executor.execute(run)) => Some(verdict),
        () = control.abandon.cancelled() => None,
    }
}

/// Puts the end of a run into the outbox.
fn tell(
    engine: &Engine,
    token: egret_core::ClaimToken,
    control: &RunControl,
    log: &ExecutionLog,
    verdict: Option<Verdict>,
) {
    let cause = *control.cause.lock().expect("nothing panics while a cause is locked");
    let log_lines = log.close();
    match final_verdict(cause, verdict) {
        None => {}
        Some(Verdict::Released) => {
            engine.outbox.release(vec![Release { token, started_at: Some(control.started_at), log_lines }]);
        }
        Some(Verdict::Ended(outcome)) => {
            let closed_at = jiff::SignedDuration::try_from(control.began.elapsed())
                .ok()
                .and_then(|elapsed| control.started_at.checked_add(elapsed).ok())
                .unwrap_or(control.started_at);
            let mut finish = Finish::new(token, outcome, Some(control.started_at), closed_at);
            finish.log_lines = log_lines;
            engine.outbox.finish(finish);
        }
    }
}

/// What a run's end means, given why it was cancelled: an end without an error always stands; an error after a
/// cancellation is the cancellation's doing.
fn final_verdict(cause: Option<CancelCause>, verdict: Option<Verdict>) -> Option<Verdict> {
    let is_clean = matches!(
        verdict,
        Some(Verdict::Ended(
            Outcome::Completed { .. } | Outcome::Cancelled { .. } | Outcome::Snoozed { .. } | Outcome::Discarded { .. }
        ))
    );
    match cause {
        Some(CancelCause::Lost) => None,
        Some(CancelCause::Deadline) if !is_clean => Some(Verdict::Released),
        Some(CancelCause::Person) if !is_clean => {
            Some(Verdict::Ended(Outcome::Cancelled { reason: "cancelled by a person while it ran".to_owned() }))
        }
        _ => Some(verdict.unwrap_or(Verdict::Released)),
    }
}

/// Gives back the jobs whose code did not end in time, without waiting for it.
pub(super) fn release_runs(engine: &Engine) -> Vec<JobId> {
    let runs = engine.runs();
    let releases = runs
        .iter()
        .map(|(token, run)| Release { token: *token, started_at: Some(run.started_at), log_lines: Vec::new() })
        .collect();
    for (token, _) in &runs {
        engine.backend.mark_ended(*token);
        engine.run_ended(token);
    }
    engine.outbox.release(releases);
    runs.into_iter().map(|(_, run)| run.job_id).collect()
}

#[cfg(test)]
mod tests {
    use egret_core::ErrorReport;

    use super::*;

    fn failed() -> Option<Verdict> {
        Some(Verdict::Ended(Outcome::Failed { error: ErrorReport::new("E", "broken") }))
    }

    fn completed() -> Option<Verdict> {
        Some(Verdict::Ended(Outcome::Completed { value: None }))
    }

    #[test]
    fn an_error_at_the_deadline_is_a_release_and_a_success_stands() {
        assert!(matches!(final_verdict(Some(CancelCause::Deadline), failed()), Some(Verdict::Released)));
        assert!(matches!(final_verdict(Some(CancelCause::Deadline), None), Some(Verdict::Released)));
        assert!(matches!(
            final_verdict(Some(CancelCause::Deadline), completed()),
            Some(Verdict::Ended(Outcome::Completed { .. }))
        ));
    }

    #[test]
    fn a_person_cancels_and_a_lost_claim_writes_nothing() {
        assert!(matches!(
            final_verdict(Some(CancelCause::Person), failed()),
            Some(Verdict::Ended(Outcome::Cancelled { .. }))
        ));
        assert!(final_verdict(Some(CancelCause::Lost), completed()).is_none());
        assert!(matches!(final_verdict(None, failed()), Some(Verdict::Ended(Outcome::Failed { .. }))));
    }
}
