//! The verb *note*, and the marks around a run.

use jiff::Timestamp;

use super::store::Store;
use crate::{Applied, ClaimToken, Note};

impl Store {
    pub(super) fn note(&mut self, note: Note) -> Applied {
        self.tick();
        let Some(record) = self.held(note.token) else { return Applied::Stale };
        // A checkpoint may name another queue or class, on which the indexes of the store depend.
        let mut job = self.detach(record);
        self.append_lines(&job, note.log_lines);
        if let Some(checkpoint) = note.checkpoint {
            job.set_data(*checkpoint);
        }
        let claim = job.claim.as_mut().expect("a held job has a claim");
        claim.progress = note.progress.or(claim.progress);
        claim.is_running = true;
        claim.started_at = Some(note.started_at);
        self.attach(job);
        Applied::Done
    }

    pub(super) fn mark_started(&mut self, token: ClaimToken) {
        let now = self.tick();
        self.mark(token, Some(now));
    }

    pub(super) fn mark_ended(&mut self, token: ClaimToken) {
        self.mark(token, None);
    }

    fn mark(&mut self, token: ClaimToken, started_at: Option<Timestamp>) {
        let Some(record) = self.held(token) else { return };
        let claim = self.jobs.get_mut(&record).and_then(|job| job.claim.as_mut()).expect("a held job has a claim");
        claim.is_running = started_at.is_some();
        claim.started_at = started_at.or(claim.started_at);
    }
}
