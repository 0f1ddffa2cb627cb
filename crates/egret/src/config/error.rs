//! What is wrong with a configuration, all of it at once.

use std::fmt;

use super::suggestion::closest;
use super::value::Origin;
use crate::language::{Language, Sentence};

/// Everything that is wrong with a configuration.
///
/// Its text has one line for each problem, with the place first, and the remedy on a line of its own; in English, and in
/// the language of whoever reads it by [`tell`](Self::tell).
#[derive(Debug, Clone, thiserror::Error)]
pub struct ConfigError {
    problems: Vec<Problem>,
    locale: Option<Language>,
}

/// One thing that is wrong.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Problem {
    /// Where it stands; `None` when it stands nowhere, such as a section that was asked for.
    pub origin: Option<Origin>,
    /// What is wrong, with the value in backticks and what was expected.
    pub message: Sentence,
    /// What to do about it, where that is known.
    pub hint: Option<Sentence>,
}

impl ConfigError {
    /// The problems, at least one: those of files line by line, then those of variables, then those of overrides.
    pub fn problems(&self) -> &[Problem] {
        &self.problems
    }

    /// The language that the configuration asks for, as far as that can be told.
    pub fn locale(&self) -> Option<Language> {
        self.locale
    }

    /// Everything that is wrong, in a language.
    pub fn tell(&self, language: Language) -> String {
        let told = self.problems.iter().map(|problem| problem.tell(language));
        let count = self.problems.len();
        let headline = (count > 1).then(|| language.text_with("config-problems", &[("count", count.into())]));
        headline.into_iter().chain(told).collect::<Vec<_>>().join("\n")
    }

    /// Of problems in their order, at least one.
    pub(super) fn of(problems: Vec<Problem>, locale: Option<Language>) -> Self {
        Self { problems, locale }
    }

    pub(super) fn unknown_section<'a>(
        name: &str,
        known: impl Iterator<Item = &'a String>,
        locale: Option<Language>,
    ) -> Self {
        let known: Vec<&str> = known.map(String::as_str).collect();
        let message = Sentence::new("config-unknown-section").with("section", name).with_all_of("known", known.clone());
        Self { problems: vec![Problem { origin: None, message, hint: did_you_mean(name, known) }], locale }
    }
}

impl Problem {
    pub(super) fn new(origin: &Origin, message: Sentence) -> Self {
        Self { origin: Some(origin.clone()), message, hint: None }
    }

    pub(super) fn with_hint(self, hint: impl Into<Option<Sentence>>) -> Self {
        Self { hint: hint.into(), ..self }
    }

    /// The place, what is wrong, and the remedy on a line of its own, in a language.
    pub fn tell(&self, language: Language) -> String {
        let place = self.place(language).map_or_else(String::new, |place| format!("{place}: "));
        let hint = self.hint.as_ref().map(|hint| hint.text(language));
        let hint = hint.map(|hint| language.text_with("config-hint", &[("hint", hint.into())]));
        let hint = hint.map_or_else(String::new, |hint| format!("\n  {hint}"));
        format!("{place}{}{hint}", self.message.text(language))
    }

    /// Where it stands: the file with its line, the variable, the option.
    pub fn place(&self, language: Language) -> Option<String> {
        self.origin.as_ref().map(|origin| match origin {
            Origin::Override(key) => language.text_with("config-option", &[("key", key.as_str().into())]),
            origin => origin.to_string(),
        })
    }
}

/// Files line by line, then variables, then overrides.
pub(super) fn in_order(mut problems: Vec<Problem>) -> Vec<Problem> {
    problems.sort_by(|left, right| left.origin.cmp(&right.origin));
    problems
}

/// The usual hint for a misspelt word, if something like it exists.
pub(super) fn did_you_mean<'a>(word: &str, known: impl IntoIterator<Item = &'a str>) -> Option<Sentence> {
    closest(word, known).map(|meant| Sentence::new("config-did-you-mean").with("word", meant))
}

impl fmt::Display for ConfigError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.tell(Language::English))
    }
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.tell(Language::English))
    }
}
