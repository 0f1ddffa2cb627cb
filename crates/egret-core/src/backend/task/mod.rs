//! The verbs of tasks: named, exclusive records of progress with log lines, which a person can interrupt.
//!
//! ```text
//!  stop, completed, failed, interrupted ──ready──▶ ready ──start──▶ running ──close──▶ completed, failed,
//!                    └────────────────────start────────────────────▶              interrupted, stop
//! ```
//!
//! The words and the transitions are those of SHIRASAGI 1.21.0 (`app/models/concerns/ss/model/task.rb`), with one change: a
//! task does not run out after two hours. It belongs to an *owner*, and is free when its owner has gone, however long it
//! ran. Each time that somebody makes a task ready or starts it, the hold has a [`TaskToken`] of its own; writes under a
//! replaced one change nothing.

mod hold;
mod look;
mod state;

pub use hold::*;
pub use look::*;
pub use state::{TaskState, UnknownTaskState};
