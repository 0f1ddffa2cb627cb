//! What a reservation asks for.

use std::time::Duration;

use egret_core::job_data::from_microseconds;
use jiff::Timestamp;

use super::{LockName, Settings};

/// Asks for the next row: due, not given up, and not held by a lock that still counts; or locked under the same name.
#[derive(Clone, Debug)]
pub struct Reservation {
    /// Under which name the row will be held.
    pub name: LockName,
    /// The worker's now: rows are judged by the clocks of those who take them, never by the database's.
    pub now: Timestamp,
    /// After how long a lock no longer counts.
    pub max_run_time: Duration,
    /// Smallest and largest priority, both included.
    pub priorities: [Option<i32>; 2],
    /// Only these queues, never the unnamed one; `None` for all and the unnamed one.
    pub queues: Option<Vec<String>>,
    /// Rows to leave where they are: those whose handlers cannot be read here.
    pub skipped: Vec<i64>,
}

impl Reservation {
    /// Of any row that a worker with the settings may take.
    pub fn new(name: LockName, now: Timestamp, settings: &Settings) -> Self {
        Self {
            name,
            now,
            max_run_time: settings.max_run_time,
            priorities: [settings.min_priority, settings.max_priority],
            queues: None,
            skipped: Vec::new(),
        }
    }

    /// Locks from before this moment no longer count.
    pub fn expired_before(&self) -> Timestamp {
        let age = i64::try_from(self.max_run_time.as_micros()).unwrap_or(i64::MAX);
        from_microseconds(self.now.as_microsecond().saturating_sub(age))
    }
}
