//! Rows as they are stored and read.

use jiff::Timestamp;

/// A row to be stored.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewRow {
    /// Smaller runs first.
    pub priority: i32,
    /// The YAML of the job; see [`handler::encode`](crate::handler::encode).
    pub handler: String,
    /// The earliest start. A row without one is never taken, so there always is one.
    pub run_at: Timestamp,
    /// The queue; `None` for the unnamed one, which workers with a list of queues never look at.
    pub queue: Option<String>,
}

/// A row as it is stored.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Row {
    /// Its number.
    pub id: i64,
    /// Smaller runs first.
    pub priority: i64,
    /// Runs that have failed.
    pub attempts: u32,
    /// The YAML of the job.
    pub handler: String,
    /// Whether the handler is all that the column holds; else it holds bytes that are no UTF-8.
    pub is_utf8: bool,
    /// Message and backtrace of the last failure.
    pub last_error: Option<String>,
    /// The earliest start; `None` in rows that others have stored so, which nobody takes.
    pub run_at: Option<Timestamp>,
    /// Since when a worker has it.
    pub locked_at: Option<Timestamp>,
    /// That worker.
    pub locked_by: Option<String>,
    /// When it was given up.
    pub failed_at: Option<Timestamp>,
    /// Its queue.
    pub queue: Option<String>,
    /// When it was stored.
    pub created_at: Option<Timestamp>,
}
