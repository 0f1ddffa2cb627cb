//! Why a command did not do what it was asked for.

use std::error::Error as StdError;
use std::fmt;
use std::io;

use super::Exit;
use crate::config::{ConfigError, closest};
use crate::language::{Language, Said, Sentence};

/// Why a command did not do what it was asked for: what a person reads, and the status with which the program ends.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Failure {
    message: Said,
    hint: Option<Said>,
    exit: Exit,
}

impl Failure {
    /// A failure that ends the program with status 1: lower case, no full stop, values in backticks.
    pub fn new(message: impl Into<Said>) -> Self {
        Self { message: message.into(), hint: None, exit: Exit::Failure }
    }

    /// A command line that cannot be understood; ends the program with status 2.
    pub fn usage(message: impl Into<Said>) -> Self {
        Self::new(message).with_exit(Exit::Usage)
    }

    /// An error with all its causes.
    pub fn of(error: &(dyn StdError + 'static)) -> Self {
        Self::new(Said::of(error))
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
            _ => Self::new(Sentence::new("cli-output-unwritten").with("error", error.to_string())),
        }
    }

    /// Adds what to do about it.
    #[must_use]
    pub fn with_hint(mut self, hint: impl Into<Hint>) -> Self {
        self.hint = hint.into().0;
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
        matches!(&self.message, Said::Words(words) if words.is_empty())
    }

    /// What a person reads.
    pub fn text(&self, language: Language) -> String {
        self.message.text(language)
    }

    /// What to do about it, if that is known.
    pub fn hint(&self, language: Language) -> Option<String> {
        self.hint.as_ref().map(|hint| hint.text(language))
    }
}

/// What to do about a failure, if that is known.
#[derive(Clone, Debug)]
pub struct Hint(Option<Said>);

impl From<String> for Hint {
    fn from(words: String) -> Self {
        Self(Some(words.into()))
    }
}

impl From<Option<String>> for Hint {
    fn from(words: Option<String>) -> Self {
        Self(words.map(Said::from))
    }
}

impl From<Sentence> for Hint {
    fn from(sentence: Sentence) -> Self {
        Self(Some(sentence.into()))
    }
}

impl From<Option<Sentence>> for Hint {
    fn from(sentence: Option<Sentence>) -> Self {
        Self(sentence.map(Said::from))
    }
}

/// The usual hint for a misspelt word, if something like it exists.
pub(super) fn did_you_mean<'a>(word: &str, known: impl IntoIterator<Item = &'a str>) -> Option<Sentence> {
    closest(word, known).map(|meant| Sentence::new("config-did-you-mean").with("word", meant))
}

impl fmt::Display for Failure {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.text(Language::English))
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
        let meant = did_you_mean("cofnig", ["config"]).map(|sentence| sentence.to_string());
        assert_eq!(meant.as_deref(), Some("did you mean `config`?"));
        assert_eq!(did_you_mean("colour", ["config"]), None);
    }
}
