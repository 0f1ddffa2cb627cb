//! What Egret must remember of a job between its attempts and finds in no payload of Resque.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use egret_core::ErrorReport;
use egret_core::job_data::{from_microseconds, to_microseconds};

/// Travels with the job. Jobs that others have written, or that have not run, have none of it.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub(super) struct Memory {
    /// Runs that ended counted or were interrupted.
    #[serde(skip_serializing_if = "is_zero")]
    pub(super) attempts: u32,
    /// How its last attempt failed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) error: Option<ErrorReport>,
    /// Microseconds since the epoch at which it was taken in, where the payload does not say it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) enqueued_at: Option<i64>,
    /// Microseconds since the epoch at which it is or was due, where the payload does not say it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) due_at: Option<i64>,
    /// Whether it waits because an attempt failed.
    #[serde(skip_serializing_if = "is_false")]
    pub(super) is_retry: bool,
    /// Active Job's counters of a job that is none of Active Job's.
    #[serde(skip_serializing_if = "is_zero")]
    pub(super) executions: u32,
    /// As `executions`, for each rule.
    #[serde(skip_serializing_if = "Map::is_empty")]
    pub(super) exception_executions: Map<String, Value>,
}

impl Memory {
    /// Whether there is nothing to remember.
    pub(super) fn is_blank(&self) -> bool {
        *self == Self::default()
    }

    pub(super) fn set_due(&mut self, at: Timestamp) {
        self.due_at = Some(to_microseconds(at));
    }
}

/// The moment of a stored number.
pub(super) fn dated(microseconds: i64) -> Timestamp {
    from_microseconds(microseconds)
}

fn is_zero(number: &u32) -> bool {
    *number == 0
}

fn is_false(flag: &bool) -> bool {
    !flag
}
