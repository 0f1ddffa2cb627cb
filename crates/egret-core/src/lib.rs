//! The seam of Egret: what applications, services and consoles say to a store, and what a store must answer.
//!
//! Authors of backends implement [`Backend`] and run the suite of `egret-conformance`. The in-memory reference
//! ([`memory`]) shows the meaning of every verb in two shapes. This crate knows no driver, starts no task and handles no
//! signal.

pub mod backend;
mod capabilities;
mod clock;
pub mod control;
mod error;
mod execution;
pub mod job_data;
mod job_id;
pub mod memory;
mod process;
mod record;
pub mod roster;
mod saying;
pub mod shell;
mod state;
mod timing;
mod token;

pub use backend::*;
pub use capabilities::{Capabilities, ChangeCapabilities, FailurePolicy, SignalMap, SignalMeaning, WakeKind};
pub use clock::{Clock, ManualClock, SystemClock};
pub use control::*;
pub use error::{Error, ErrorKind, Result};
pub use execution::{
    ErrorReport, Execution, ExecutionState, LogLine, LogSource, QUARANTINED, Runner, UNKNOWN_CLASS, UNREADABLE,
    UnknownExecutionState,
};
pub use jiff::Timestamp;
pub use job_data::{Belonging, JobData, Native};
pub use job_id::JobId;
pub use process::{Liveness, ProcessIdentity};
pub use record::{JobRecord, Origin, Payload, UnreadablePayload};
pub use saying::{Saying, SayingPart, Words};
pub use state::{JobState, UnknownState};
pub use timing::Timing;
pub use token::{BadServiceId, ClaimToken, ServiceId};
