//! Reading all arguments of a job: keyword arguments into named fields, positional ones into a tuple.

use serde::de::{Deserializer, Error, Visitor};

use super::ValueDeserializer;
use super::compound::{Absent, Elements, HashEntries};
use super::hash::{Hash, Object};
use crate::arguments::DeserializationError;
use crate::arguments::error::Step;
use crate::arguments::markers::{serializer, token};

/// Reads the list of arguments.
pub(super) struct WholeDeserializer<'de> {
    pub(super) positional: Vec<&'de str>,
}

type Read<T> = Result<T, DeserializationError>;

/// Methods that read the only argument.
macro_rules! read_single {
    ($($method:ident)*) => {
        $(fn $method<V: Visitor<'de>>(self, visitor: V) -> Read<V::Value> {
            self.single()?.$method(visitor).map_err(|error| error.at(Step::Argument(1)))
        })*
    };
}

impl<'de> WholeDeserializer<'de> {
    /// The only argument.
    fn single(&self) -> Read<ValueDeserializer<'de>> {
        match self.positional.as_slice() {
            [text] => Ok(ValueDeserializer::new(text)),
            others => Err(DeserializationError::argument_count(others.len(), 1)),
        }
    }

    /// The keyword arguments: one hash, whatever its marker, so that Ruby and people may write a plain one.
    fn keywords(self) -> Read<Hash<'de>> {
        let text = match self.positional.as_slice() {
            [] => "{}",
            [text] => text,
            others => return Err(DeserializationError::argument_count(others.len(), "1 hash of keyword arguments")),
        };
        let value = ValueDeserializer::new(text);
        if value.kind() != "a hash" {
            return Err(DeserializationError::expected("a hash of keyword arguments", value.kind()));
        }
        match Object::read(text)? {
            Object::Hash(hash) => Ok(hash),
            other => Err(other.unexpected("a hash of keyword arguments")),
        }
    }

    fn fixed<V: Visitor<'de>>(self, wanted: usize, visitor: V) -> Read<V::Value> {
        let given = self.positional.len();
        if given > wanted {
            return Err(DeserializationError::argument_count(given, wanted));
        }
        Elements::of_arguments(self.positional, Some(wanted)).visit(visitor)
    }

    fn nothing(&self) -> Read<()> {
        match self.positional.len() {
            0 => Ok(()),
            given => Err(DeserializationError::argument_count(given, 0)),
        }
    }
}

impl<'de> Deserializer<'de> for WholeDeserializer<'de> {
    type Error = DeserializationError;

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Read<V::Value> {
        self.deserialize_seq(visitor)
    }

    fn deserialize_seq<V: Visitor<'de>>(self, visitor: V) -> Read<V::Value> {
        Elements::of_arguments(self.positional, None).visit(visitor)
    }

    fn deserialize_tuple<V: Visitor<'de>>(self, wanted: usize, visitor: V) -> Read<V::Value> {
        self.fixed(wanted, visitor)
    }

    fn deserialize_tuple_struct<V: Visitor<'de>>(self, _: &'static str, wanted: usize, visitor: V) -> Read<V::Value> {
        self.fixed(wanted, visitor)
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(self, name: &'static str, visitor: V) -> Read<V::Value> {
        if name == token::KEYWORDS {
            return visitor.visit_newtype_struct(self);
        }
        if self.positional.is_empty() {
            return visitor.visit_newtype_struct(Absent).map_err(|_| DeserializationError::argument_count(0, 1));
        }
        let value = self.single()?;
        let is_wrapper = [token::RAW, token::GLOBAL_ID].contains(&name) || serializer::is_known(name);
        let read = match is_wrapper {
            true => value.deserialize_newtype_struct(name, visitor),
            false => visitor.visit_newtype_struct(value),
        };
        read.map_err(|error| error.at(Step::Argument(1)))
    }

    fn deserialize_unit<V: Visitor<'de>>(self, visitor: V) -> Read<V::Value> {
        self.nothing()?;
        visitor.visit_unit()
    }

    fn deserialize_unit_struct<V: Visitor<'de>>(self, _: &'static str, visitor: V) -> Read<V::Value> {
        self.deserialize_unit(visitor)
    }

    fn deserialize_map<V: Visitor<'de>>(self, visitor: V) -> Read<V::Value> {
        visitor.visit_map(HashEntries::of_hash(self.keywords()?, 1))
    }

    /// As in Ruby, a keyword that the job does not take is an error: what it asks for would silently not happen.
    fn deserialize_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        fields: &'static [&'static str],
        visitor: V,
    ) -> Read<V::Value> {
        let hash = self.keywords()?;
        if let Some((key, _)) = hash.entries.iter().find(|(key, _)| !fields.contains(&&**key)) {
            return Err(DeserializationError::unknown_field(key, fields));
        }
        visitor.visit_map(HashEntries::of_hash(hash, 1))
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Read<V::Value> {
        if self.positional.is_empty() {
            return visitor.visit_none();
        }
        self.single()?.deserialize_option(visitor).map_err(|error| error.at(Step::Argument(1)))
    }

    fn deserialize_enum<V: Visitor<'de>>(
        self,
        name: &'static str,
        variants: &'static [&'static str],
        visitor: V,
    ) -> Read<V::Value> {
        self.single()?.deserialize_enum(name, variants, visitor).map_err(|error| error.at(Step::Argument(1)))
    }

    read_single! {
        deserialize_bool deserialize_i8 deserialize_i16 deserialize_i32 deserialize_i64 deserialize_i128 deserialize_u8
        deserialize_u16 deserialize_u32 deserialize_u64 deserialize_u128 deserialize_f32 deserialize_f64
        deserialize_char deserialize_str deserialize_string deserialize_bytes deserialize_byte_buf
        deserialize_identifier deserialize_ignored_any
    }
}
