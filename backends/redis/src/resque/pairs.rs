//! A JSON object as its keys and raw values in the order of the wire, so that nothing of it changes by being read.

use std::fmt;

use serde::de::{Deserialize, Deserializer, MapAccess, Visitor};
use serde::ser::{Serialize, SerializeMap, Serializer};
use serde_json::value::RawValue;

/// A JSON object whose values have not been looked at. Of a key that stands twice the last value counts, as in Ruby.
#[derive(Clone, Debug, Default)]
pub(super) struct Pairs(pub(super) Vec<(String, Box<RawValue>)>);

impl Pairs {
    pub(super) fn get(&self, key: &str) -> Option<&RawValue> {
        self.0.iter().rev().find(|(name, _)| name == key).map(|(_, value)| &**value)
    }

    /// Takes every value of the key out and gives the one that counts.
    pub(super) fn take(&mut self, key: &str) -> Option<Box<RawValue>> {
        let mut taken = None;
        self.0.retain_mut(|(name, value)| {
            let is_meant = name == key;
            if is_meant {
                taken = Some(value.clone());
            }
            !is_meant
        });
        taken
    }

    /// The text of a value that is a JSON string; `None` where it is absent or something else.
    pub(super) fn text(&self, key: &str) -> Option<String> {
        self.get(key).and_then(|value| serde_json::from_str(value.get()).ok())
    }
}

impl<'de> Deserialize<'de> for Pairs {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_map(PairsVisitor)
    }
}

struct PairsVisitor;

impl<'de> Visitor<'de> for PairsVisitor {
    type Value = Pairs;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("a JSON object")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Pairs, A::Error> {
        let mut pairs = Vec::new();
        while let Some(pair) = map.next_entry()? {
            pairs.push(pair);
        }
        Ok(Pairs(pairs))
    }
}

impl Serialize for Pairs {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(Some(self.0.len()))?;
        for (key, value) in &self.0 {
            map.serialize_entry(key, value)?;
        }
        map.end()
    }
}
