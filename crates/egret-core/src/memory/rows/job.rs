//! One live job as the store holds it.

use jiff::Timestamp;

use crate::{
    ClaimToken, ClaimedJob, ErrorReport, JobData, JobId, JobRecord, JobState, Origin, Payload, Progress, ServiceId,
};

/// A job that is not in a terminal state.
#[derive(Clone, Debug)]
pub(super) struct Job {
    pub(super) id: JobId,
    /// The store's own number, never used again.
    pub(super) record: u64,
    /// Order of enqueue.
    pub(super) sequence: u64,
    pub(super) queue: String,
    pub(super) class: String,
    pub(super) priority: i64,
    pub(super) payload: Payload,
    pub(super) origin: Origin,
    pub(super) due_at: Timestamp,
    pub(super) enqueued_at: Timestamp,
    /// Scheduled, retryable or available: how it waits, or waited when it was claimed.
    pub(super) waits_as: JobState,
    /// Runs that ended counted or were interrupted.
    pub(super) attempts: u32,
    pub(super) interruptions: u32,
    /// When the last attempt began.
    pub(super) started_at: Option<Timestamp>,
    pub(super) error: Option<ErrorReport>,
    /// The user of its bindings.
    pub(super) user: Option<String>,
    pub(super) claim: Option<Claim>,
}

/// The claim that holds a job.
#[derive(Clone, Debug)]
pub(super) struct Claim {
    pub(super) service: ServiceId,
    pub(super) number: u64,
    /// Whether the job's code runs.
    pub(super) is_running: bool,
    /// When it began, as far as it was told.
    pub(super) started_at: Option<Timestamp>,
    pub(super) progress: Option<Progress>,
    /// Whether a person wants the job cancelled.
    pub(super) is_cancel_asked: bool,
}

impl Job {
    pub(super) fn state(&self) -> JobState {
        match &self.claim {
            Some(claim) if claim.is_running => JobState::Running,
            Some(_) => JobState::Available,
            None => self.waits_as,
        }
    }

    /// Takes over a payload with the columns that follow from it.
    pub(super) fn set_data(&mut self, data: JobData) {
        self.queue = data.queue().to_owned();
        self.class.clone_from(&data.job_class);
        self.priority = data.priority.unwrap_or(0);
        self.user = data.belonging().user;
        self.payload = Payload::Job(Box::new(data));
    }

    pub(super) fn claimed(&self, token: ClaimToken) -> ClaimedJob {
        ClaimedJob {
            token,
            id: self.id.clone(),
            queue: self.queue.clone(),
            attempt: self.attempts + 1,
            interruptions: self.interruptions,
            due_at: self.due_at,
            origin: self.origin,
            payload: self.payload.clone(),
        }
    }

    pub(super) fn to_record(&self) -> JobRecord {
        let is_running = self.state() == JobState::Running;
        let mut record =
            JobRecord::new(self.id.clone(), self.state(), self.payload.clone(), self.due_at, self.enqueued_at);
        record.queue.clone_from(&self.queue);
        record.class.clone_from(&self.class);
        record.priority = self.priority;
        record.attempt = self.attempts + u32::from(is_running);
        record.interruptions = self.interruptions;
        record.claimed_by = self.claim.as_ref().map(|claim| claim.service);
        record.progress = self.claim.as_ref().filter(|_| is_running).and_then(|claim| claim.progress);
        record.started_at = self.claim.as_ref().and_then(|claim| claim.started_at).or(self.started_at);
        record.origin = self.origin;
        record.error.clone_from(&self.error);
        record
    }
}
