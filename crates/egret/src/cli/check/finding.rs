//! One thing that is to be said.

use serde::Serialize;

use crate::config::{Origin, Problem};
use crate::language::{Language, Sentence};

/// One thing that is to be said.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Finding {
    pub(super) level: Level,
    subject: &'static str,
    problem: Problem,
}

/// A finding for programs, in English whoever reads it.
#[derive(Debug, Serialize)]
pub(super) struct Account {
    level: Level,
    /// What it is about: `configuration`, `folders`, `store`, `limits`.
    subject: &'static str,
    /// The file with the line, the variable or the option, where it stands somewhere.
    place: Option<String>,
    /// The line, for editors.
    line: Option<u64>,
    message: String,
    /// What to do about it.
    hint: Option<String>,
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
    pub(super) fn new(level: Level, subject: &'static str, message: Sentence) -> Self {
        Self { level, subject, problem: Problem { origin: None, message, hint: None } }
    }

    pub(super) fn with_hint(mut self, hint: Sentence) -> Self {
        self.problem.hint = Some(hint);
        self
    }

    pub(super) fn of_problem(level: Level, problem: &Problem) -> Self {
        Self { level, subject: "configuration", problem: problem.clone() }
    }

    /// Where it stands and what it is, in one line.
    pub(super) fn line(&self, language: Language) -> String {
        let place = self.problem.place(language).map_or_else(String::new, |place| format!("{place}: "));
        format!("{place}{}", self.problem.message.text(language))
    }

    /// What to do about it.
    pub(super) fn hint(&self, language: Language) -> Option<String> {
        self.problem.hint.as_ref().map(|hint| hint.text(language))
    }

    pub(super) fn account(&self) -> Account {
        let line = match &self.problem.origin {
            Some(Origin::File { line, .. }) => Some(*line),
            _ => None,
        };
        Account {
            level: self.level,
            subject: self.subject,
            place: self.problem.origin.as_ref().map(ToString::to_string),
            line,
            message: self.problem.message.to_string(),
            hint: self.hint(Language::English),
        }
    }
}
