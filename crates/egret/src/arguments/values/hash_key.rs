//! Keys of hashes that have both strings and symbols.

use std::fmt;

use serde::de::Visitor;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use super::Symbol;
use crate::arguments::markers::token;

/// A key of a hash that has both strings and symbols, where Ruby tells `"id"` from `:id`.
///
/// Hashes with keys of one kind are read and written as maps from [`String`] or [`Symbol`]; a map from [`String`] reads
/// any hash.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum HashKey {
    /// A string.
    String(String),
    /// A symbol.
    Symbol(Symbol),
}

impl Serialize for HashKey {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::String(text) => serializer.serialize_str(text),
            Self::Symbol(symbol) => symbol.serialize(serializer),
        }
    }
}

impl<'de> Deserialize<'de> for HashKey {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_newtype_struct(token::HASH_KEY, HashKeyVisitor)
    }
}

struct HashKeyVisitor;

impl<'de> Visitor<'de> for HashKeyVisitor {
    type Value = HashKey;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("the key of a hash")
    }

    /// A string, and every key of a format that has only strings.
    fn visit_newtype_struct<D: Deserializer<'de>>(self, deserializer: D) -> Result<HashKey, D::Error> {
        String::deserialize(deserializer).map(HashKey::String)
    }

    /// A symbol.
    fn visit_some<D: Deserializer<'de>>(self, deserializer: D) -> Result<HashKey, D::Error> {
        String::deserialize(deserializer).map(|text| HashKey::Symbol(text.into()))
    }
}
