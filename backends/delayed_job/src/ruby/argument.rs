//! Ruby's values as arguments of Active Job.
//!
//! What Active Job has a form for gets it (Active Job 8.1, `activejob/lib/active_job/serializers`). What it has none for
//! becomes an object of the serializer [`OPAQUE`] with the value's YAML, which typed code refuses by name and
//! raw arguments show. It is never turned back into YAML: then data could choose a tag.

use std::fmt::Write;

use super::Value;
use crate::yaml::{self, Moment, Node, ScalarStyle, Zone};

/// The serializer's name on what Active Job has no form for.
pub const OPAQUE: &str = "Egret::Yaml";
/// The application in the ids of records. A row does not name the one that it comes from.
const RECORDS_APP: &str = "delayed-job";

/// One value as the JSON of an argument.
pub fn argument(value: &Value) -> String {
    let mut json = String::new();
    write_argument(&mut json, value);
    json
}

/// A list of values as the JSON array of a job's arguments.
pub fn positional<'a>(values: impl IntoIterator<Item = &'a Value>) -> String {
    let mut json = String::new();
    write_list(&mut json, values);
    json
}

fn write_argument(json: &mut String, value: &Value) {
    match value {
        Value::Null => json.push_str("null"),
        Value::Bool(truth) => json.push_str(if *truth { "true" } else { "false" }),
        Value::Integer(digits) => json.push_str(digits),
        Value::Float(number) if number.is_finite() => {
            write!(json, "{number:?}").expect("writing to a string does not fail");
        }
        Value::Text(text) => write_string(json, text),
        Value::List(values) => write_list(json, values),
        Value::Map(pairs) => write_hash(json, value, pairs, Keys::Marked),
        Value::IndifferentMap(pairs) => write_hash(json, value, pairs, Keys::Indifferent),
        Value::Record { class, id } => match record_id(class, id) {
            Some(id) => write_pair(json, "_aj_globalid", &id),
            None => write_opaque(json, value),
        },
        Value::Range { bounds, excludes_end } => {
            json.push_str("{\"_aj_serialized\":\"ActiveJob::Serializers::RangeSerializer\",\"begin\":");
            write_argument(json, &bounds[0]);
            json.push_str(",\"end\":");
            write_argument(json, &bounds[1]);
            write!(json, ",\"exclude_end\":{excludes_end}}}").expect("writing to a string does not fail");
        }
        _ => match serialized(value) {
            Some((serializer, text)) => write_serialized(json, &format!("ActiveJob::Serializers::{serializer}"), &text),
            None => write_opaque(json, value),
        },
    }
}

/// The serializer and the text of values that have one.
fn serialized(value: &Value) -> Option<(&'static str, String)> {
    Some(match value {
        Value::Symbol(name) => ("SymbolSerializer", name.clone()),
        Value::Decimal(number) => ("BigDecimalSerializer", number.clone()),
        Value::Date(day) => ("DateSerializer", day.clone()),
        Value::Time(moment) => ("TimeSerializer", moment_text(moment)),
        Value::DateTime(moment) => ("DateTimeSerializer", moment_text(moment)),
        Value::Class(name) | Value::Module(name) => ("ModuleSerializer", name.clone()),
        _ => return None,
    })
}

/// Nine digits and the zone, as Active Job writes times.
fn moment_text(moment: &Moment) -> String {
    let zone = match moment.zone {
        Zone::Utc => "Z".to_owned(),
        Zone::Offset(offset) => {
            let minutes = offset.seconds() / 60;
            format!("{}{:02}:{:02}", if minutes < 0 { '-' } else { '+' }, minutes.abs() / 60, minutes.abs() % 60)
        }
    };
    format!("{:.9}{zone}", moment.local)
}

