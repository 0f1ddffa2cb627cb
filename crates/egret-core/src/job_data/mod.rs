//! The payload of Active Job: the one representation of a job that every layer above a backend knows.
//!
//! Keys and their order are those that `ActiveJob::Core#serialize` writes (Rails 8.1,
//! `activejob/lib/active_job/core.rb`). Keys that are not known here survive a round trip.

mod belonging;
mod decode;
mod encode;
mod instant;

use jiff::Timestamp;
use serde_json::value::RawValue;
use serde_json::{Map, Value};

pub use belonging::Belonging;
pub use instant::{format_instant, from_microseconds, parse_instant, saturating_add, to_microseconds};

use crate::JobId;

/// One job as Active Job writes it on the wire.
///
/// Arguments stay serialized (raw JSON) until the job performs, so that a process that does not know a serializer can
/// still move the job, and integers of any size keep their digits.
///
/// ```
/// use egret_core::JobData;
///
/// let data = JobData::new("SendInvoice");
/// let text = serde_json::to_string(&data).unwrap();
/// let back: JobData = serde_json::from_str(&text).unwrap();
/// assert_eq!(back.job_id, data.job_id);
/// ```
#[derive(Clone, Debug)]
pub struct JobData {
    /// `job_class`: the name under which workers look the job up, for example `Billing::ChargeJob`.
    pub job_class: String,
    /// `job_id`: unchanged by retries.
    pub job_id: JobId,
    /// `provider_job_id`: a backend's own id, a string or an integer. Never an identity.
    pub provider_job_id: Option<Box<RawValue>>,
    /// `queue_name`; `None` is a null of the wire, which [`queue`](Self::queue) reads as `default`.
    pub queue_name: Option<String>,
    /// `priority`: smaller runs first. `None` is a null and counts as 0.
    pub priority: Option<i64>,
    /// `arguments`: a JSON array, still serialized.
    pub arguments: Box<RawValue>,
    /// `executions`: how many executions had started when this was serialized. A null counts as 0.
    pub executions: u32,
    /// `exception_executions`: a counter for each retry rule; `None` is a null, which switches the counters off.
    pub exception_executions: Option<Map<String, Value>>,
    /// `locale` to be restored while performing, for example `ja`.
    pub locale: Option<String>,
    /// `timezone` to be restored while performing: a Rails zone name or an IANA id.
    pub timezone: Option<String>,
    /// `enqueued_at`: the moment of serialization.
    pub enqueued_at: Option<Timestamp>,
    /// `scheduled_at`: the requested time of the run. `None`: at once.
    pub scheduled_at: Option<Timestamp>,
    /// Every other key with its raw value, in the order of the wire: `continuation`, `serialized_bindings`, a class's own.
    pub extra: Vec<(String, Box<RawValue>)>,
    /// Set on jobs that are native to another system; not part of the payload.
    pub native: Option<Box<Native>>,
    absent: AbsentKeys,
}

/// The envelope of a job that another system's own format carries, for example a plain Sidekiq worker.
#[derive(Clone, Debug)]
pub struct Native {
    /// The format's name, for example `sidekiq`.
    pub format: String,
    /// The whole envelope as the store holds it.
    pub envelope: Box<RawValue>,
}

/// Known keys that a parsed payload did not have, one bit a key in wire order, so that writing it back adds none.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
struct AbsentKeys(u16);

/// The queue of a job that names none (Active Job, `queue_name.rb`).
pub const DEFAULT_QUEUE: &str = "default";

impl JobData {
    /// A job of the class with a fresh id, no arguments and nothing set: what Active Job's `new` makes.
    pub fn new(job_class: impl Into<String>) -> Self {
        Self {
            queue_name: Some(DEFAULT_QUEUE.to_owned()),
            exception_executions: Some(Map::new()),
            locale: Some("en".to_owned()),
            ..Self::bare(job_class.into(), JobId::generate(), empty_array())
        }
    }

    /// A job of which everything else is null, for readers of payloads that are not JSON.
    ///
    /// `arguments`: a JSON array.
    pub fn bare(job_class: String, job_id: JobId, arguments: Box<RawValue>) -> Self {
        Self {
            job_class,
            job_id,
            provider_job_id: None,
            queue_name: None,
            priority: None,
            arguments,
            executions: 0,
            exception_executions: None,
            locale: None,
            timezone: None,
            enqueued_at: None,
            scheduled_at: None,
            extra: Vec::new(),
            native: None,
            absent: AbsentKeys::default(),
        }
    }

    /// Whether it has every key of Active Job: a payload that was read may have lacked some, and is written without them.
    pub fn has_every_key(&self) -> bool {
        self.absent == AbsentKeys::default()
    }

    /// The queue, `default` when the payload names none.
    pub fn queue(&self) -> &str {
        self.queue_name.as_deref().unwrap_or(DEFAULT_QUEUE)
    }

    /// The raw value of a key that is not one of the known ones.
    pub fn extra_value(&self, key: &str) -> Option<&RawValue> {
        self.extra.iter().find(|(name, _)| name == key).map(|(_, value)| &**value)
    }

    /// Sets a key that is not one of the known ones, in place if it is there, else at the end.
    pub fn set_extra(&mut self, key: &str, value: Box<RawValue>) {
        match self.extra.iter_mut().find(|(name, _)| name == key) {
            Some(slot) => slot.1 = value,
            None => self.extra.push((key.to_owned(), value)),
        }
    }
}

fn empty_array() -> Box<RawValue> {
    RawValue::from_string("[]".to_owned()).expect("an empty array is JSON")
}
