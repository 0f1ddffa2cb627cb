//! The verbs *iteration*, *note_iteration* and *end_iteration*: how far a job has come that goes through many elements and can
//! go on later where it stopped.

use std::time::Duration;

use jiff::Timestamp;
use serde_json::value::RawValue;

/// How far such a job has come.
#[derive(Clone, Debug, Default)]
pub struct Iteration {
    /// Runs that have begun, the present one included once it has noted something.
    pub executions: u32,
    /// The element at which it stands: the first one that is not surely done. `None` before the first.
    pub cursor: Option<Box<RawValue>>,
    /// How long it has run in all, until it last noted something.
    pub runtime: Duration,
    /// When somebody asked that it goes no further, if so. A job that has ended this way completes.
    pub cancelled_at: Option<Timestamp>,
}
