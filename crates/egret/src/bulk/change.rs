//! Changing them, a portion at a time.

use std::vec::IntoIter;

use egret_core::{Change, ChangeReport, JobId, JobState, Target};

use super::{BulkReport, Found};
use crate::execution_log::LogFolder;
use crate::{App, Error};

/// Jobs of one step: some milliseconds of the store's time.
const PORTION: usize = 200;

/// A change of many jobs on its way.
#[derive(Debug)]
#[must_use = "nothing is changed before `step`"]
pub struct BulkChange {
    app: App,
    change: Change,
    found: Found,
    left: IntoIter<JobId>,
    report: BulkReport,
    latest: ChangeReport,
}

impl BulkChange {
    /// Begins to change what was found.
    pub fn new(app: &App, mut found: Found, change: Change) -> Self {
        let report = BulkReport { n_left: found.n_jobs(), ..BulkReport::default() };
        let left = std::mem::take(&mut found.ids).into_iter();
        Self { app: app.clone(), change, found, left, report, latest: ChangeReport::default() }
    }

    /// Changes the next portion, and answers whether more is left.
    ///
    /// # Errors
    /// When the store fails, or cannot make such a change at all. What was done before is in the [`report`](Self::report).
    ///
    /// # Cancel safety
    /// When the future is dropped, the portion is changed as a whole or not at all, and the report does not know which.
    pub async fn step(&mut self) -> Result<bool, Error> {
        let ids: Vec<JobId> = self.left.by_ref().take(PORTION).collect();
        self.latest = ChangeReport::default();
        if ids.is_empty() {
            return Ok(false);
        }
        let n_jobs = ids.len() as u64;
        let target = Target::Among { ids, filter: self.found.filter.clone() };
        self.latest = self.app.backend().change(target, self.change).await?;
        if self.change == Change::Delete {
            self.forget_logs(&self.latest);
        }
        self.report.add(n_jobs, &self.latest);
        Ok(self.report.n_left > 0)
    }

    /// What is done to each of them.
    pub fn change(&self) -> Change {
        self.change
    }

    /// What was done so far.
    pub fn report(&self) -> &BulkReport {
        &self.report
    }

    /// What the latest step did, job by job.
    pub fn latest(&self) -> &ChangeReport {
        &self.latest
    }

    /// Ends the change, also before everything was done: where jobs can run now, a service is started if none is alive and
    /// the mode is on demand.
    ///
    /// # Errors
    /// When the store fails.
    pub async fn end(self) -> Result<BulkReport, Error> {
        if matches!(self.change, Change::Retry | Change::RunNow | Change::Reschedule(_)) && self.report.n_changed > 0 {
            self.app.start_service_if_needed().await?;
        }
        Ok(self.report)
    }

    /// Whole logs lie in files beside the store. One that cannot be removed takes room and is no reason to stop.
    fn forget_logs(&self, part: &ChangeReport) {
        let folder = LogFolder::new(self.app.log_folder());
        for id in &part.changed {
            if let Err(error) = folder.remove(id) {
                tracing::warn!(job = %id, %error, "failed to remove the logs of a deleted job");
            }
        }
    }
}

/// Whether the store can make such a change: to be asked before a person is.
pub fn is_supported(app: &App, change: Change) -> bool {
    let can = app.backend().capabilities().changes;
    match change {
        Change::Retry => can.retry,
        Change::RunNow => can.run_now,
        Change::Reschedule(_) => can.reschedule,
        Change::Cancel => can.cancel,
        Change::Delete => can.delete,
        _ => false,
    }
}

/// The states that a person means who names a change and no state: those in which it makes sense, and never a completed
/// job that would run a second time.
pub fn usual_states(change: Change) -> &'static [JobState] {
    match change {
        Change::Retry => &[JobState::Retryable, JobState::Discarded],
        Change::RunNow => &[JobState::Scheduled, JobState::Retryable],
        Change::Reschedule(_) => &[JobState::Scheduled, JobState::Available, JobState::Retryable],
        Change::Cancel => {
            &[JobState::Scheduled, JobState::Available, JobState::Running, JobState::Retryable, JobState::Blocked]
        }
        // Everything but what runs, which is not deleted.
        _ => &[
            JobState::Scheduled,
            JobState::Available,
            JobState::Retryable,
            JobState::Blocked,
            JobState::Completed,
            JobState::Cancelled,
            JobState::Discarded,
        ],
    }
}
