//! The merged tree: values that remember where they come from.

use std::fmt;
use std::path::Path;
use std::sync::Arc;

/// A value of the tree with its origin.
#[derive(Debug, Clone, PartialEq)]
pub struct Value {
    /// What was written.
    pub content: Content,
    /// Which layer wrote it.
    pub origin: Origin,
}

/// What a YAML node, a variable or a flag can hold.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub enum Content {
    /// Nothing: an empty value, `~` or `null`.
    Null,
    /// `true`, `yes`, `on` and their opposites.
    Boolean(bool),
    /// A whole number.
    Integer(i64),
    /// A number with a fraction, or one too large for [`Content::Integer`].
    Float(f64),
    /// Anything else that is written in one piece.
    Text(String),
    /// A list.
    List(Vec<Value>),
    /// Keys with values.
    Mapping(Mapping),
}

/// Which layer a value comes from. The lower layer is the lesser one; in a file, it is the line further up.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
#[non_exhaustive]
pub enum Origin {
    /// Compiled in.
    Default,
    /// A file.
    File {
        /// The file, as it was opened.
        path: Arc<Path>,
        /// The line of the key, from 1; 0 for the file as a whole. For a value that arrived by an alias or a merge key: where it was first written.
        line: u64,
    },
    /// An environment variable of this name.
    Variable(String),
    /// An override (a flag of the command line) for this key.
    Override(String),
}

/// Keys and values in the order of writing.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Mapping {
    entries: Vec<(String, Value)>,
}

impl Value {
    /// The value's keys, if it has any.
    pub fn as_mapping(&self) -> Option<&Mapping> {
        match &self.content {
            Content::Mapping(mapping) => Some(mapping),
            _ => None,
        }
    }

    /// Whether nothing is written here.
    pub fn is_null(&self) -> bool {
        self.content == Content::Null
    }

    /// Lays `upper` over this value as SHIRASAGI does: mappings are merged key by key, anything else, lists and null
    /// included, replaces what was there.
    ///
    /// Source: SHIRASAGI 1.21.0, `app/models/ss/config.rb` (`deep_merge`).
    pub(super) fn merge(&mut self, upper: Value) {
        match (&mut self.content, upper) {
            (Content::Mapping(lower), Value { content: Content::Mapping(upper), .. }) => {
                for (key, value) in upper.entries {
                    match lower.get_mut(&key) {
                        Some(existing) => existing.merge(value),
                        None => lower.insert(key, value),
                    }
                }
            }
            (_, upper) => *self = upper,
        }
    }

    /// Takes from `defaults` what is missing or null here.
    pub(super) fn fill(&mut self, defaults: &Value) {
        if self.is_null() {
            *self = defaults.clone();
        } else if let (Content::Mapping(mapping), Some(defaults)) = (&mut self.content, defaults.as_mapping()) {
            mapping.fill(defaults);
        }
    }
}

impl Mapping {
    /// The keys and values in the order of writing.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &Value)> {
        self.entries.iter().map(|(key, value)| (key.as_str(), value))
    }

    /// The value of `key`.
    pub fn get(&self, key: &str) -> Option<&Value> {
        self.entries.iter().find(|(existing, _)| existing == key).map(|(_, value)| value)
    }

    /// The value at a dotted path such as `polling.queues`.
    pub fn at(&self, path: &str) -> Option<&Value> {
        match path.split_once('.') {
            None => self.get(path),
            Some((key, rest)) => self.get(key)?.as_mapping()?.at(rest),
        }
    }

    pub(super) fn get_mut(&mut self, key: &str) -> Option<&mut Value> {
        self.entries.iter_mut().find(|(existing, _)| existing == key).map(|(_, value)| value)
    }

    pub(super) fn iter_mut(&mut self) -> impl Iterator<Item = (&str, &mut Value)> {
        self.entries.iter_mut().map(|(key, value)| (key.as_str(), value))
    }

    /// Sets `key`, replacing what was there.
    pub(super) fn insert(&mut self, key: String, value: Value) {
        match self.get_mut(&key) {
            Some(existing) => *existing = value,
            None => self.entries.push((key, value)),
        }
    }

    /// Sets the value at a dotted path, making the mappings on the way.
    pub(super) fn insert_at(&mut self, path: &str, value: Value) {
        let Some((key, rest)) = path.split_once('.') else {
            return self.insert(path.to_owned(), value);
        };
        let mut inner = match self.get(key).and_then(Value::as_mapping) {
            Some(existing) => existing.clone(),
            None => Mapping::default(),
        };
        let origin = self.get(key).map_or_else(|| value.origin.clone(), |existing| existing.origin.clone());
        inner.insert_at(rest, value);
        self.insert(key.to_owned(), Value { content: Content::Mapping(inner), origin });
    }

    pub(super) fn fill(&mut self, defaults: &Mapping) {
        for (key, default) in defaults.iter() {
            match self.get_mut(key) {
                Some(existing) => existing.fill(default),
                None => self.insert(key.to_owned(), default.clone()),
            }
        }
    }
}

impl FromIterator<(String, Value)> for Mapping {
    fn from_iter<I: IntoIterator<Item = (String, Value)>>(entries: I) -> Self {
        Self { entries: entries.into_iter().collect() }
    }
}

impl From<&str> for Content {
    fn from(text: &str) -> Self {
        Self::Text(text.to_owned())
    }
}

impl fmt::Display for Content {
    /// The value on one line, close to how it was written.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Null => f.write_str("null"),
            Self::Boolean(value) => value.fmt(f),
            Self::Integer(value) => value.fmt(f),
            Self::Float(value) => value.fmt(f),
            Self::Text(value) => f.write_str(value),
            Self::List(values) => {
                f.write_str("[")?;
                for (index, value) in values.iter().enumerate() {
                    let separator = if index == 0 { "" } else { ", " };
                    write!(f, "{separator}{}", value.content)?;
                }
                f.write_str("]")
            }
            Self::Mapping(mapping) => {
                f.write_str("{")?;
                for (index, (key, value)) in mapping.iter().enumerate() {
                    let separator = if index == 0 { "" } else { ", " };
                    write!(f, "{separator}{key}: {}", value.content)?;
                }
                f.write_str("}")
            }
        }
    }
}

impl fmt::Display for Origin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Default => f.write_str("default"),
            Self::File { path, line: 0 } => write!(f, "{}", path.display()),
            Self::File { path, line } => write!(f, "{}:{line}", path.display()),
            Self::Variable(name) => f.write_str(name),
            Self::Override(key) => write!(f, "option {key}"),
        }
    }
}