fn write_list<'a>(json: &mut String, values: impl IntoIterator<Item = &'a Value>) {
    json.push('[');
    for (index, value) in values.into_iter().enumerate() {
        if index > 0 {
            json.push(',');
        }
        write_argument(json, value);
    }
    json.push(']');
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Keys {
    /// Symbols among them are listed.
    Marked,
    /// Symbols and strings are the same.
    Indifferent,
}

fn write_hash(json: &mut String, value: &Value, pairs: &[(Value, Value)], keys: Keys) {
    if !has_form(pairs) {
        return write_opaque(json, value);
    }
    json.push('{');
    for (key, value) in pairs {
        write_string(json, key.name().expect("the form has texts and symbols as keys"));
        json.push(':');
        write_argument(json, value);
        json.push(',');
    }
    match keys {
        Keys::Indifferent => json.push_str("\"_aj_hash_with_indifferent_access\":true}"),
        Keys::Marked => {
            let symbols = pairs.iter().filter_map(|(key, _)| match key {
                Value::Symbol(name) => Some(name),
                _ => None,
            });
            json.push_str("\"_aj_symbol_keys\":[");
            for (index, name) in symbols.enumerate() {
                if index > 0 {
                    json.push(',');
                }
                write_string(json, name);
            }
            json.push_str("]}");
        }
    }
}

/// Whether Active Job has a form for a hash: keys are strings and symbols, none twice as both, none that it reserves.
fn has_form(pairs: &[(Value, Value)]) -> bool {
    let mut names = std::collections::HashSet::new();
    pairs.iter().all(|(key, _)| key.name().is_some_and(|name| !name.starts_with("_aj_") && names.insert(name)))
}

/// An id that names a record by class and key.
fn record_id(class: &str, id: &Value) -> Option<String> {
    let key = match id {
        Value::Integer(digits) => digits,
        Value::Text(text) => text,
        _ => return None,
    };
    let is_bare = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.' | b'~');
    let mut escaped = String::with_capacity(key.len());
    for byte in key.bytes() {
        match is_bare(byte) {
            true => escaped.push(char::from(byte)),
            false => write!(escaped, "%{byte:02X}").expect("writing to a string does not fail"),
        }
    }
    Some(format!("gid://{RECORDS_APP}/{class}/{escaped}"))
}

fn write_opaque(json: &mut String, value: &Value) {
    write_serialized(json, OPAQUE, &yaml::write(&node(value)));
}

fn write_serialized(json: &mut String, serializer: &str, text: &str) {
    json.push_str("{\"_aj_serialized\":");
    write_string(json, serializer);
    json.push_str(",\"value\":");
    write_string(json, text);
    json.push('}');
}

fn write_pair(json: &mut String, key: &str, text: &str) {
    json.push('{');
    write_string(json, key);
    json.push(':');
    write_string(json, text);
    json.push('}');
}

fn write_string(json: &mut String, text: &str) {
    json.push_str(&serde_json::to_string(text).expect("a string is JSON"));
}

/// The value as a tree, to be shown.
fn node(value: &Value) -> Node {
    let listed = |values: &[Value]| Node::sequence(values.iter().map(node).collect());
    let mapped =
        |pairs: &[(Value, Value)]| Node::mapping(pairs.iter().map(|(key, value)| (node(key), node(value))).collect());
    let named = |pairs: &[(String, Value)]| {
        Node::mapping(pairs.iter().map(|(name, value)| (yaml::string(name), node(value))).collect())
    };
    let quoted = |text: &str, tag: &str| Node::scalar(text, ScalarStyle::SingleQuoted).tagged(tag);
    let two = |names: [&str; 2], values: &[Value; 2]| {
        Node::mapping(names.into_iter().zip(values).map(|(name, value)| (yaml::string(name), node(value))).collect())
    };
    match value {
        Value::Null => yaml::null(),
        Value::Bool(truth) => Node::scalar(truth.to_string(), ScalarStyle::Plain),
        Value::Integer(digits) => yaml::integer(digits.clone()),
        Value::Float(number) => yaml::float(*number),
        Value::Text(text) => yaml::string(text),
        Value::Binary(base64) => yaml::binary(base64.clone()),
        Value::Symbol(name) => yaml::symbol(name),
        Value::Decimal(number) => quoted(number, "!ruby/object:BigDecimal"),
        Value::Rational(parts) => two(["numerator", "denominator"], parts).tagged("!ruby/object:Rational"),
        Value::Complex(parts) => two(["real", "image"], parts).tagged("!ruby/object:Complex"),
        Value::Date(day) => Node::scalar(day.clone(), ScalarStyle::Plain),
        Value::Time(moment) => Node::scalar(moment_text(moment), ScalarStyle::Plain),
        Value::DateTime(moment) => {
            Node::scalar(moment_text(moment), ScalarStyle::Plain).tagged("!ruby/object:DateTime")
        }
        Value::Regexp(text) => Node::scalar(text.clone(), ScalarStyle::Plain).tagged("!ruby/regexp"),
        Value::Range { bounds, excludes_end } => {
            let mut range = two(["begin", "end"], bounds);
            if let yaml::Content::Mapping { pairs, .. } = &mut range.content {
                pairs.push((yaml::string("excl"), Node::scalar(excludes_end.to_string(), ScalarStyle::Plain)));
            }
            range.tagged("!ruby/range")
        }
        Value::Class(name) => quoted(name, "!ruby/class"),
        Value::Module(name) => quoted(name, "!ruby/module"),
        Value::List(values) => listed(values),
        Value::Map(pairs) => mapped(pairs),
        Value::IndifferentMap(pairs) => mapped(pairs).tagged("!ruby/hash:ActiveSupport::HashWithIndifferentAccess"),
        Value::Set(values) => {
            let members = values.iter().map(|value| (node(value), Node::scalar("true", ScalarStyle::Plain))).collect();
            Node::mapping(vec![(yaml::string("hash"), Node::mapping(members))]).tagged("!ruby/object:Set")
        }
        Value::Record { class, id } => {
            Node::mapping(vec![(yaml::string("id"), node(id))]).tagged(format!("!ruby/object:{class}"))
        }
        Value::Struct { class, members } => named(members).tagged(format!("!ruby/struct:{class}")),
        Value::Object { class, variables } => named(variables).tagged(format!("!ruby/object:{class}")),
        Value::Unknown(node) => (**node).clone(),
    }
}
