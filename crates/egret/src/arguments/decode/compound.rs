//! Reading the parts of arrays, hashes and enums, naming the part that is wrong.

use std::borrow::Cow;
use std::vec::IntoIter;

use serde::de::value::CowStrDeserializer;
use serde::de::{
    DeserializeSeed, Deserializer, EnumAccess, IntoDeserializer, MapAccess, SeqAccess, VariantAccess, Visitor,
};
use serde::forward_to_deserialize_any;

use super::ValueDeserializer;
use super::hash::{Hash, Keys};
use super::split::{Entry, string_content};
use crate::arguments::DeserializationError;
use crate::arguments::error::{Step, expectation};
use crate::arguments::markers::{serializer, token};

type Read<T> = Result<T, DeserializationError>;

/// The elements of an array, or the positional arguments.
pub(super) struct Elements<'de> {
    values: IntoIter<&'de str>,
    taken: usize,
    step: fn(usize) -> Step,
    /// How many more are asked for that need not be there.
    optional: usize,
    depth: u8,
}

impl<'de> Elements<'de> {
    pub(super) fn of_array(values: Vec<&'de str>, depth: u8) -> Self {
        Self { values: values.into_iter(), taken: 0, step: Step::Element, optional: 0, depth }
    }

    /// The arguments of a method that takes `wanted` of them, if it takes a fixed number.
    pub(super) fn of_arguments(values: Vec<&'de str>, wanted: Option<usize>) -> Self {
        let optional = wanted.unwrap_or(0).saturating_sub(values.len());
        Self { values: values.into_iter(), taken: 0, step: |index| Step::Argument(index + 1), optional, depth: 0 }
    }

    /// Lets the visitor read them, and refuses those that it leaves.
    pub(super) fn visit<V: Visitor<'de>>(mut self, visitor: V) -> Read<V::Value> {
        let given = self.values.len();
        let value = visitor.visit_seq(&mut self)?;
        match self.values.len() {
            0 => Ok(value),
            left => Err(DeserializationError::argument_count(given, given - left)),
        }
    }
}

impl<'de> SeqAccess<'de> for Elements<'de> {
    type Error = DeserializationError;

    /// After the last one, what may be absent (an `Option`) is absent.
    fn next_element_seed<T: DeserializeSeed<'de>>(&mut self, seed: T) -> Read<Option<T::Value>> {
        let Some(text) = self.values.next() else {
            let is_wanted = self.optional > 0;
            self.optional = self.optional.saturating_sub(1);
            return Ok(if is_wanted { seed.deserialize(Absent).ok() } else { None });
        };
        let step = (self.step)(self.taken);
        self.taken += 1;
        seed.deserialize(ValueDeserializer::within(text, self.depth)).map(Some).map_err(|error| error.at(step))
    }

    fn size_hint(&self) -> Option<usize> {
        Some(self.values.len())
    }
}

/// An argument that was not given: only an `Option` can be read from it.
pub(super) struct Absent;

impl<'de> Deserializer<'de> for Absent {
    type Error = DeserializationError;

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Read<V::Value> {
        Err(DeserializationError::expected(expectation(&visitor), "nothing"))
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Read<V::Value> {
        visitor.visit_none()
    }

    forward_to_deserialize_any! {
        bool i8 i16 i32 i64 i128 u8 u16 u32 u64 u128 f32 f64 char str string bytes byte_buf unit unit_struct seq tuple
        tuple_struct map struct identifier ignored_any newtype_struct enum
    }
}

/// The entries of a hash, or the fields of a serializer's value.
pub(super) struct HashEntries<'de> {
    entries: IntoIter<Entry<'de>>,
    keys: Keys<'de>,
    current: Option<Entry<'de>>,
    depth: u8,
}

impl<'de> HashEntries<'de> {
    pub(super) fn of_hash(hash: Hash<'de>, depth: u8) -> Self {
        Self { entries: hash.entries.into_iter(), keys: hash.keys, current: None, depth }
    }

    pub(super) fn of_fields(fields: Vec<Entry<'de>>, depth: u8) -> Self {
        Self { entries: fields.into_iter(), keys: Keys::Strings, current: None, depth }
    }
}

impl<'de> MapAccess<'de> for HashEntries<'de> {
    type Error = DeserializationError;

    fn next_key_seed<K: DeserializeSeed<'de>>(&mut self, seed: K) -> Read<Option<K::Value>> {
        let Some((key, text)) = self.entries.next() else {
            return Ok(None);
        };
        self.current = Some((key.clone(), text));
        seed.deserialize(KeyDeserializer { key, keys: &self.keys }).map(Some)
    }

    fn next_value_seed<V: DeserializeSeed<'de>>(&mut self, seed: V) -> Read<V::Value> {
        let (key, text) = self.current.take().expect("serde asks for a value only after its key");
        let read = seed.deserialize(ValueDeserializer::within(text, self.depth));
        read.map_err(|error| error.at(Step::Key(key.into_owned())))
    }

    fn size_hint(&self) -> Option<usize> {
        Some(self.entries.len())
    }
}

