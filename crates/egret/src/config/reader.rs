//! Typed values out of the tree, with a problem for each that is not what it should be.

use std::str::FromStr;
use std::time::Duration;

use jiff::tz::TimeZone;

use super::duration::parse_duration;
use super::error::{Problem, did_you_mean};
use super::size;
use super::value::{Content, Mapping, Value};
use crate::language::Sentence;

/// Reads one mapping, the whole tree or a section, and collects what is wrong with it. What was `expected` is named by its
/// message.
///
/// Each method returns `None` where nothing is written, and also where something is wrong; then it has noted the
/// problem, and the configuration as a whole is refused.
pub(super) struct Reader<'a> {
    values: &'a Mapping,
    /// What to write before a path: empty, or the section with a dot.
    prefix: String,
    problems: &'a mut Vec<Problem>,
}

impl<'a> Reader<'a> {
    pub(super) fn new(values: &'a Mapping, prefix: String, problems: &'a mut Vec<Problem>) -> Self {
        Self { values, prefix, problems }
    }

    /// A text that is not blank.
    pub(super) fn text(&mut self, path: &str) -> Option<String> {
        self.read(path, "config-expected-text", |content| text(content).filter(|text| !text.trim().is_empty()))
    }

    /// A text that `parse` understands and that may hold a password: it is not shown when it is refused.
    pub(super) fn secret<T>(&mut self, path: &str, expected: Sentence, parse: fn(String) -> Option<T>) -> Option<T> {
        let value = self.written(path)?;
        let parsed = text(&value.content).and_then(parse);
        if parsed.is_none() {
            let message = Sentence::new("config-invalid-secret").with("key", format!("{}{path}", self.prefix));
            self.problems.push(Problem::new(&value.origin, message.with_part("expected", expected)));
        }
        parsed
    }

    /// What `T` reads from a text.
    pub(super) fn parsed<T: FromStr>(&mut self, path: &str, expected: &'static str) -> Option<T> {
        self.read(path, expected, |content| text(content)?.trim().parse().ok())
    }

    /// Yes or no. Variables and flags are texts, so the two words count as well.
    pub(super) fn boolean(&mut self, path: &str) -> Option<bool> {
        self.read(path, "config-expected-truth", |content| match content {
            Content::Boolean(value) => Some(*value),
            Content::Text(text) => text.trim().parse().ok(),
            _ => None,
        })
    }

    /// One of the words that `all` writes with `name`.
    pub(super) fn word<T: Copy>(&mut self, path: &str, all: &[T], name: fn(T) -> &'static str) -> Option<T> {
        let value = self.written(path)?;
        let written = text(&value.content);
        let chosen = all.iter().copied().find(|candidate| written.as_deref() == Some(name(*candidate)));
        if chosen.is_none() {
            let names: Vec<&str> = all.iter().map(|candidate| name(*candidate)).collect();
            let expected = Sentence::new("config-expected-words").with_any_of("words", names.clone());
            let hint = did_you_mean(&value.content.to_string(), names);
            self.refuse(path, value, expected, hint);
        }
        chosen
    }

    /// A whole number, negative ones included.
    pub(super) fn whole_number(&mut self, path: &str) -> Option<i64> {
        self.read(path, "config-expected-number", whole_number)
    }

    /// As [`whole_number`](Self::whole_number), for a path whose parts may hold dots.
    pub(super) fn whole_number_in(&mut self, parts: &[&str]) -> Option<i64> {
        let mut value = self.values.get(parts.first()?)?;
        for (depth, part) in parts.iter().enumerate().skip(1) {
            value = match &value.content {
                Content::Null => return None,
                Content::Mapping(mapping) => mapping.get(part)?,
                _ => {
                    let expected = Sentence::new("config-expected-mapping-with").with("key", *part);
                    self.refuse(&parts[..depth].join("."), value, expected, None);
                    return None;
                }
            };
        }
        let number = whole_number(&value.content);
        if number.is_none() && !value.is_null() {
            self.refuse(&parts.join("."), value, Sentence::new("config-expected-number"), None);
        }
        number
    }

