//! The trace of a change of many jobs: one that grows with the change, and each job beside it.
//!
//! It is there before the first job is changed, and after each portion it says how far the change is. The jobs of a portion
//! are a record of their own, so that no record grows with the number of jobs, and none is written twice.

use egret_core::{Change, ChangeReport, JobId, JobState};
use serde_json::{Value, json};

use super::{Trace, TracedJob};
use crate::fault::Fault;
use crate::visit::Visit;

/// Jobs of a piece, some twenty kilobytes.
const PIECE: usize = 200;

/// The trace of a change that goes on.
#[derive(Debug)]
pub(crate) struct Ledger {
    id: String,
    trace: Trace,
    change: Change,
    n_pieces: u64,
}

impl Ledger {
    /// Writes down what is about to be done to so many jobs.
    pub(crate) async fn open(
        visit: &Visit,
        action: &'static str,
        target: impl Into<String>,
        change: Change,
        n_jobs: u64,
    ) -> Result<Self, Fault> {
        let mut trace = visit.begun_trace(visit.name(), action, target.into());
        trace.before = json!({ "jobs": n_jobs });
        trace.after = json!({ "n_left": n_jobs });
        tracing::info!(
            user = trace.user,
            action,
            target = trace.target,
            n_jobs,
            "about to be changed through the console"
        );
        Ok(Self { id: visit.desk.trail.add(&trace).await?, trace, change, n_pieces: 0 })
    }

    /// Writes down which jobs a portion has changed, or asked to stop, and how they stood before.
    pub(crate) async fn add(&mut self, visit: &Visit, part: &ChangeReport) -> Result<(), Fault> {
        let after = state_after(visit, self.change);
        let has_time = matches!(self.change, Change::Reschedule(_) | Change::RunNow);
        let changed = part.changed.iter().zip(&part.former).map(|(id, former)| TracedJob {
            id: id.clone(),
            before: former.state,
            due_at: former.due_at.filter(|_| has_time),
            after,
        });
        let asked = part.asked.iter().map(asked_to_stop);
        let jobs: Vec<TracedJob> = changed.chain(asked).collect();
        for piece in jobs.chunks(PIECE) {
            visit.desk.trail.add_jobs(&self.id, self.n_pieces, &self.trace, piece).await?;
            self.n_pieces += 1;
            self.trace.n_jobs += piece.len() as u64;
        }
        Ok(())
    }

    /// Writes down how far the change is.
    pub(crate) async fn say(&mut self, visit: &Visit, report: Value) -> Result<(), Fault> {
        self.trace.after = report;
        visit.desk.trail.put(&self.id, &self.trace).await?;
        visit.desk.pulse.forget().await;
        Ok(())
    }
}

fn asked_to_stop(id: &JobId) -> TracedJob {
    TracedJob { id: id.clone(), before: JobState::Running, due_at: None, after: Some(JobState::Running) }
}

/// The state of a job that has just been changed; `None` if it is gone.
fn state_after(visit: &Visit, change: Change) -> Option<JobState> {
    match change {
        Change::Retry | Change::RunNow => Some(JobState::Available),
        Change::Reschedule(at) if at > visit.now => Some(JobState::Scheduled),
        Change::Reschedule(_) => Some(JobState::Available),
        Change::Cancel if visit.backend().capabilities().history => Some(JobState::Cancelled),
        _ => None,
    }
}
