//! What one page wants said on the next one.

use axum::http::HeaderMap;
use egret::language::TextValue;

use super::{Cookie, Fields, cookie};
use crate::words::WORDS;

const NAME: &str = "egret_notice";

/// What one page wants said on the next one: a message of the language files, never a text, so that nobody can put words
/// into the console's mouth.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Notice {
    pub(crate) message: String,
    /// Numbers of the message.
    pub(crate) numbers: Vec<(String, u64)>,
}

impl Notice {
    /// A message without numbers.
    pub(crate) fn new(message: &str) -> Self {
        Self { message: message.to_owned(), numbers: Vec::new() }
    }

    /// Adds a number of the message.
    #[must_use]
    pub(crate) fn with(mut self, name: &str, number: u64) -> Self {
        self.numbers.push((name.to_owned(), number));
        self
    }

    /// The arguments of the message.
    pub(crate) fn arguments(&self) -> Vec<(&str, TextValue)> {
        self.numbers.iter().map(|(name, number)| (name.as_str(), TextValue::Number(*number))).collect()
    }

    pub(super) fn of(headers: &HeaderMap) -> Option<Self> {
        let text = cookie(headers, NAME)?;
        let (message, numbers) = text.split_once('~').unwrap_or((text, ""));
        if !message.starts_with("notice-") || !WORDS.has(message) {
            return None;
        }
        let numbers = Fields::of_bytes(numbers.replace('~', "&").replace('.', "=").as_bytes());
        let numbers = numbers.iter().filter_map(|(name, number)| Some((name.to_owned(), number.parse().ok()?)));
        Some(Self { message: message.to_owned(), numbers: numbers.take(9).collect() })
    }

    pub(super) fn cookie(&self) -> Cookie {
        let numbers = self.numbers.iter().map(|(name, number)| format!("~{name}.{number}"));
        let text = self.message.clone() + &numbers.collect::<String>();
        Cookie::new(NAME, text).lasting(std::time::Duration::from_secs(60))
    }

    /// The cookie that takes it away once it was said.
    pub(super) fn said() -> Cookie {
        Cookie::gone(NAME)
    }
}
