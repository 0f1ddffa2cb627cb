//! One attempt of a job, and what it left behind.

use std::fmt;
use std::str::FromStr;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::{JobId, ServiceId};

/// One attempt of a job. Attempt 2 does not erase attempt 1.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Execution {
    /// The job.
    pub job_id: JobId,
    /// Number of the attempt, from 1.
    pub attempt: u32,
    /// How it stands or ended.
    pub state: ExecutionState,
    /// The queue from which it was claimed.
    pub queue: String,
    /// The class as the payload names it.
    pub class: String,
    /// When the job's code began; `None` when it ended before that.
    pub started_at: Option<Timestamp>,
    /// When it ended; `None` while it runs.
    pub closed_at: Option<Timestamp>,
    /// Where it ran.
    pub runner: Runner,
    /// Why it failed, when it did.
    pub error: Option<ErrorReport>,
}

impl Execution {
    /// When something last happened to it: its end, or its start while it runs. `None` when neither is known.
    pub fn moment(&self) -> Option<Timestamp> {
        self.closed_at.or(self.started_at)
    }
}

/// The process that performed an attempt.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Runner {
    /// The service's nonce.
    pub service: ServiceId,
    /// Host name.
    pub host: String,
    /// Process id on that host.
    pub pid: u32,
}

/// How an attempt stands or ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum ExecutionState {
    /// The job's code runs.
    Running,
    /// It returned.
    Completed,
    /// It ended with an error, whether or not the job is tried again.
    Failed,
    /// It was cancelled.
    Cancelled,
    /// It asked to go on later.
    Snoozed,
    /// The service stopped before it was done; not counted against the job.
    Released,
    /// The service died while it ran.
    Interrupted,
}

impl ExecutionState {
    /// Every state.
    pub const ALL: [Self; 7] = [
        Self::Running,
        Self::Completed,
        Self::Failed,
        Self::Cancelled,
        Self::Snoozed,
        Self::Released,
        Self::Interrupted,
    ];

    /// The word used in listings and JSON.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Running => "running",
            Self::Completed => "completed",
            Self::Failed => "failed",
            Self::Cancelled => "cancelled",
            Self::Snoozed => "snoozed",
            Self::Released => "released",
            Self::Interrupted => "interrupted",
        }
    }
}

impl fmt::Display for ExecutionState {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.pad(self.as_str())
    }
}

/// A word that names no state of an attempt.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error(
    "unknown state of an attempt `{0}`, expected one of running, completed, failed, cancelled, snoozed, released, interrupted"
)]
pub struct UnknownExecutionState(String);

impl FromStr for ExecutionState {
    type Err = UnknownExecutionState;

    fn from_str(text: &str) -> Result<Self, UnknownExecutionState> {
        let found = Self::ALL.into_iter().find(|state| state.as_str() == text);
        found.ok_or_else(|| UnknownExecutionState(text.to_owned()))
    }
}

/// An error as it is kept: enough for a person to see what happened, and for Ruby's pages to show it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ErrorReport {
    /// The error's class, for example `ArgumentError` or a Rust type's name.
    pub class: String,
    /// Its message, with the messages of its causes.
    pub message: String,
    /// Lines of the backtrace, innermost first; may be empty.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub backtrace: Vec<String>,
}

/// Class of the report on a job that was set aside because services died while it ran.
pub const QUARANTINED: &str = "Egret::Quarantined";
/// Class of the report on a payload that cannot be read.
pub const UNREADABLE: &str = "Egret::UnreadablePayload";
/// Class of the report on a job whose class the program does not know (Active Job 8.1, `activejob/lib/active_job/core.rb`). A
/// store that does not claim by class may put such a job off, since another program can know it.
pub const UNKNOWN_CLASS: &str = "ActiveJob::UnknownJobClassError";

impl ErrorReport {
    /// A report without a backtrace.
    pub fn new(class: impl Into<String>, message: impl Into<String>) -> Self {
        Self { class: class.into(), message: message.into(), backtrace: Vec::new() }
    }
}

/// One line that was written while an attempt ran.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct LogLine {
    /// When it was written.
    pub at: Timestamp,
    /// Where it comes from.
    pub source: LogSource,
    /// The text, without its line end; invalid UTF-8 is replaced.
    pub text: String,
}

/// Where a log line comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum LogSource {
    /// `tracing`, level trace.
    Trace,
    /// `tracing`, level debug.
    Debug,
    /// `tracing`, level info.
    Info,
    /// `tracing`, level warn.
    Warn,
    /// `tracing`, level error.
    Error,
    /// Standard output of a program.
    Stdout,
    /// Standard error of a program.
    Stderr,
}

impl LogSource {
    /// The word used in listings and JSON.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Trace => "trace",
            Self::Debug => "debug",
            Self::Info => "info",
            Self::Warn => "warn",
            Self::Error => "error",
            Self::Stdout => "stdout",
            Self::Stderr => "stderr",
        }
    }
}
