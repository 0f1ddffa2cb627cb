//! What an element's bytes mean: the payload, and beside its keys one of ours with what the store must remember.

use std::hash::{DefaultHasher, Hash, Hasher};

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::value::to_raw_value;

use crate::job_data::{from_microseconds, to_microseconds};
use crate::{ErrorReport, JobData, JobId, JobRecord, JobState, Payload, UnreadablePayload};

/// The key of the payload under which the store remembers.
const KEY: &str = "egret";

/// A readable element.
#[derive(Clone, Debug)]
pub(super) struct Entry {
    pub(super) data: JobData,
    pub(super) memory: Memory,
}

/// What the store remembers of a job. Elements that others have written have none of it.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub(super) struct Memory {
    /// Runs that ended counted or were interrupted.
    pub(super) attempts: u32,
    /// The services that died while it ran since a run last ended, for people.
    pub(super) deaths: Vec<String>,
    pub(super) error: Option<ErrorReport>,
    /// Microseconds since the epoch at which it was taken in.
    pub(super) enqueued_at: i64,
    /// Microseconds since the epoch at which it is or was due.
    pub(super) due_at: i64,
}

impl Entry {
    pub(super) fn read(bytes: &[u8]) -> Result<Self, UnreadablePayload> {
        match Payload::parse(bytes) {
            Payload::Unreadable(unreadable) => Err(unreadable),
            Payload::Job(mut data) => {
                let place = data.extra.iter().position(|(key, _)| key == KEY);
                let memory = place.map(|place| data.extra.remove(place).1);
                let memory = memory.and_then(|memory| serde_json::from_str(memory.get()).ok()).unwrap_or_default();
                Ok(Self { data: *data, memory })
            }
        }
    }

    pub(super) fn write(mut self) -> Vec<u8> {
        let memory = to_raw_value(&self.memory).expect("what the store remembers is JSON");
        self.data.set_extra(KEY, memory);
        serde_json::to_vec(&self.data).expect("a payload is JSON")
    }

    /// The service that died is remembered with the job.
    pub(super) fn interruptions(&self) -> u32 {
        u32::try_from(self.memory.deaths.len()).unwrap_or(u32::MAX)
    }
}

/// How an element shows in listings.
pub(super) fn record(bytes: &[u8], state: JobState, queue: Option<&str>) -> JobRecord {
    let mut record = match Entry::read(bytes) {
        Ok(entry) => readable(entry, state),
        Err(unreadable) => {
            let id = made_up_id(bytes);
            let payload = Payload::Unreadable(unreadable);
            JobRecord::new(id, state, payload, Timestamp::UNIX_EPOCH, Timestamp::UNIX_EPOCH)
        }
    };
    if let Some(queue) = queue {
        queue.clone_into(&mut record.queue);
    }
    record
}

fn readable(entry: Entry, state: JobState) -> JobRecord {
    let interruptions = entry.interruptions();
    let Entry { data, memory } = entry;
    let [due_at, enqueued_at] = [memory.due_at, memory.enqueued_at].map(from_microseconds);
    let mut record = JobRecord::new(data.job_id.clone(), state, Payload::Job(Box::new(data)), due_at, enqueued_at);
    record.attempt = memory.attempts + u32::from(state == JobState::Running);
    record.interruptions = interruptions;
    record.error = memory.error;
    record
}

/// The identity of bytes that name none: the same for the same bytes.
pub(super) fn made_up_id(bytes: &[u8]) -> JobId {
    let mut hasher = DefaultHasher::new();
    bytes.hash(&mut hasher);
    JobId::from(format!("unreadable-{:016x}", hasher.finish()))
}

impl Memory {
    pub(super) fn set_due(&mut self, due_at: Timestamp) {
        self.due_at = to_microseconds(due_at);
    }
}
