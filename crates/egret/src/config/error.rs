//! What is wrong with a configuration, all of it at once.

use std::fmt;

use super::suggestion::closest;
use super::value::Origin;

/// Everything that is wrong with a configuration.
///
/// Its text has one line for each problem, with the place first, and the remedy on a line of its own.
#[derive(Debug, Clone, thiserror::Error)]
pub struct ConfigError {
    problems: Vec<Problem>,
}

/// One thing that is wrong.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Problem {
    /// Where it stands; `None` when it stands nowhere, such as a section that was asked for.
    pub origin: Option<Origin>,
    /// What is wrong, with the value in backticks and what was expected.
    pub message: String,
    /// What to do about it, where that is known.
    pub hint: Option<String>,
}

impl ConfigError {
    /// The problems, at least one: those of files line by line, then those of variables, then those of overrides.
    pub fn problems(&self) -> &[Problem] {
        &self.problems
    }

    /// Of problems in their order, at least one.
    pub(super) fn of(problems: Vec<Problem>) -> Self {
        Self { problems }
    }

    pub(super) fn unknown_section<'a>(name: &str, known: impl Iterator<Item = &'a String>) -> Self {
        let known: Vec<&str> = known.map(String::as_str).collect();
        let listed: Vec<String> = known.iter().map(|name| format!("`{name}`")).collect();
        let message = format!("unknown section `{name}`, the configuration has {}", listed.join(", "));
        Self { problems: vec![Problem { origin: None, message, hint: did_you_mean(name, known) }] }
    }
}

impl Problem {
    pub(super) fn new(origin: &Origin, message: String) -> Self {
        Self { origin: Some(origin.clone()), message, hint: None }
    }

    pub(super) fn with_hint(self, hint: impl Into<Option<String>>) -> Self {
        Self { hint: hint.into(), ..self }
    }
}

/// Files line by line, then variables, then overrides.
pub(super) fn in_order(mut problems: Vec<Problem>) -> Vec<Problem> {
    problems.sort_by(|left, right| left.origin.cmp(&right.origin));
    problems
}

/// The usual hint for a misspelt word, if something like it exists.
pub(super) fn did_you_mean<'a>(word: &str, known: impl IntoIterator<Item = &'a str>) -> Option<String> {
    closest(word, known).map(|suggestion| format!("did you mean `{suggestion}`?"))
}

impl fmt::Display for ConfigError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let [problem] = self.problems.as_slice() {
            return problem.fmt(f);
        }
        write!(f, "{} problems in the configuration", self.problems.len())?;
        self.problems.iter().try_for_each(|problem| write!(f, "\n{problem}"))
    }
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(origin) = &self.origin {
            write!(f, "{origin}: ")?;
        }
        f.write_str(&self.message)?;
        match &self.hint {
            Some(hint) => write!(f, "\n  hint: {hint}"),
            None => Ok(()),
        }
    }
}
