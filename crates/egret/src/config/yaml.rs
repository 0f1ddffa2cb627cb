//! YAML text to a tree of values. The only file that knows the YAML library; `ruby` looks at plain events beside it.

use std::fmt;

use serde::de::{Deserialize, Deserializer, MapAccess, SeqAccess, Visitor};
use serde_saphyr::Spanned;

use super::error::Problem;
use super::value::{Content, Mapping, Origin, Value};
use crate::language::Sentence;

/// A text that is not YAML, or not the kind of YAML that a configuration may be.
#[derive(Debug)]
pub(super) struct Malformed {
    /// The line, from 1, where it is known.
    pub(super) line: Option<u64>,
    /// What is wrong, on one line.
    pub(super) reason: Sentence,
}

impl Malformed {
    pub(super) fn problem(self, origin: &dyn Fn(u64) -> Origin) -> Problem {
        let message = Sentence::new("config-not-yaml").with_part("reason", self.reason);
        Problem::new(&origin(self.line.unwrap_or(1)), message)
    }
}

/// Reads one document; `origin` makes the origin of a value from its line.
///
/// Anchors and merge keys mean what they mean in Ruby; duplicate keys, several documents, bombs of aliases and absurd
/// depth are refused by the library. An empty text is [`Content::Null`].
pub(super) fn parse(text: &str, origin: &dyn Fn(u64) -> Origin) -> Result<Value, Malformed> {
    let node: Spanned<Node> = serde_saphyr::from_str_with_options(text, limits()).map_err(|error| malformed(&error))?;
    Ok(node.value.into_value(node.defined.line(), origin))
}

/// Far more than a configuration needs, and little enough that no text can exhaust the stack or the memory.
fn limits() -> serde_saphyr::Options {
    serde_saphyr::options! {
        budget: serde_saphyr::budget! {
            max_depth: 24,
            flow_nesting_limit: 24,
            max_nodes: 20_000,
        },
        alias_limits: serde_saphyr::alias_limits! {
            max_total_replayed_events: 100_000,
            max_replay_stack_depth: 4,
        },
        // Ruby reads them as octal, YAML 1.2 as decimal: as a text they can be refused.
        leading_zero_numbers_as_strings: true,
        with_snippet: false,
    }
}

fn malformed(error: &serde_saphyr::Error) -> Malformed {
    let location = error.location();
    let mut reason = reason(error.without_snippet());
    if let Some(location) = location {
        let column = location.column().to_string();
        reason = Sentence::new("config-yaml-at").with_part("reason", reason).with("column", column);
    }
    Malformed { line: location.map(|location| location.line()), reason }
}

/// What is wrong, in words for whoever wrote the file: some of the library's are for whoever calls it.
fn reason(error: &serde_saphyr::Error) -> Sentence {
    use serde_saphyr::Error;
    match error {
        Error::DuplicateMappingKey { key: Some(key), .. } => {
            Sentence::new("config-yaml-duplicate").with("key", key.to_string())
        }
        Error::DuplicateMappingKey { key: None, .. } => Sentence::new("config-yaml-duplicate-key"),
        Error::Budget { .. } | Error::AliasReplayLimitExceeded { .. } | Error::AliasReplayStackDepthExceeded { .. } => {
            Sentence::new("config-yaml-too-much")
        }
        Error::RecursiveReferencesRequireWeakTypes { .. } => Sentence::new("config-yaml-recursive"),
        Error::NonFiniteFloat { value, .. } => Sentence::new("config-yaml-infinite").with("value", value.to_string()),
        Error::MultipleDocuments { .. } => Sentence::new("config-yaml-documents"),
        other => Sentence::new("config-yaml-other").with("reason", without_place(&other.to_string())),
    }
}

/// The library says the place before or behind its message, which the origin says already.
fn without_place(text: &str) -> &str {
    let text = text.lines().next().unwrap_or_default();
    let text = match text.split_once(": ") {
        Some((place, rest)) if place.contains(" column ") => rest,
        _ => text,
    };
    text.find(" at line ").map_or(text, |end| &text[..end])
}

/// A node as the library hands it over, before it gets its origin.
enum Node {
    Leaf(Content),
    List(Vec<Spanned<Node>>),
    Mapping(Vec<(Spanned<String>, Spanned<Node>)>),
}

impl Node {
    fn into_value(self, line: u64, origin: &dyn Fn(u64) -> Origin) -> Value {
        let content = match self {
            Self::Leaf(content) => content,
            Self::List(nodes) => Content::List(
                nodes.into_iter().map(|node| node.value.into_value(node.defined.line(), origin)).collect(),
            ),
            // A reader looks for the line of the key, also where the value begins further down.
            Self::Mapping(entries) => Content::Mapping(
                entries
                    .into_iter()
                    .map(|(key, node)| (key.value, node.value.into_value(key.defined.line(), origin)))
                    .collect::<Mapping>(),
            ),
        };
        Value { content, origin: origin(line) }
    }
}

impl<'de> Deserialize<'de> for Node {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(NodeVisitor)
    }
}

struct NodeVisitor;

impl<'de> Visitor<'de> for NodeVisitor {
    type Value = Node;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a text, a number, a list or a mapping")
    }

    fn visit_unit<E>(self) -> Result<Node, E> {
        Ok(Node::Leaf(Content::Null))
    }

    fn visit_none<E>(self) -> Result<Node, E> {
        Ok(Node::Leaf(Content::Null))
    }

    fn visit_some<D: Deserializer<'de>>(self, deserializer: D) -> Result<Node, D::Error> {
        Node::deserialize(deserializer)
    }

    fn visit_bool<E>(self, value: bool) -> Result<Node, E> {
        Ok(Node::Leaf(Content::Boolean(value)))
    }

    fn visit_i64<E>(self, value: i64) -> Result<Node, E> {
        Ok(Node::Leaf(Content::Integer(value)))
    }

    fn visit_u64<E>(self, value: u64) -> Result<Node, E> {
        Ok(Node::Leaf(i64::try_from(value).map_or(Content::Float(value as f64), Content::Integer)))
    }

    fn visit_f64<E>(self, value: f64) -> Result<Node, E> {
        Ok(Node::Leaf(Content::Float(value)))
    }

    fn visit_str<E>(self, value: &str) -> Result<Node, E> {
        Ok(Node::Leaf(Content::Text(value.to_owned())))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut access: A) -> Result<Node, A::Error> {
        let mut nodes = Vec::new();
        while let Some(node) = access.next_element()? {
            nodes.push(node);
        }
        Ok(Node::List(nodes))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut access: A) -> Result<Node, A::Error> {
        let mut entries = Vec::new();
        while let Some(entry) = access.next_entry()? {
            entries.push(entry);
        }
        Ok(Node::Mapping(entries))
    }
}