/// The key of a hash.
struct KeyDeserializer<'a, 'de> {
    key: Cow<'de, str>,
    keys: &'a Keys<'de>,
}

impl<'de> Deserializer<'de> for KeyDeserializer<'_, 'de> {
    type Error = DeserializationError;

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Read<V::Value> {
        match self.key {
            Cow::Borrowed(key) => visitor.visit_borrowed_str(key),
            Cow::Owned(key) => visitor.visit_string(key),
        }
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(self, name: &'static str, visitor: V) -> Read<V::Value> {
        if name == serializer::SYMBOL && !self.keys.is_symbol(&self.key) {
            return Err(DeserializationError::expected("a Symbol as key", "a string"));
        }
        if name == token::HASH_KEY && self.keys.is_symbol(&self.key) {
            return visitor.visit_some(self);
        }
        visitor.visit_newtype_struct(self)
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Read<V::Value> {
        visitor.visit_some(self)
    }

    fn deserialize_enum<V: Visitor<'de>>(
        self,
        _: &'static str,
        _: &'static [&'static str],
        visitor: V,
    ) -> Read<V::Value> {
        visitor.visit_enum(VariantDeserializer::unit(self.key))
    }

    forward_to_deserialize_any! {
        bool i8 i16 i32 i64 i128 u8 u16 u32 u64 u128 f32 f64 char str string bytes byte_buf unit unit_struct seq tuple
        tuple_struct map struct identifier ignored_any
    }
}

/// A variant of an enum and its content.
pub(super) struct VariantDeserializer<'de> {
    variant: Cow<'de, str>,
    content: Option<ValueDeserializer<'de>>,
}

impl<'de> VariantDeserializer<'de> {
    pub(super) fn unit(variant: Cow<'de, str>) -> Self {
        Self { variant, content: None }
    }

    /// From the fields of a symbol.
    pub(super) fn symbol(fields: &[Entry<'de>]) -> Read<Self> {
        match fields.iter().find(|(key, _)| key == "value") {
            Some((_, value)) if value.starts_with('"') => Ok(Self::unit(string_content(value)?)),
            _ => Err(DeserializationError::new("the Symbol has no value")),
        }
    }

    /// From a hash of one entry, as serde writes a variant with content.
    pub(super) fn of_hash(hash: Hash<'de>, depth: u8) -> Read<Self> {
        let mut entries = hash.entries.into_iter();
        match (entries.next(), entries.next()) {
            (Some((variant, content)), None) => {
                Ok(Self { variant, content: Some(ValueDeserializer::within(content, depth)) })
            }
            _ => Err(DeserializationError::expected("a hash with the name of a variant as its only key", "another")),
        }
    }

    fn content(self, expected: &str) -> Read<ValueDeserializer<'de>> {
        self.content.ok_or_else(|| DeserializationError::expected(expected, "a name alone"))
    }
}

impl<'de> EnumAccess<'de> for VariantDeserializer<'de> {
    type Error = DeserializationError;
    type Variant = Self;

    fn variant_seed<V: DeserializeSeed<'de>>(self, seed: V) -> Read<(V::Value, Self)> {
        let name: CowStrDeserializer<'_, DeserializationError> = self.variant.clone().into_deserializer();
        Ok((seed.deserialize(name)?, self))
    }
}

impl<'de> VariantAccess<'de> for VariantDeserializer<'de> {
    type Error = DeserializationError;

    fn unit_variant(self) -> Read<()> {
        match self.content.map(ValueDeserializer::kind) {
            None | Some("null") => Ok(()),
            Some(_) => Err(DeserializationError::expected("a variant without content", "one with content")),
        }
    }

    fn newtype_variant_seed<T: DeserializeSeed<'de>>(self, seed: T) -> Read<T::Value> {
        seed.deserialize(self.content("a variant with a value")?)
    }

    fn tuple_variant<V: Visitor<'de>>(self, _: usize, visitor: V) -> Read<V::Value> {
        self.content(&expectation(&visitor))?.deserialize_any(visitor)
    }

    fn struct_variant<V: Visitor<'de>>(self, _: &'static [&'static str], visitor: V) -> Read<V::Value> {
        self.content(&expectation(&visitor))?.deserialize_any(visitor)
    }
}
