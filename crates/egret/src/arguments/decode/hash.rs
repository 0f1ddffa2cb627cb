//! What a JSON object among arguments stands for: a record, a serializer's value or a hash.

use std::borrow::Cow;

use super::DeserializationError;
use super::split::{Entry, split_array, split_object, string_content};
use crate::arguments::markers::{self, serializer};

/// An object, told apart in Active Job's order (8.1, `activejob/lib/active_job/arguments.rb`, `deserialize_argument`).
#[derive(Debug)]
pub(crate) enum Object<'de> {
    /// A GlobalID's text, as JSON.
    GlobalId(&'de str),
    /// The value of a serializer. The fields include the name.
    Serialized { name: Cow<'de, str>, fields: Vec<Entry<'de>> },
    /// A hash without the marker that was used.
    Hash(Hash<'de>),
}

/// A hash and what its keys were.
#[derive(Debug)]
pub(crate) struct Hash<'de> {
    pub(crate) entries: Vec<Entry<'de>>,
    pub(crate) keys: Keys<'de>,
}

/// What the keys of a hash were.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Keys<'de> {
    /// All strings: there was no marker.
    Strings,
    /// The listed ones were symbols.
    Symbols(Vec<Cow<'de, str>>),
    /// The listed ones were symbols, and the hash holds keyword arguments.
    Keywords(Vec<Cow<'de, str>>),
    /// Strings and symbols alike.
    Indifferent,
}

impl<'de> Object<'de> {
    pub(crate) fn read(text: &'de str) -> Result<Self, DeserializationError> {
        let entries = split_object(text)?;
        if let [(key, id)] = entries.as_slice()
            && key == markers::GLOBALID
        {
            return Ok(Self::GlobalId(id));
        }
        match find(&entries, markers::SERIALIZED) {
            Some(name) if name.starts_with('"') => {
                Ok(Self::Serialized { name: string_content(name)?, fields: entries })
            }
            // Active Job shows the object here; it may hold secrets.
            Some(_) => Err(DeserializationError::new("Serializer name is not present in the argument")),
            None => Ok(Self::Hash(Hash::of(entries)?)),
        }
    }

    /// The error for an object that is not what was expected.
    pub(crate) fn unexpected(&self, expected: &str) -> DeserializationError {
        match self {
            Self::GlobalId(_) => DeserializationError::expected(expected, "a GlobalID"),
            Self::Serialized { name, .. } if serializer::is_known(name) => {
                DeserializationError::expected(expected, format_args!("a {}", serializer::type_name(name)))
            }
            Self::Serialized { name, .. } => DeserializationError::new(format_args!("Serializer {name} is not known")),
            Self::Hash(_) => DeserializationError::expected(expected, "a hash"),
        }
    }
}

impl Keys<'_> {
    /// Whether the key stood for a symbol.
    pub(super) fn is_symbol(&self, key: &str) -> bool {
        match self {
            Self::Symbols(list) | Self::Keywords(list) => list.iter().any(|listed| listed == key),
            Self::Strings | Self::Indifferent => false,
        }
    }
}

impl<'de> Hash<'de> {
    /// Takes out the first marker that says something, and those before it that say nothing.
    fn of(mut entries: Vec<Entry<'de>>) -> Result<Self, DeserializationError> {
        let keys = if take_marker(&mut entries, markers::INDIFFERENT_ACCESS).is_some() {
            Keys::Indifferent
        } else if let Some(list) = take_marker(&mut entries, markers::SYMBOL_KEYS) {
            Keys::Symbols(key_list(list)?)
        } else if let Some(list) = take_marker(&mut entries, markers::RUBY2_KEYWORDS) {
            Keys::Keywords(key_list(list)?)
        } else {
            Keys::Strings
        };
        Ok(Self { entries, keys })
    }
}

fn find<'de>(entries: &[Entry<'de>], wanted: &str) -> Option<&'de str> {
    entries.iter().find(|(key, _)| key == wanted).map(|(_, value)| *value)
}

/// Removes the marker; its value, if Ruby would take it for true.
fn take_marker<'de>(entries: &mut Vec<Entry<'de>>, marker: &str) -> Option<&'de str> {
    let index = entries.iter().position(|(key, _)| key == marker)?;
    let (_, value) = entries.remove(index);
    (value != "null" && value != "false").then_some(value)
}

fn key_list(text: &str) -> Result<Vec<Cow<'_, str>>, DeserializationError> {
    if !text.starts_with('[') {
        return Err(DeserializationError::new("the list of symbol keys is not a list"));
    }
    split_array(text)?.into_iter().map(string_content).collect()
}
