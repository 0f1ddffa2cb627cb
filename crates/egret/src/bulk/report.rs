//! What a change of many jobs did.

use egret_core::{ChangeReport, JobId, JobState};
use serde::Serialize;

/// Refused jobs that are named.
const NAMED: usize = 20;

/// What a change of many jobs has done so far. The numbers of a change that went to its end add up to the jobs that were
/// found.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct BulkReport {
    /// Jobs changed.
    pub n_changed: u64,
    /// Running jobs that were asked to stop.
    pub n_asked: u64,
    /// Jobs whose state does not allow the change.
    pub n_refused: u64,
    /// Jobs that had moved on, or gone, when their turn came.
    pub n_moved_on: u64,
    /// Jobs whose turn has not come.
    pub n_left: u64,
    /// Some of the refused ones, with their states.
    pub refused: Vec<(JobId, JobState)>,
}

impl BulkReport {
    pub(super) fn add(&mut self, n_jobs: u64, part: &ChangeReport) {
        let (n_changed, n_asked) = (part.changed.len() as u64, part.asked.len() as u64);
        let n_refused = part.refused.len() as u64;
        self.n_changed += n_changed;
        self.n_asked += n_asked;
        self.n_refused += n_refused;
        self.n_moved_on += n_jobs.saturating_sub(n_changed + n_asked + n_refused);
        self.n_left = self.n_left.saturating_sub(n_jobs);
        let room = NAMED.saturating_sub(self.refused.len());
        self.refused.extend(part.refused.iter().take(room).cloned());
    }

    /// Jobs whose turn has come.
    pub fn n_done(&self) -> u64 {
        self.n_changed + self.n_asked + self.n_refused + self.n_moved_on
    }
}
