//! Why a command did not do what it was asked for.

use std::error::Error as StdError;
use std::fmt;
use std::io;

use super::Exit;
use crate::config::{ConfigError, closest};
use crate::error::chain;
use crate::language::Language;

/// Why a command did not do what it was asked for: what a person reads, and the status with which the program ends.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Failure {
    message: String,
    hint: Option<String>,
    exit: Exit,
}

impl Failure {
    /// A failure that ends the program with status 1: lower case, no full stop, values in backticks.
    pub fn new(message: impl Into<String>) -> Self {
        Self { message: message.into(), hint: None, exit: Exit::Failure }
    }

    /// A command line that cannot be understood; ends the program with status 2.
    pub fn usage(message: impl Into<String>) -> Self {
        Self::new(message).with_exit(Exit::Usage)
    }

    /// An error with all its causes.
    pub fn of(error: &dyn StdError) -> Self {
        Self::new(chain(error))
    }

    /// What is wrong with a configuration, in the language of whoever asked.
    pub(super) fn of_configuration(error: &ConfigError, language: Language) -> Self {
        match error.problems() {
            // Its hint gets the line that hints of the command line have.
            [problem] => {
                let place = problem.place(language).map_or_else(String::new, |place| format!("{place}: "));
                let hint = problem.hint.as_ref().map(|hint| hint.text(language));
                Self::new(format!("{place}{}", problem.message.text(language))).with_hint(hint)
            }
            _ => Self::new(error.tell(language)),
        }
    }

    /// The failure to write to standard output. A reader that went away is no news to anybody.
    pub(super) fn of_output(error: &io::Error) -> Self {
        match error.kind() {
            io::ErrorKind::BrokenPipe => Self::new("").with_exit(Exit::ReaderGone),
            _ => Self::new(format!("failed to write the output: {error}")),
        }
    }

    /// Adds what to do about it.
    #[must_use]
    pub fn with_hint(mut self, hint: impl Into<Option<String>>) -> Self {
        self.hint = hint.into();
        self
    }

    /// Ends the program with another status.
    #[must_use]
    pub fn with_exit(mut self, exit: Exit) -> Self {
        self.exit = exit;
        self
    }

    /// The status with which the program ends.
    pub fn exit(&self) -> Exit {
        self.exit
    }

    /// Whether there is nothing to say.
    pub(super) fn is_silent(&self) -> bool {
        self.message.is_empty()
    }

    /// What to do about it, if that is known.
    pub fn hint(&self) -> Option<&str> {
        self.hint.as_deref()
    }
}

/// The usual hint for a misspelt word, if something like it exists.
pub(super) fn did_you_mean<'a>(word: &str, known: impl IntoIterator<Item = &'a str>) -> Option<String> {
    closest(word, known).map(|meant| format!("did you mean `{meant}`?"))
}

impl fmt::Display for Failure {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.message)
    }
}

impl StdError for Failure {}

impl From<crate::Error> for Failure {
    fn from(error: crate::Error) -> Self {
        Self::of(&error)
    }
}

impl From<egret_core::Error> for Failure {
    fn from(error: egret_core::Error) -> Self {
        Self::of(&error)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_reader_that_went_away_is_no_news() {
        let failure = Failure::of_output(&io::ErrorKind::BrokenPipe.into());
        assert!(failure.is_silent());
        assert_eq!(failure.exit(), Exit::ReaderGone);
        assert!(!Failure::of_output(&io::ErrorKind::StorageFull.into()).is_silent());
    }

    #[test]
    fn suggests_what_is_near() {
        assert_eq!(did_you_mean("cofnig", ["config"]).as_deref(), Some("did you mean `config`?"));
        assert_eq!(did_you_mean("colour", ["config"]), None);
    }
}