    /// How many there are of something of which there is at least one.
    pub(super) fn positive_number(&mut self, path: &str) -> Option<u64> {
        self.read(path, "config-expected-positive", |content| {
            whole_number(content).and_then(|number| u64::try_from(number).ok()).filter(|number| *number > 0)
        })
    }

    /// How many there are of something of which there may be none.
    pub(super) fn count(&mut self, path: &str) -> Option<u64> {
        self.read(path, "config-expected-count", |content| {
            whole_number(content).and_then(|number| u64::try_from(number).ok())
        })
    }

    /// A length of time, 0 included.
    pub(super) fn duration(&mut self, path: &str) -> Option<Duration> {
        self.read(path, "config-expected-duration", duration)
    }

    /// A length of time of more than 0.
    pub(super) fn positive_duration(&mut self, path: &str) -> Option<Duration> {
        self.read(path, "config-expected-positive-duration", |content| {
            duration(content).filter(|duration| !duration.is_zero())
        })
    }

    /// For how long to keep something: `None` is for ever, which nothing, 0 and negative numbers mean (SHIRASAGI
    /// 1.21.0, `app/models/job.rb`).
    pub(super) fn keeping_time(&mut self, path: &str) -> Option<Duration> {
        if self.written(path).and_then(|value| whole_number(&value.content)).is_some_and(|number| number < 0) {
            return None;
        }
        self.duration(path).filter(|duration| !duration.is_zero())
    }

    /// In how many bytes something may lie: `None` is without bound, which nothing, 0 and negative numbers mean.
    pub(super) fn keeping_size(&mut self, path: &str) -> Option<u64> {
        let value = self.written(path)?;
        if whole_number(&value.content).is_some_and(|number| number <= 0) {
            return None;
        }
        self.bytes(path)
    }

    /// An amount of memory in bytes, more than 0.
    pub(super) fn bytes(&mut self, path: &str) -> Option<u64> {
        self.read(path, "config-expected-bytes", |content| {
            text(content).and_then(|text| size::parse(&text)).filter(|bytes| *bytes > 0)
        })
    }

    /// A zone by its name in the IANA database.
    pub(super) fn time_zone(&mut self, path: &str) -> Option<TimeZone> {
        self.read(path, "config-expected-zone", |content| text(content).and_then(|name| crate::zone::named(&name)))
    }

    /// The zone of clocks: `utc`, `local` for that of the process, or a zone by its name.
    pub(super) fn clock_zone(&mut self, path: &str) -> Option<TimeZone> {
        self.read(path, "config-expected-clock-zone", |content| match text(content)?.trim() {
            "utc" => Some(TimeZone::UTC),
            "local" => Some(crate::zone::of_process()),
            name => crate::zone::named(name),
        })
    }

