//! Hashes: each key once, and merge keys.

use std::collections::HashMap;

use super::Value;
use crate::yaml::Node;

/// A hash that is being filled.
#[derive(Debug, Default)]
pub(super) struct Hash {
    pairs: Vec<(Value, Value)>,
    /// Places of keys by their description, so that filling a large hash stays linear.
    places: HashMap<String, usize>,
}

impl Hash {
    pub(super) fn set(&mut self, key: Value, value: Value) {
        let place = *self.places.entry(format!("{key:?}")).or_insert(self.pairs.len());
        match self.pairs.get_mut(place) {
            Some(pair) => pair.1 = value,
            None => self.pairs.push((key, value)),
        }
    }

    /// Takes over what a merge key holds: a hash, or a list of hashes of which an earlier one wins.
    pub(super) fn merge(&mut self, value: Value) {
        match value {
            Value::Map(pairs) | Value::IndifferentMap(pairs) => {
                pairs.into_iter().for_each(|(key, value)| self.set(key, value));
            }
            Value::List(items) if items.iter().all(|item| matches!(item, Value::Map(_) | Value::IndifferentMap(_))) => {
                items.into_iter().rev().for_each(|item| self.merge(item));
            }
            other => self.set(Value::Text("<<".to_owned()), other),
        }
    }

    pub(super) fn into_pairs(self) -> Vec<(Value, Value)> {
        self.pairs
    }
}

/// `<<`, even in quotes; only the tag of a string makes it a plain key (Psych 4.0, `visitors/to_ruby.rb`).
pub(super) fn is_merge_key(key: &Node) -> bool {
    key.text() == Some("<<") && key.tag.as_deref() != Some("tag:yaml.org,2002:str")
}
