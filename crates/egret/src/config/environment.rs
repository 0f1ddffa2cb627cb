//! Takes the part of a file that belongs to an environment.

use super::error::{Problem, did_you_mean};
use super::value::{Content, Mapping, Value};
use super::{DEFAULT_SECTION, keys, unknown};
use crate::language::Sentence;

/// Names that mean an environment wherever they stand on top of a file; the current environment's name does too.
///
/// Source: Rails' three, and the fourth that most applications add. Hence no section can have such a name in a file
/// without environments.
const USUAL: [&str; 4] = ["production", "development", "test", "staging"];

/// The keys for `environment`, or the whole file where no environment stands on top.
///
/// As with SHIRASAGI, a file that has environments but not this one is an error, never a silent default.
pub(super) fn select(body: Value, environment: &str, problems: &mut Vec<Problem>) -> Value {
    let origin = body.origin.clone();
    let empty = Value { content: Content::Mapping(Mapping::default()), origin: origin.clone() };
    let mapping = match &body.content {
        Content::Mapping(mapping) => mapping,
        Content::Null => return empty,
        other => {
            let expected = Sentence::new("config-expected-keys-with-values");
            let message = Sentence::new("config-invalid-content").with("value", other.to_string());
            problems.push(Problem::new(&origin, message.with_part("expected", expected)));
            return empty;
        }
    };
    if !mapping.iter().any(|(key, _)| USUAL.contains(&key) || key == environment) {
        return body;
    }
    problems.extend(mapping.iter().filter(|(key, _)| keys::is_reserved(key)).map(misplaced));
    problems.extend(mapping.iter().filter(|(key, value)| is_of_a_section(key, value)).map(outside_a_section));
    match mapping.get(environment) {
        Some(part @ Value { content: Content::Mapping(_), .. }) => part.clone(),
        Some(Value { content: Content::Null, .. }) => empty,
        Some(Value { content, origin }) => {
            let message = Sentence::new("config-invalid-environment").with("value", content.to_string());
            problems.push(Problem::new(origin, message.with("environment", environment)));
            empty
        }
        None => {
            problems.push(missing(&body, mapping, environment));
            empty
        }
    }
}

fn misplaced((key, value): (&str, &Value)) -> Problem {
    let hint = Sentence::new("config-beside-environments-hint").with("key", key);
    Problem::new(&value.origin, Sentence::new("config-beside-environments").with("key", key)).with_hint(hint)
}

/// Whether a key belongs into a section and is none of the mappings that environments share by an anchor.
fn is_of_a_section(key: &str, value: &Value) -> bool {
    value.as_mapping().is_none() && unknown::is_meant_for_a_section(key, value)
}

fn outside_a_section((key, value): (&str, &Value)) -> Problem {
    let hint = Sentence::new("config-into-an-environment-hint").with("key", key).with("section", DEFAULT_SECTION);
    Problem::new(&value.origin, Sentence::new("config-beside-environments").with("key", key)).with_hint(hint)
}

fn missing(body: &Value, mapping: &Mapping, environment: &str) -> Problem {
    let present: Vec<&str> = mapping.iter().map(|(key, _)| key).collect();
    let message = Sentence::new("config-no-environment").with("environment", environment);
    let message = message.with_all_of("known", present.clone());
    let hint = did_you_mean(environment, present).unwrap_or_else(|| Sentence::new("config-no-environment-hint"));
    Problem::new(&body.origin, message).with_hint(hint)
}