    /// Reads each mapping below a path, by its name.
    pub(super) fn each_below<T>(&mut self, path: &str, read: fn(&mut Reader<'_>) -> T) -> Vec<(String, T)> {
        let Some(Content::Mapping(mapping)) = self.written(path).map(|value| &value.content) else {
            // What is no mapping is refused there.
            self.keys_of(path);
            return Vec::new();
        };
        let mut all = Vec::new();
        for (name, value) in mapping.iter().filter(|(_, value)| !value.is_null()) {
            let shown = format!("{path}.{name}");
            match value.as_mapping() {
                Some(values) => {
                    let prefix = format!("{}{shown}.", self.prefix);
                    all.push((name.to_owned(), read(&mut Reader::new(values, prefix, self.problems))));
                }
                None => self.refuse(&shown, value, Sentence::new("config-expected-mapping"), None),
            }
        }
        all
    }

    /// A list whose elements `element` reads; a single value stands for a list of one.
    pub(super) fn list<T>(
        &mut self,
        path: &str,
        expected: &'static str,
        element: fn(&str) -> Option<T>,
    ) -> Option<Vec<T>> {
        let value = self.written(path)?;
        let values = match &value.content {
            Content::List(values) => values.as_slice(),
            _ => std::slice::from_ref(value),
        };
        let elements: Vec<Option<T>> =
            values.iter().map(|value| text(&value.content).and_then(|text| element(&text))).collect();
        for (value, _) in values.iter().zip(&elements).filter(|(_, element)| element.is_none()) {
            self.refuse(path, value, Sentence::new(expected), None);
        }
        elements.into_iter().collect()
    }

    /// Whether something other than nothing stands at `path`.
    pub(super) fn is_written(&self, path: &str) -> bool {
        self.written(path).is_some()
    }

    /// Whether there is such a key, even with nothing behind it.
    pub(super) fn has(&self, path: &str) -> bool {
        self.values.at(path).is_some()
    }

    /// Whether there are keys below `path`.
    pub(super) fn is_mapping(&self, path: &str) -> bool {
        self.written(path).is_some_and(|value| value.as_mapping().is_some())
    }

    /// The keys directly below `path`.
    pub(super) fn keys_of(&mut self, path: &str) -> Vec<String> {
        let Some(value) = self.written(path) else {
            return Vec::new();
        };
        match value.as_mapping() {
            Some(mapping) => mapping.iter().map(|(key, _)| key.to_owned()).collect(),
            None => {
                self.refuse(path, value, Sentence::new("config-expected-mapping"), None);
                Vec::new()
            }
        }
    }

    /// Notes that the value at `path` will not do. `expected`: the message with what would.
    pub(super) fn refuse_at(&mut self, path: &str, expected: &'static str) {
        if let Some(value) = self.written(path) {
            self.refuse(path, value, Sentence::new(expected), None);
        }
    }

    fn read<T>(&mut self, path: &str, expected: &'static str, parse: impl FnOnce(&Content) -> Option<T>) -> Option<T> {
        let value = self.written(path)?;
        let parsed = parse(&value.content);
        if parsed.is_none() {
            self.refuse(path, value, Sentence::new(expected), None);
        }
        parsed
    }

    fn written(&self, path: &str) -> Option<&'a Value> {
        self.values.at(path).filter(|value| !value.is_null())
    }

    fn refuse(&mut self, path: &str, value: &Value, expected: Sentence, hint: Option<Sentence>) {
        let message = invalid(value, &format!("{}{path}", self.prefix), expected);
        self.problems.push(Problem::new(&value.origin, message).with_hint(hint));
    }
}

/// The sentence that a value will not do for a key.
pub(super) fn invalid(value: &Value, key: &str, expected: Sentence) -> Sentence {
    let message = Sentence::new("config-invalid").with("value", value.content.to_string());
    message.with("key", key).with_part("expected", expected)
}

/// A value in one piece as text: `name: 5` is the name `5`.
fn text(content: &Content) -> Option<String> {
    match content {
        Content::Null | Content::List(_) | Content::Mapping(_) => None,
        _ => Some(content.to_string()),
    }
}

/// Variables and flags are texts, so a text with a number in it counts as one.
fn whole_number(content: &Content) -> Option<i64> {
    match content {
        Content::Integer(number) => Some(*number),
        Content::Text(text) if !is_ambiguous(text) => text.trim().parse().ok(),
        _ => None,
    }
}

/// `0755` is 493 to Ruby and 755 to others, so it is refused as a number.
fn is_ambiguous(text: &str) -> bool {
    let digits = text.trim().trim_start_matches(['-', '+']);
    digits.len() > 1 && digits.starts_with('0') && digits.chars().all(|digit| digit.is_ascii_digit())
}

fn duration(content: &Content) -> Option<Duration> {
    match content {
        Content::Integer(seconds) => u64::try_from(*seconds).ok().map(Duration::from_secs),
        Content::Float(seconds) => Duration::try_from_secs_f64(*seconds).ok(),
        Content::Text(text) if !is_ambiguous(text) => parse_duration(text).ok(),
        _ => None,
    }
}
