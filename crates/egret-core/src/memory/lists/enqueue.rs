//! The verb *enqueue*.

use jiff::Timestamp;

use super::entry::{Entry, Memory};
use super::store::Store;
use crate::job_data::to_microseconds;
use crate::{EnqueueReply, Enqueued, JobState, NewJob};

impl Store {
    pub(super) fn enqueue(&mut self, jobs: Vec<NewJob>) -> EnqueueReply {
        let now = self.tick();
        EnqueueReply { outcomes: jobs.into_iter().map(|job| self.add(job, now)).collect(), start: None }
    }

    pub(super) fn add(&mut self, job: NewJob, now: Timestamp) -> Enqueued {
        let id = job.data.job_id.clone();
        let at = job.data.scheduled_at.unwrap_or(now);
        let memory = Memory { enqueued_at: to_microseconds(now), ..Memory::default() };
        self.put(Entry { data: job.data, memory }, at, JobState::Scheduled, now);
        Enqueued::Stored(id)
    }
}
