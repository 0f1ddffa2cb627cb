//! The file without what only Ruby sees in it: symbols as texts, and the environment's part over the rest.

use super::super::super::error::Problem;
use super::super::super::value::{Content, Mapping, Value};
use crate::language::Sentence;

/// The keys that hold in the environment: those on top, with those of its own part over them.
pub(super) fn of_environment(body: Value, environment: &str, problems: &mut Vec<Problem>) -> Option<Mapping> {
    let body = without_colons(body);
    let mut settings = match body.content {
        Content::Mapping(mapping) => mapping,
        Content::Null => Mapping::default(),
        other => {
            let message = Sentence::new("config-invalid-content").with("value", other.to_string());
            let expected = Sentence::new("config-expected-sidekiq-keys");
            problems.push(Problem::new(&body.origin, message.with_part("expected", expected)));
            return None;
        }
    };
    let Some(part) = settings.get(environment).cloned() else { return Some(settings) };
    match part.content {
        // As in Ruby, the part's keys replace those on top, whatever they hold.
        Content::Mapping(part) => part.iter().for_each(|(key, value)| settings.insert(key.to_owned(), value.clone())),
        Content::Null => {}
        other => {
            let message = Sentence::new("config-invalid-environment").with("value", other.to_string());
            problems.push(Problem::new(&part.origin, message.with("environment", environment)));
        }
    }
    Some(
        settings
            .iter()
            .filter(|(key, _)| *key != environment)
            .map(|(key, value)| (key.to_owned(), value.clone()))
            .collect(),
    )
}

/// `:queues` is a symbol to Ruby, as key and as value.
fn without_colons(value: Value) -> Value {
    let plain = |text: &str| text.strip_prefix(':').filter(|text| !text.is_empty()).unwrap_or(text).to_owned();
    let content = match value.content {
        Content::Text(text) => Content::Text(plain(&text)),
        Content::List(values) => Content::List(values.into_iter().map(without_colons).collect()),
        Content::Mapping(mapping) => Content::Mapping(
            mapping.iter().map(|(key, value)| (plain(key), without_colons(value.clone()))).collect::<Mapping>(),
        ),
        other => other,
    };
    Value { content, origin: value.origin }
}
