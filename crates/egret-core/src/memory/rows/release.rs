//! The verb *release*: claims go back to where they were.

use jiff::Timestamp;

use super::attempt::Ending;
use super::job::Job;
use super::store::Store;
use crate::{Applied, ExecutionState, JobState, Release};

impl Store {
    pub(super) fn release(&mut self, release: Release) -> Applied {
        let now = self.tick();
        let Some(record) = self.held(release.token) else { return Applied::Stale };
        let job = self.detach(record);
        self.append_lines(&job, release.log_lines);
        if let (Some(started_at), Some(claim)) = (release.started_at, &job.claim) {
            let ending =
                Ending { state: ExecutionState::Released, started_at: Some(started_at), closed_at: now, error: None };
            self.record_end(&job, self.runner_of(claim), ending);
        }
        self.give_back(job, now);
        Applied::Done
    }

    /// Puts a detached claimed job back into its place, or ends it if a person has cancelled it meanwhile.
    pub(super) fn give_back(&mut self, mut job: Job, now: Timestamp) {
        let is_cancelled = job.claim.take().is_some_and(|claim| claim.is_cancel_asked);
        if is_cancelled {
            self.conclude(job, JobState::Cancelled, None, now);
        } else {
            self.attach(job);
        }
    }
}
