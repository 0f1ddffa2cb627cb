//! A cause before it is put into words.

use std::time::Duration;

use egret_core::Timestamp;
use serde_json::{Map, Value};

use super::{Code, Why};
use crate::language::{Reader, TextValue, name_in_a_sentence};

/// A cause before it is put into words.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Reason {
    pub(super) code: Code,
    message: &'static str,
    arguments: Vec<(&'static str, Argument)>,
    remedy: String,
    facts: Map<String, Value>,
    is_passing: bool,
    may_be_unseen: bool,
}

/// A part of a sentence; times and lengths depend on the reader.
#[derive(Clone, Debug, PartialEq)]
enum Argument {
    Plain(TextValue),
    Moment(Timestamp),
    Length(Duration),
}

impl Reason {
    pub(super) fn new(code: Code, message: &'static str, remedy: impl Into<String>) -> Self {
        let remedy = remedy.into();
        Self {
            code,
            message,
            arguments: Vec::new(),
            remedy,
            facts: Map::new(),
            is_passing: false,
            may_be_unseen: false,
        }
    }

    /// Adds a text that is part of the sentence and, whole, a fact.
    pub(super) fn with(mut self, name: &'static str, text: &str) -> Self {
        let shown = match name {
            // The sentence has a full stop of its own.
            "error" => text.trim_end_matches(['.', '。']).to_owned(),
            _ => name_in_a_sentence(text),
        };
        self.arguments.push((name, Argument::Plain(shown.into())));
        self.fact(name, text)
    }

    /// Adds a number that is part of the sentence and a fact.
    pub(super) fn with_number(mut self, name: &'static str, fact: &'static str, number: u64) -> Self {
        self.arguments.push((name, Argument::Plain(number.into())));
        self.fact(fact, number)
    }

    /// Adds a moment that is part of the sentence and a fact.
    pub(super) fn with_moment(mut self, name: &'static str, fact: &'static str, moment: Timestamp) -> Self {
        self.arguments.push((name, Argument::Moment(moment)));
        self.fact(fact, moment.to_string())
    }

    /// Adds a length of time that is part of the sentence and, in seconds, a fact.
    pub(super) fn with_length(mut self, name: &'static str, fact: &'static str, length: Duration) -> Self {
        self.arguments.push((name, Argument::Length(length)));
        self.fact(fact, length.as_secs_f64())
    }

    /// Adds words of the sentence for which the facts have a list.
    pub(super) fn with_list(mut self, name: &'static str, words: &[String]) -> Self {
        let listed: Vec<String> = words.iter().map(|word| format!("`{word}`")).collect();
        self.arguments.push((name, Argument::Plain(listed.join(", ").into())));
        self.fact(name, words.to_vec())
    }

    /// Adds what only programs read.
    pub(super) fn fact(mut self, name: &'static str, value: impl Into<Value>) -> Self {
        self.facts.insert(name.to_owned(), value.into());
        self
    }

    /// Says that it passes by itself within moments as a rule.
    pub(super) fn passing(mut self) -> Self {
        self.is_passing = true;
        self
    }

    /// Adds that it may have another side: whoever would run the job gives no sign.
    pub(super) fn unless_unseen(self, unseen_workers: bool) -> Self {
        match unseen_workers {
            true => Self { may_be_unseen: true, ..self }.fact("unseen_workers", true),
            false => self,
        }
    }

    /// Puts it into words.
    pub(super) fn told_to(self, reader: &Reader) -> Why {
        let arguments: Vec<(&str, TextValue)> = self
            .arguments
            .into_iter()
            .map(|(name, argument)| {
                let value = match argument {
                    Argument::Plain(value) => value,
                    Argument::Moment(moment) => reader.moment(moment).into(),
                    Argument::Length(length) => reader.language.length(length).into(),
                };
                (name, value)
            })
            .collect();
        let mut sentence = reader.language.text_with(self.message, &arguments);
        if self.may_be_unseen {
            sentence = reader.language.text_with("why-unseen-workers", &[("sentence", sentence.into())]);
        }
        Why { code: self.code, sentence, remedy: self.remedy, facts: self.facts, is_passing: self.is_passing }
    }
}
