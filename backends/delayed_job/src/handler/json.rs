//! JSON as nodes. No text of it becomes a tag or an anchor.

use std::fmt;

use serde::Deserialize;
use serde::de::{Deserializer, MapAccess, Visitor};
use serde_json::value::RawValue;

use super::HandlerError;
use crate::yaml::{self, Limits, Node, ScalarStyle, YamlError};

/// How hashes and serialized objects are written.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Form {
    /// As they stand: they are part of a payload.
    Payload,
    /// As the values that Active Job would make of them: they are handed to a Ruby method.
    Values,
}

/// The node of a JSON text.
///
/// # Errors
/// When it is no JSON, or nested so deeply that nobody would read the handler.
pub(super) fn node(text: &str, form: Form) -> Result<Node, HandlerError> {
    let limit = Limits::default().max_depth;
    match depth(text) > limit {
        true => Err(YamlError::TooDeep { limit }.into()),
        false => node_of(text, form).map_err(HandlerError::BadArguments),
    }
}

/// How many lists and objects are open at once, without opening one: JSON that is kept as text was never looked into.
fn depth(text: &str) -> usize {
    let (mut depth, mut deepest) = (0_usize, 0);
    let (mut is_in_string, mut is_escaped) = (false, false);
    for byte in text.bytes() {
        match byte {
            _ if is_escaped => is_escaped = false,
            b'\\' => is_escaped = is_in_string,
            b'"' => is_in_string = !is_in_string,
            b'[' | b'{' if !is_in_string => {
                depth += 1;
                deepest = deepest.max(depth);
            }
            b']' | b'}' if !is_in_string => depth = depth.saturating_sub(1),
            _ => {}
        }
    }
    deepest
}

fn node_of(text: &str, form: Form) -> Result<Node, serde_json::Error> {
    Ok(match text.trim_start().bytes().next() {
        Some(b'"') => yaml::string(&serde_json::from_str::<String>(text)?),
        Some(b'[') => {
            let items: Vec<&RawValue> = serde_json::from_str(text)?;
            let items: Result<Vec<Node>, _> = items.into_iter().map(|item| node_of(item.get(), form)).collect();
            Node::sequence(items?)
        }
        Some(b'{') => {
            let object: Object = serde_json::from_str(text)?;
            match form {
                Form::Payload => object.as_it_stands()?,
                Form::Values => object.as_value()?,
            }
        }
        Some(b'n') => yaml::null(),
        Some(b't' | b'f') => Node::scalar(text.trim(), ScalarStyle::Plain),
        _ => number(text.trim()),
    })
}

/// Integers keep their digits; anything else becomes a float as Ruby writes it. (The parser of JSON rounds floats less
/// well than the standard library.)
fn number(text: &str) -> Node {
    match text.parse() {
        Ok(number) if text.contains(['.', 'e', 'E']) => yaml::float(number),
        _ => yaml::integer(text),
    }
}

/// An object with its keys in order.
pub(super) struct Object(pub(super) Vec<(String, Box<RawValue>)>);

impl Object {
    fn as_it_stands(&self) -> Result<Node, serde_json::Error> {
        let mut pairs = Vec::with_capacity(self.0.len());
        for (key, value) in &self.0 {
            pairs.push((yaml::string(key), node_of(value.get(), Form::Payload)?));
        }
        Ok(Node::mapping(pairs))
    }

    /// A symbol, or a hash whose marked keys are symbols. Other serialized values have no form in a method call of Delayed
    /// Job and stay the hashes that they are.
    fn as_value(&self) -> Result<Node, serde_json::Error> {
        if let [(serializer, name), (value, text)] = &self.0[..]
            && serializer == "_aj_serialized"
            && value == "value"
            && name.get() == "\"ActiveJob::Serializers::SymbolSerializer\""
        {
            return Ok(yaml::symbol(&serde_json::from_str::<String>(text.get())?));
        }
        let symbols = self.symbol_keys()?;
        let mut pairs = Vec::with_capacity(self.0.len());
        for (key, value) in self.0.iter().filter(|(key, _)| !MARKERS.contains(&key.as_str())) {
            let key = if symbols.contains(key) { yaml::symbol(key) } else { yaml::string(key) };
            pairs.push((key, node_of(value.get(), Form::Values)?));
        }
        Ok(Node::mapping(pairs))
    }

    fn symbol_keys(&self) -> Result<Vec<String>, serde_json::Error> {
        let marked = self.0.iter().find(|(key, _)| MARKERS[..2].contains(&key.as_str()));
        marked.map_or(Ok(Vec::new()), |(_, keys)| serde_json::from_str(keys.get()))
    }
}

/// The first two list keys that are symbols (Active Job 8.1, `arguments.rb`).
const MARKERS: [&str; 3] = ["_aj_symbol_keys", "_aj_ruby2_keywords", "_aj_hash_with_indifferent_access"];

impl<'de> Deserialize<'de> for Object {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_map(PairsVisitor).map(Self)
    }
}

struct PairsVisitor;

impl<'de> Visitor<'de> for PairsVisitor {
    type Value = Vec<(String, Box<RawValue>)>;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("an object")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
        let mut pairs = Vec::new();
        while let Some(pair) = map.next_entry()? {
            pairs.push(pair);
        }
        Ok(pairs)
    }
}
