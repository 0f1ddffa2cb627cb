//! Why a page cannot be shown, or a change not made.

use std::time::Duration;

use axum::http::StatusCode;
use egret::language::TextValue;
use egret_core::ErrorKind;

/// Why a page cannot be shown, or a change not made: a status, and a sentence in the reader's language.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Fault {
    pub(crate) status: StatusCode,
    pub(crate) message: &'static str,
    pub(crate) arguments: Vec<(&'static str, TextValue)>,
    /// How long to wait before trying again.
    pub(crate) retry_after: Option<Duration>,
}

impl Fault {
    /// A fault with a message of the language files.
    pub(crate) fn new(status: StatusCode, message: &'static str) -> Self {
        Self { status, message, arguments: Vec::new(), retry_after: None }
    }

    /// Adds an argument of the message.
    #[must_use]
    pub(crate) fn with(mut self, name: &'static str, value: impl Into<TextValue>) -> Self {
        self.arguments.push((name, value.into()));
        self
    }

    /// There is no such thing, or it is none of the viewer's business.
    pub(crate) fn not_found() -> Self {
        Self::new(StatusCode::NOT_FOUND, "fault-not-found")
    }

    /// The viewer may not.
    pub(crate) fn forbidden() -> Self {
        Self::new(StatusCode::FORBIDDEN, "fault-forbidden")
    }

    /// A field of a form or a query will not do.
    pub(crate) fn bad_value(field: &str, value: &str) -> Self {
        let shown: String = value.chars().take(200).collect();
        Self::new(StatusCode::BAD_REQUEST, "fault-bad-value").with("field", field).with("value", shown)
    }

    /// Too often.
    pub(crate) fn too_many(wait: Duration) -> Self {
        Self { retry_after: Some(wait), ..Self::new(StatusCode::TOO_MANY_REQUESTS, "fault-too-many") }
    }

    /// The same for somebody who is not in, or sees only what is his own: what the store says may name places that are none
    /// of his business.
    #[must_use]
    pub(crate) fn for_strangers(self) -> Self {
        match self.message {
            "fault-store" => Self::new(self.status, "fault-unavailable"),
            _ => self,
        }
    }

    /// The store cannot do it at all.
    pub(crate) fn unsupported() -> Self {
        Self::new(StatusCode::NOT_FOUND, "fault-unsupported")
    }

    /// The store refused or failed.
    fn of_store(kind: ErrorKind, text: String) -> Self {
        match kind {
            ErrorKind::NotFound => Self::not_found(),
            ErrorKind::InvalidInput => Self::new(StatusCode::BAD_REQUEST, "fault-store").with("error", text),
            ErrorKind::Conflict => Self::new(StatusCode::CONFLICT, "fault-store").with("error", text),
            ErrorKind::Unsupported => Self::unsupported(),
            _ => {
                tracing::error!(error = %text, "the console could not reach the store");
                Self::new(StatusCode::SERVICE_UNAVAILABLE, "fault-store").with("error", text)
            }
        }
    }
}

impl From<egret_core::Error> for Fault {
    fn from(error: egret_core::Error) -> Self {
        Self::of_store(error.kind(), egret::chain(&error))
    }
}

impl From<egret::Error> for Fault {
    fn from(error: egret::Error) -> Self {
        let text = egret::chain(&error);
        if let egret::ErrorKind::Store(kind) = error.kind() {
            return Self::of_store(*kind, text);
        }
        tracing::error!(error = %text, "the console could not do what was asked");
        Self::new(StatusCode::SERVICE_UNAVAILABLE, "fault-store").with("error", text)
    }
}

impl From<crate::access::UserError> for Fault {
    fn from(error: crate::access::UserError) -> Self {
        match error {
            crate::access::UserError::Store(error) => error.into(),
            other => Self::new(StatusCode::BAD_REQUEST, "fault-store").with("error", other.to_string()),
        }
    }
}
