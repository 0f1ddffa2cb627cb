//! Sentences that are said later, in the language of whoever reads them.

use std::fmt;

use super::{Language, Said, TextValue};

/// A message with its arguments: what an error says before it is known who reads it.
///
/// `Display` says it in English, which is what logs and programs get.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sentence {
    message: &'static str,
    arguments: Vec<(&'static str, Argument)>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum Argument {
    Value(TextValue),
    /// A part of the sentence with words of its own.
    Part(Sentence),
    /// What was said elsewhere.
    #[cfg_attr(not(feature = "cli"), allow(dead_code, reason = "only the command line says it"))]
    Said(Box<Said>),
    /// Words in backticks, of which one will do.
    AnyOf(Vec<String>),
    /// Words in backticks, one after the other.
    AllOf(Vec<String>),
}

impl Sentence {
    /// A message of `locales/*/*.ftl`, still without arguments.
    pub(crate) fn new(message: &'static str) -> Self {
        Self { message, arguments: Vec::new() }
    }

    /// Adds an argument.
    #[must_use]
    pub(crate) fn with(self, name: &'static str, value: impl Into<TextValue>) -> Self {
        self.and(name, Argument::Value(value.into()))
    }

    /// Adds a part that is a sentence, or some words of one, itself.
    #[must_use]
    pub(crate) fn with_part(self, name: &'static str, part: Self) -> Self {
        self.and(name, Argument::Part(part))
    }

    /// Adds what was said elsewhere, such as by a store.
    #[must_use]
    #[cfg_attr(not(feature = "cli"), allow(dead_code, reason = "only the command line says it"))]
    pub(crate) fn with_said(self, name: &'static str, said: impl Into<Said>) -> Self {
        self.and(name, Argument::Said(Box::new(said.into())))
    }

    /// Adds words of which one will do: `` `a` or `b` ``.
    #[must_use]
    pub(crate) fn with_any_of(self, name: &'static str, words: impl IntoIterator<Item = impl Into<String>>) -> Self {
        self.and(name, Argument::AnyOf(words.into_iter().map(Into::into).collect()))
    }

    /// Adds a list of words: `` `a`, `b` ``.
    #[must_use]
    pub(crate) fn with_all_of(self, name: &'static str, words: impl IntoIterator<Item = impl Into<String>>) -> Self {
        self.and(name, Argument::AllOf(words.into_iter().map(Into::into).collect()))
    }

    fn and(mut self, name: &'static str, argument: Argument) -> Self {
        self.arguments.push((name, argument));
        self
    }

    /// What it says in a language.
    pub fn text(&self, language: Language) -> String {
        let arguments: Vec<(&str, TextValue)> =
            self.arguments.iter().map(|(name, argument)| (*name, argument.value(language))).collect();
        language.text_with(self.message, &arguments)
    }
}

impl Argument {
    fn value(&self, language: Language) -> TextValue {
        let listed = |words: &[String], between: &str| {
            let quoted: Vec<String> = words.iter().map(|word| format!("`{word}`")).collect();
            TextValue::Text(quoted.join(between))
        };
        match (self, language) {
            (Self::Value(value), _) => value.clone(),
            (Self::Said(said), language) => TextValue::Text(said.text(language)),
            (Self::Part(part), language) => TextValue::Text(part.text(language)),
            (Self::AnyOf(words), Language::English) => listed(words, " or "),
            (Self::AnyOf(words), Language::Japanese) => listed(words, " か "),
            (Self::AllOf(words), Language::English) => listed(words, ", "),
            (Self::AllOf(words), Language::Japanese) => listed(words, "、"),
        }
    }
}

impl fmt::Display for Sentence {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.text(Language::English))
    }
}

/// A reason by itself, as readers of values give.
impl std::error::Error for Sentence {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_sentence_is_said_in_each_language_with_its_parts() {
        let expected = Sentence::new("config-expected-words").with_any_of("words", ["a", "b"]);
        let sentence = Sentence::new("config-invalid")
            .with("value", "c")
            .with("key", "default.mode")
            .with_part("expected", expected);
        assert_eq!(sentence.to_string(), "invalid value `c` for `default.mode`, expected `a` or `b`");
        let japanese = sentence.text(Language::Japanese);
        assert!(japanese.contains("`default.mode`") && japanese.contains("`a` か `b`"), "{japanese}");
    }
}
