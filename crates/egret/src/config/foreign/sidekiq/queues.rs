//! Queues with their weights.

use super::super::super::error::Problem;
use super::super::super::reader::invalid;
use super::super::super::value::{Content, Mapping, Origin, Value};
use super::super::super::variables::Assignment;
use super::super::{list, value};
use crate::language::Sentence;

/// What is polled: in strict order, or drawn by weight as soon as one queue has a weight.
pub(super) struct Queues {
    entries: Vec<Entry>,
    origin: Origin,
}

struct Entry {
    name: String,
    /// `None` and 0 are without one.
    weight: Option<i64>,
}

impl Queues {
    /// What is polled where the file says nothing.
    pub(super) fn usual(origin: &Origin) -> Self {
        Self { entries: vec![Entry { name: "default".to_owned(), weight: None }], origin: origin.clone() }
    }

    /// Reads a list of `name`, `[name, weight]` and `name,weight`; a single name stands for a list of one.
    pub(super) fn read(written: &Value, shown: &str, problems: &mut Vec<Problem>) -> Self {
        let single = std::slice::from_ref(written);
        let elements = if let Content::List(values) = &written.content { values.as_slice() } else { single };
        let mut queues = Self { entries: Vec::new(), origin: written.origin.clone() };
        for element in elements {
            match Entry::read(element) {
                None => {
                    let message = invalid(element, shown, Sentence::new("config-expected-sidekiq-queue"));
                    problems.push(Problem::new(&element.origin, message));
                }
                Some(entry) if queues.entries.iter().any(|earlier| earlier.name == entry.name) => {
                    let about = |message| Sentence::new(message).with("queue", entry.name.as_str());
                    let message = about("config-sidekiq-queue-twice").with("key", shown);
                    let hint = about("config-sidekiq-queue-twice-hint");
                    problems.push(Problem::new(&element.origin, message).with_hint(hint));
                }
                Some(entry) => queues.entries.push(entry),
            }
        }
        if elements.is_empty() {
            let message = Sentence::new("config-empty-queues").with("key", shown);
            problems.push(Problem::new(&written.origin, message));
        }
        queues
    }

    /// In our keys.
    pub(super) fn assignments(&self) -> Vec<Assignment> {
        let weights = self.weights().map(|weights| Assignment::in_sections("polling.weights", weights));
        [Some(Assignment::in_sections("polling.queues", self.names())), weights].into_iter().flatten().collect()
    }

    /// As keys of a section.
    pub(super) fn insert_into(&self, section: &mut Mapping) {
        section.insert_at("polling.queues", self.names());
        self.weights().into_iter().for_each(|weights| section.insert_at("polling.weights", weights));
    }

    fn names(&self) -> Value {
        list(self.entries.iter().map(|entry| entry.name.clone()), &self.origin)
    }

    /// The weights if one queue has any; then a queue without one weighs 1.
    fn weights(&self) -> Option<Value> {
        let is_drawn = self.entries.iter().any(|entry| entry.weight.is_some_and(|weight| weight > 0));
        let weight = |entry: &Entry| value(Content::Integer(entry.weight.unwrap_or(0).max(1)), &self.origin);
        let weights = self.entries.iter().map(|entry| (entry.name.clone(), weight(entry)));
        is_drawn.then(|| value(Content::Mapping(weights.collect()), &self.origin))
    }
}

impl Entry {
    fn read(element: &Value) -> Option<Self> {
        match &element.content {
            Content::List(parts) => match parts.as_slice() {
                [name] => Self::of(&name.content, None),
                [name, weight] => Self::of(&name.content, Some(&weight.content)),
                _ => None,
            },
            Content::Text(text) => match text.split_once(',') {
                Some((name, weight)) => Self::of(&name.trim().into(), Some(&weight.trim().into())),
                None => Self::of(&element.content, None),
            },
            other => Self::of(other, None),
        }
    }

    fn of(name: &Content, weight: Option<&Content>) -> Option<Self> {
        let name = match name {
            Content::Null | Content::List(_) | Content::Mapping(_) => return None,
            name => name.to_string(),
        };
        let weight = match weight {
            None => None,
            Some(weight) => Some(weight.to_string().parse::<i64>().ok().filter(|weight| (0..=MOST).contains(weight))?),
        };
        (!name.trim().is_empty()).then_some(Self { name, weight })
    }
}

/// The most that a queue can weigh.
const MOST: i64 = 1_000_000;
