//! The verb *enqueue*.

use jiff::Timestamp;

use super::job::Job;
use super::store::Store;
use crate::memory::precision::whole_microseconds;
use crate::{EnqueueReply, EnqueueRequest, Enqueued, JobState, NewJob, Payload, Timing};

impl Store {
    pub(super) fn enqueue(&mut self, request: EnqueueRequest, timing: &Timing) -> EnqueueReply {
        let now = self.tick();
        let outcomes = request.jobs.into_iter().map(|job| self.add(job, now)).collect();
        let start = request.start.and_then(|request| self.grant_start(&request, now, timing));
        EnqueueReply { outcomes, start }
    }

    /// Stores one job unless its conditions speak against it.
    pub(super) fn add(&mut self, new: NewJob, now: Timestamp) -> Enqueued {
        let NewJob { data, origin, conditions } = new;
        if let Some(refusal) = self.judge(&data, conditions.as_deref(), now) {
            return refusal;
        }
        let number = self.next_number();
        let due_at = data.scheduled_at.map_or(now, whole_microseconds);
        let job = Job {
            id: data.job_id.clone(),
            record: number,
            sequence: number,
            queue: data.queue().to_owned(),
            class: data.job_class.clone(),
            priority: data.priority.unwrap_or(0),
            user: data.belonging().user,
            payload: Payload::Job(Box::new(data)),
            origin,
            due_at,
            enqueued_at: now,
            waits_as: if due_at > now { JobState::Scheduled } else { JobState::Available },
            attempts: 0,
            interruptions: 0,
            started_at: None,
            error: None,
            claim: None,
        };
        let id = job.id.clone();
        if let Some(unique) = conditions.and_then(|conditions| conditions.unique) {
            self.take_key(&unique, &id, number, now);
        }
        self.attach(job);
        Enqueued::Stored(id)
    }
}
