//! The map `job_data` as JSON: its values are serialized by Active Job already, so they pass as they are.

use crate::ruby::{Value, argument};

/// A value within a payload.
pub(super) fn json(value: &Value) -> String {
    let mut text = String::new();
    write(&mut text, value);
    text
}

fn write(text: &mut String, value: &Value) {
    match value {
        Value::Symbol(name) => text.push_str(&string(name)),
        Value::List(items) => {
            text.push('[');
            for (index, item) in items.iter().enumerate() {
                separate(text, index);
                write(text, item);
            }
            text.push(']');
        }
        Value::Map(pairs) | Value::IndifferentMap(pairs) if has_names(pairs) => {
            text.push('{');
            for (index, (key, item)) in pairs.iter().enumerate() {
                separate(text, index);
                text.push_str(&string(key.name().expect("every key has a name")));
                text.push(':');
                write(text, item);
            }
            text.push('}');
        }
        // Active Job before 7.1 left some values to the adapter's own format, such as decimals.
        other => text.push_str(&argument(other)),
    }
}

fn has_names(pairs: &[(Value, Value)]) -> bool {
    let mut names = std::collections::HashSet::new();
    pairs.iter().all(|(key, _)| key.name().is_some_and(|name| names.insert(name)))
}

fn separate(text: &mut String, index: usize) {
    if index > 0 {
        text.push(',');
    }
}

fn string(text: &str) -> String {
    serde_json::to_string(text).expect("a string is JSON")
}
