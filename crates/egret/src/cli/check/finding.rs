//! One thing that is to be said.

use serde::Serialize;

use crate::config::{Origin, Problem};

/// One thing that is to be said.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub(super) struct Finding {
    pub(super) level: Level,
    /// What it is about: `configuration`, `folders`, `store`, `limits`.
    pub(super) subject: &'static str,
    /// The file with the line, the variable or the option, where it stands somewhere.
    pub(super) place: Option<String>,
    /// The line, for editors.
    pub(super) line: Option<u64>,
    pub(super) message: String,
    /// What to do about it.
    pub(super) hint: Option<String>,
}

/// How bad it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Level {
    /// It will not work.
    Error,
    /// It works, hardly as meant.
    Warning,
}

impl Finding {
    pub(super) fn new(level: Level, subject: &'static str, message: impl Into<String>) -> Self {
        Self { level, subject, place: None, line: None, message: message.into(), hint: None }
    }

    pub(super) fn with_hint(self, hint: impl Into<String>) -> Self {
        Self { hint: Some(hint.into()), ..self }
    }

    pub(super) fn of_problem(level: Level, problem: &Problem) -> Self {
        let line = match &problem.origin {
            Some(Origin::File { line, .. }) => Some(*line),
            _ => None,
        };
        Self {
            level,
            subject: "configuration",
            place: problem.origin.as_ref().map(ToString::to_string),
            line,
            message: problem.message.clone(),
            hint: problem.hint.clone(),
        }
    }
}
