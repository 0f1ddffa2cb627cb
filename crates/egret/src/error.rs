//! What can go wrong for an application.

use std::error::Error as StdError;
use std::fmt;

use egret_core::{LimitReached, Saying, TaskRefusal, Words};

use crate::language::Language;

/// An error of Egret as an application sees it. [`kind`](Self::kind) says what a caller can do about it.
#[derive(Debug)]
pub struct Error {
    kind: ErrorKind,
    message: String,
    saying: Option<Box<Saying>>,
    source: Option<Box<dyn StdError + Send + Sync>>,
}

/// Causes that callers tell apart.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum ErrorKind {
    /// A limit is full: the job was not stored.
    LimitReached(LimitReached),
    /// A task is not free: it was not started.
    TaskRefused(TaskRefusal),
    /// A task must not go on.
    Interrupted,
    /// The configuration cannot be used.
    Configuration,
    /// The arguments of a job cannot be written or read.
    Arguments,
    /// The store refused or failed.
    Store(egret_core::ErrorKind),
    /// The operating system refused something.
    System,
    /// A job class is registered twice, or not at all.
    Registration,
    /// A job that does not wait was performed at once, and failed; nothing is stored.
    JobFailed,
    /// A mistake of Egret itself.
    Internal,
}

impl Error {
    /// An error of the kind with what failed.
    pub fn new(kind: ErrorKind, message: impl Into<Words>) -> Self {
        let words = message.into();
        Self { kind, message: words.to_string(), saying: words.saying().cloned().map(Box::new), source: None }
    }

    /// Adds the cause.
    #[must_use]
    pub fn with_source(mut self, source: impl Into<Box<dyn StdError + Send + Sync>>) -> Self {
        self.source = Some(source.into());
        self
    }

    /// The same, as an error of another kind.
    #[cfg_attr(not(feature = "delayed_job"), allow(dead_code, reason = "only the URL of Delayed Job needs it"))]
    pub(crate) fn with_kind(mut self, kind: ErrorKind) -> Self {
        self.kind = kind;
        self
    }

    pub(crate) fn io(message: impl Into<Words>, source: std::io::Error) -> Self {
        Self::new(ErrorKind::System, message).with_source(source)
    }

    pub(crate) fn internal(message: impl Into<Words>) -> Self {
        Self::new(ErrorKind::Internal, message)
    }

    /// What to tell a person, such as the user of a form: the sentence of a full limit and what a store says in their
    /// language, and the message of any other error as it is, in English.
    pub fn tell(&self, language: Language) -> String {
        let of_store = || self.saying.as_ref().and_then(|saying| language.saying(saying));
        match &self.kind {
            ErrorKind::LimitReached(limit) => language.limit(limit),
            _ => of_store().unwrap_or_else(|| self.message.clone()),
        }
    }

    /// What the message says, if that has a name.
    #[cfg_attr(not(feature = "cli"), allow(dead_code, reason = "only the command line says it"))]
    pub(crate) fn saying(&self) -> Option<&Saying> {
        self.saying.as_deref()
    }

    /// What a caller can do about it.
    pub fn kind(&self) -> &ErrorKind {
        &self.kind
    }
}

impl fmt::Display for Error {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.message)
    }
}

impl StdError for Error {
    fn source(&self) -> Option<&(dyn StdError + 'static)> {
        self.source.as_deref().map(|source| source as &(dyn StdError + 'static))
    }
}

impl From<egret_core::Error> for Error {
    fn from(error: egret_core::Error) -> Self {
        let (kind, saying) = (ErrorKind::Store(error.kind()), error.saying().cloned().map(Box::new));
        Self { kind, message: error.to_string(), saying, source: source_of(error) }
    }
}

/// The cause of a store's error, taken out of it, so that its message is not repeated in the chain.
fn source_of(error: egret_core::Error) -> Option<Box<dyn StdError + Send + Sync>> {
    error.into_source()
}

impl From<LimitReached> for Error {
    fn from(limit: LimitReached) -> Self {
        Self::new(ErrorKind::LimitReached(limit.clone()), limit.to_string())
    }
}

/// An error with all its causes in one line, for logs and terminals.
///
/// Where a cause says what its error said and more, as those of SQLite do, only the cause is in the line.
pub fn chain(error: &dyn StdError) -> String {
    let mut texts = vec![error.to_string()];
    let mut cause = error.source();
    while let Some(error) = cause {
        let text = error.to_string();
        texts.pop_if(|last| text.contains(last.as_str()));
        texts.push(text);
        cause = error.source();
    }
    texts.join(": ")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn error(message: &str) -> Error {
        Error::internal(message)
    }

    #[test]
    fn causes_are_told_in_their_order() {
        let error = error("failed to open the store").with_source(error("no folder").with_source(error("refused")));
        assert_eq!(chain(&error), "failed to open the store: no folder: refused");
    }

    /// As SQLite's errors do, whose causes are numbers with the same words.
    #[test]
    fn what_a_cause_says_again_is_said_once() {
        let cause = error("disk I/O error").with_source(error("Error code 10: disk I/O error"));
        let error = error("failed to enqueue").with_source(cause);
        assert_eq!(chain(&error), "failed to enqueue: Error code 10: disk I/O error");
    }
}
