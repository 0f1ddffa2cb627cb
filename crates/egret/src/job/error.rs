//! Errors of jobs.

use std::backtrace::{Backtrace, BacktraceStatus};
use std::borrow::Cow;
use std::error::Error as StdError;
use std::fmt;
use std::time::Duration;

use egret_core::ErrorReport;

use super::error_class::class_name;

/// The error with which a job ended: any error, with the name of its class.
///
/// `?` makes one from every error. For causes kept in a box use [`from_boxed`](Self::from_boxed), for a mere text
/// [`msg`](Self::msg).
///
/// Rules look into an error's type and its causes, so keep types where a rule speaks of them: a box from elsewhere hides
/// the outermost type.
///
/// Like other boxes for any error it is no [`std::error::Error`] itself; [`as_error`](Self::as_error) is.
pub struct JobError {
    class: Cow<'static, str>,
    error: Box<dyn StdError + Send + Sync>,
    backtrace: Trace,
}

/// Where the error comes from.
enum Trace {
    Here(Backtrace),
    Reported(Vec<String>),
}

impl JobError {
    /// An error that is only a text, under the class `RuntimeError`, as Ruby's `raise "text"`.
    pub fn msg(message: impl fmt::Display) -> Self {
        Self::new("RuntimeError", message)
    }

    /// An error of a class that has no Rust type: for example one that another language reported.
    pub fn new(class: impl Into<Cow<'static, str>>, message: impl fmt::Display) -> Self {
        Self::named(class, Message(message.to_string()))
    }

    /// An error under another name than its type's, for example the one that Ruby's class has.
    pub fn named<E>(class: impl Into<Cow<'static, str>>, error: E) -> Self
    where
        E: StdError + Send + Sync + 'static,
    {
        Self { class: class.into(), error: Box::new(error), backtrace: Trace::Here(Backtrace::capture()) }
    }

    /// An error that is already in a box.
    pub fn from_boxed(error: Box<dyn StdError + Send + Sync>) -> Self {
        Self { class: "StandardError".into(), error, backtrace: Trace::Here(Backtrace::capture()) }
    }

    /// Replaces the backtrace by lines from elsewhere, innermost first.
    #[must_use]
    pub fn with_backtrace(self, lines: Vec<String>) -> Self {
        Self { backtrace: Trace::Reported(lines), ..self }
    }

    /// The name of the class: that of the type without its path, unless another was given.
    pub fn class(&self) -> &str {
        &self.class
    }

    /// The error itself. Its causes are its sources.
    pub fn as_error(&self) -> &(dyn StdError + 'static) {
        &*self.error
    }

    /// The error as the type, if it is one.
    pub fn downcast_ref<E: StdError + 'static>(&self) -> Option<&E> {
        self.error.downcast_ref()
    }

    /// Lines of the backtrace, innermost first; empty unless `RUST_BACKTRACE` or `RUST_LIB_BACKTRACE` asks for them.
    pub fn backtrace_lines(&self) -> Vec<String> {
        match &self.backtrace {
            Trace::Here(backtrace) if backtrace.status() == BacktraceStatus::Captured => {
                backtrace.to_string().lines().map(str::to_owned).collect()
            }
            Trace::Here(_) => Vec::new(),
            Trace::Reported(lines) => lines.clone(),
        }
    }

    /// What stores and pages keep of it: class, message with those of its causes, backtrace.
    pub fn report(&self) -> ErrorReport {
        let mut report = ErrorReport::new(&*self.class, crate::error::chain(self.as_error()));
        report.backtrace = self.backtrace_lines();
        report
    }
}

impl<E: StdError + Send + Sync + 'static> From<E> for JobError {
    fn from(error: E) -> Self {
        Self::named(class_name::<E>(), error)
    }
}

impl fmt::Display for JobError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.error.fmt(formatter)
    }
}

impl fmt::Debug for JobError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{}: {}", self.class, crate::error::chain(self.as_error()))
    }
}

#[derive(Debug, thiserror::Error)]
#[error("{0}")]
struct Message(String);

/// A panic of a job's code. Rules can retry or discard it like any other error.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the job panicked: {message}")]
pub struct Panicked {
    /// What the code said.
    pub message: String,
}

impl Panicked {
    /// The class under which it is reported.
    pub const CLASS: &'static str = "Egret::Panicked";

    /// From what `catch_unwind` gives.
    pub(super) fn from_payload(payload: &(dyn std::any::Any + Send)) -> Self {
        let message = payload
            .downcast_ref::<&str>()
            .map(|text| (*text).to_owned())
            .or_else(|| payload.downcast_ref::<String>().cloned())
            .unwrap_or_else(|| "with a value that is no text".to_owned());
        Self { message }
    }
}

/// A run that took longer than the class allows. Rules can retry or discard it like any other error.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the job ran longer than its time limit of {limit:?}")]
pub struct TimeLimitExceeded {
    /// The limit.
    pub limit: Duration,
}

/// The limit was the store's, whatever the class allows.
#[derive(Debug, thiserror::Error)]
#[error("execution expired: a job of this store may take only {} second{}", .0.limit.as_secs_f64(), if .0.limit.as_secs_f64() == 1.0 { "" } else { "s" })]
pub(super) struct LongestRunExceeded(#[source] pub(super) TimeLimitExceeded);

impl TimeLimitExceeded {
    /// The class under which it is reported.
    pub const CLASS: &'static str = "Egret::TimeLimitExceeded";
}
