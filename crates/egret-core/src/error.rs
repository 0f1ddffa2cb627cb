//! What can go wrong at the seam.

use std::error::Error as StdError;
use std::fmt;

use crate::{Cursor, Saying, Words, words};

/// An error of a backend. [`kind`](Self::kind) says what a caller can do about it.
///
/// `Display` tells what failed here; the cause, if any, is its [`source`](std::error::Error::source).
pub struct Error {
    kind: ErrorKind,
    message: String,
    saying: Option<Box<Saying>>,
    source: Option<Box<dyn StdError + Send + Sync>>,
}

/// Causes that callers tell apart.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum ErrorKind {
    /// The claim has been replaced: the service was taken for dead, or the job was cancelled. Nothing was changed.
    StaleClaim,
    /// No job, service, queue or task of that name.
    NotFound,
    /// This backend cannot do it; its [`Capabilities`](crate::Capabilities) say so beforehand.
    Unsupported,
    /// A value that the caller gave cannot be used.
    InvalidInput,
    /// The state of the thing does not allow the change.
    Conflict,
    /// The store cannot be reached or does not answer now; trying again can help.
    Unavailable,
    /// The store refused to open: wrong version, wrong file system, wrong permissions. Trying again does not help.
    Refused,
    /// Stored data cannot be read.
    Corrupt,
    /// Anything else.
    Other,
}

impl Error {
    /// An error of the kind with what failed: lower case, no full stop, the value in backticks.
    pub fn new(kind: ErrorKind, message: impl Into<Words>) -> Self {
        let (message, saying) = message.into().into_parts();
        Self { kind, message, saying: saying.map(Box::new), source: None }
    }

    /// Adds the cause.
    #[must_use]
    pub fn with_source(mut self, source: impl Into<Box<dyn StdError + Send + Sync>>) -> Self {
        self.source = Some(source.into());
        self
    }

    /// Adds the name of what the message says, for those who say it in another language.
    #[must_use]
    pub fn with_saying(mut self, saying: Saying) -> Self {
        self.saying = Some(Box::new(saying));
        self
    }

    /// What the message says, if that has a name.
    pub fn saying(&self) -> Option<&Saying> {
        self.saying.as_deref()
    }

    /// The refusal of a write under a replaced claim.
    pub fn stale_claim(operation: &str) -> Self {
        let reason = words!("store-claim-replaced", "the claim has been replaced");
        Self::new(ErrorKind::StaleClaim, Words::refused(Words::verb(operation), reason))
    }

    /// The refusal of a verb that the backend does not have.
    pub fn unsupported(backend: &str, verb: &str) -> Self {
        let words = Words::verb(verb);
        let told = words!("store-cannot", "the backend `{backend}` cannot {verb}", backend = backend);
        Self::new(ErrorKind::Unsupported, told.with_part("verb", &words))
    }

    /// The refusal of a cursor that is none of the listing, or of another listing.
    pub fn no_cursor(cursor: &Cursor) -> Self {
        let words = words!("store-no-cursor", "`{cursor}` is no cursor of this listing", cursor = cursor.0);
        Self::new(ErrorKind::InvalidInput, words)
    }

    /// The refusal of a verb of a service that the store does not know, or not any more.
    pub fn unknown_service(verb: &str, service: impl fmt::Display) -> Self {
        let reason = words!("store-unknown-service", "the service `{service}` is not registered", service = service);
        Self::new(ErrorKind::NotFound, Words::refused(Words::verb(verb), reason))
    }

    /// The refusal of a service beyond the most that may live of its name.
    pub fn enough_services(name: &str) -> Self {
        let reason =
            words!("store-enough-services", "as many as may be of the name `{name}` live already", name = name);
        Self::new(ErrorKind::Conflict, Words::refused(Words::verb("register a service"), reason))
    }

    /// The cause, taken out.
    pub fn into_source(self) -> Option<Box<dyn StdError + Send + Sync>> {
        self.source
    }

    /// What a caller can do about it.
    pub fn kind(&self) -> ErrorKind {
        self.kind
    }

    /// Whether the claim under which something was written has been replaced.
    pub fn is_stale_claim(&self) -> bool {
        self.kind == ErrorKind::StaleClaim
    }

    /// Whether the same call can succeed later without a change by the caller.
    pub fn is_temporary(&self) -> bool {
        self.kind == ErrorKind::Unavailable
    }
}

impl fmt::Display for Error {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.message)
    }
}

impl fmt::Debug for Error {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{:?}: {}", self.kind, self.message)?;
        let mut cause = self.source();
        while let Some(error) = cause {
            write!(formatter, ": {error}")?;
            cause = error.source();
        }
        Ok(())
    }
}

impl StdError for Error {
    fn source(&self) -> Option<&(dyn StdError + 'static)> {
        self.source.as_deref().map(|source| source as &(dyn StdError + 'static))
    }
}

/// The result of a call to a backend.
pub type Result<T> = std::result::Result<T, Error>;
