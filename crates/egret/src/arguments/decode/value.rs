//! Reading one argument.

use serde::de::value::MapAccessDeserializer;
use serde::de::{Deserializer, Visitor};

use super::compound::{Elements, HashEntries, VariantDeserializer};
use super::hash::Object;
use super::split::{Entry, split_array, string_content};
use crate::arguments::DeserializationError;
use crate::arguments::error::expectation;
use crate::arguments::markers::{self, serializer, token};

/// Reads one argument from its text.
#[derive(Clone, Copy, Debug)]
pub(crate) struct ValueDeserializer<'de> {
    text: &'de str,
    /// Arrays and hashes around it.
    depth: u8,
}

/// How deep arrays and hashes may nest, as in serde_json: whoever can enqueue must not overflow a worker's stack.
const MAX_DEPTH: u8 = 128;

type Read<T> = Result<T, DeserializationError>;

/// Methods of readers that know what they want: only a hash is a hash to them.
macro_rules! read_typed {
    ($($method:ident)*) => {
        $(fn $method<V: Visitor<'de>>(self, visitor: V) -> Read<V::Value> {
            if self.starts_with(b'{') { self.hash(visitor) } else { self.deserialize_any(visitor) }
        })*
    };
}

impl<'de> ValueDeserializer<'de> {
    pub(crate) fn new(text: &'de str) -> Self {
        Self { text: text.trim_ascii(), depth: 0 }
    }

    /// A part of an array or hash at the depth.
    pub(super) fn within(text: &'de str, depth: u8) -> Self {
        Self { depth, ..Self::new(text) }
    }

    /// The depth of the parts.
    fn depth_within(self) -> Read<u8> {
        match self.depth {
            MAX_DEPTH => Err(DeserializationError::new(format_args!("it nests deeper than {MAX_DEPTH} levels"))),
            depth => Ok(depth + 1),
        }
    }

    fn starts_with(self, first: u8) -> bool {
        self.text.as_bytes().first() == Some(&first)
    }

    /// What the value is, for people.
    pub(super) fn kind(self) -> &'static str {
        match self.text.as_bytes().first() {
            Some(b'{') => "a hash",
            Some(b'[') => "an array",
            Some(b'"') => "a string",
            Some(b't' | b'f') => "a boolean",
            Some(b'n') => "null",
            _ if self.is_integer() => "an integer",
            _ => "a float",
        }
    }

    fn is_integer(self) -> bool {
        self.text.bytes().all(|byte| byte.is_ascii_digit() || byte == b'-')
    }

    fn mismatch<'v, V: Visitor<'v>>(self, visitor: &V) -> DeserializationError {
        DeserializationError::expected(expectation(visitor), self.kind())
    }

    fn array<V: Visitor<'de>>(self, visitor: V) -> Read<V::Value> {
        Elements::of_array(split_array(self.text)?, self.depth_within()?).visit(visitor)
    }

    fn hash<V: Visitor<'de>>(self, visitor: V) -> Read<V::Value> {
        match Object::read(self.text)? {
            Object::Hash(hash) => visitor.visit_map(HashEntries::of_hash(hash, self.depth_within()?)),
            other => Err(other.unexpected(&expectation(&visitor))),
        }
    }

    /// An object for a reader that takes anything. Values that have a type here pass as their fields, since serde's
    /// derived code for `flatten` and `untagged` first reads everything this way and asks for the type afterwards.
    fn any_object<V: Visitor<'de>>(self, visitor: V) -> Read<V::Value> {
        match Object::read(self.text)? {
            Object::Hash(hash) => visitor.visit_map(HashEntries::of_hash(hash, self.depth_within()?)),
            Object::Serialized { name, fields } if serializer::is_known(&name) => {
                visitor.visit_map(self.fields(fields)?)
            }
            Object::GlobalId(id) => visitor.visit_map(self.fields(vec![(markers::GLOBALID.into(), id)])?),
            other => Err(other.unexpected(&expectation(&visitor))),
        }
    }

    fn string<V: Visitor<'de>>(self, visitor: V) -> Read<V::Value> {
        match string_content(self.text)? {
            std::borrow::Cow::Borrowed(text) => visitor.visit_borrowed_str(text),
            std::borrow::Cow::Owned(text) => visitor.visit_string(text),
        }
    }

    /// The narrowest form that keeps every digit.
    fn number<V: Visitor<'de>>(self, visitor: V) -> Read<V::Value> {
        if !self.is_integer() {
            let value = self.text.parse().map_err(|_| self.mismatch(&visitor))?;
            return visitor.visit_f64(value);
        }
        if let Ok(value) = self.text.parse() {
            visitor.visit_u64(value)
        } else if let Ok(value) = self.text.parse() {
            visitor.visit_i64(value)
        } else if let Ok(value) = self.text.parse() {
            visitor.visit_i128(value)
        } else if let Ok(value) = self.text.parse() {
            visitor.visit_u128(value)
        } else {
            Err(DeserializationError::expected(expectation(&visitor), "an integer of more digits"))
        }
    }

    /// The fields of a value that is no hash, as they stand.
    fn fields(self, fields: Vec<Entry<'de>>) -> Read<HashEntries<'de>> {
        Ok(HashEntries::of_fields(fields, self.depth_within()?))
    }

    /// The value of a serializer, whose name is among the fields.
    fn serialized<V: Visitor<'de>>(self, wanted: &str, visitor: V) -> Read<V::Value> {
        if !self.starts_with(b'{') {
            // Without its serializer (Rails up to 7.1) a BigDecimal travels as plain text.
            return if wanted == serializer::BIG_DECIMAL && !self.starts_with(b'[') {
                visitor.visit_newtype_struct(self)
            } else {
                Err(self.mismatch(&visitor))
            };
        }
        match Object::read(self.text)? {
            Object::Serialized { name, fields } if name == wanted => {
                visitor.visit_newtype_struct(MapAccessDeserializer::new(self.fields(fields)?))
            }
            other => Err(other.unexpected(&expectation(&visitor))),
        }
    }

    fn global_id<V: Visitor<'de>>(self, visitor: V) -> Read<V::Value> {
        if !self.starts_with(b'{') {
            return Err(self.mismatch(&visitor));
        }
        match Object::read(self.text)? {
            Object::GlobalId(id) => {
                let fields = vec![(markers::GLOBALID.into(), id)];
                visitor.visit_newtype_struct(MapAccessDeserializer::new(self.fields(fields)?))
            }
            other => Err(other.unexpected(&expectation(&visitor))),
        }
    }

    /// The text as it is, whatever it is.
    fn raw<V: Visitor<'de>>(self, visitor: V) -> Read<V::Value> {
        let mut deserializer = serde_json::Deserializer::from_str(self.text);
        visitor.visit_newtype_struct(&mut deserializer).map_err(serde::de::Error::custom)
    }
}

impl<'de> Deserializer<'de> for ValueDeserializer<'de> {
    type Error = DeserializationError;

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Read<V::Value> {
        match self.text.as_bytes().first() {
            Some(b'{') => self.any_object(visitor),
            Some(b'[') => self.array(visitor),
            Some(b'"') => self.string(visitor),
            Some(b't') => visitor.visit_bool(true),
            Some(b'f') => visitor.visit_bool(false),
            Some(b'n') => visitor.visit_unit(),
            _ => self.number(visitor),
        }
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Read<V::Value> {
        if self.starts_with(b'n') { visitor.visit_none() } else { visitor.visit_some(self) }
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(self, name: &'static str, visitor: V) -> Read<V::Value> {
        match name {
            token::RAW => self.raw(visitor),
            token::GLOBAL_ID => self.global_id(visitor),
            _ if serializer::is_known(name) => self.serialized(name, visitor),
            _ => visitor.visit_newtype_struct(self),
        }
    }

    /// Variants without content travel as strings; Ruby may send a symbol instead.
    fn deserialize_enum<V: Visitor<'de>>(
        self,
        _: &'static str,
        _: &'static [&'static str],
        visitor: V,
    ) -> Read<V::Value> {
        if self.starts_with(b'"') {
            return visitor.visit_enum(VariantDeserializer::unit(string_content(self.text)?));
        }
        if !self.starts_with(b'{') {
            return Err(self.mismatch(&visitor));
        }
        match Object::read(self.text)? {
            Object::Serialized { name, fields } if name == serializer::SYMBOL => {
                visitor.visit_enum(VariantDeserializer::symbol(&fields)?)
            }
            Object::Hash(hash) => visitor.visit_enum(VariantDeserializer::of_hash(hash, self.depth_within()?)?),
            other => Err(other.unexpected(&expectation(&visitor))),
        }
    }

    fn deserialize_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        _: &'static [&'static str],
        visitor: V,
    ) -> Read<V::Value> {
        self.deserialize_map(visitor)
    }

    fn deserialize_ignored_any<V: Visitor<'de>>(self, visitor: V) -> Read<V::Value> {
        visitor.visit_unit()
    }

    read_typed! {
        deserialize_bool deserialize_i8 deserialize_i16 deserialize_i32 deserialize_i64 deserialize_i128 deserialize_u8
        deserialize_u16 deserialize_u32 deserialize_u64 deserialize_u128 deserialize_f32 deserialize_f64
        deserialize_char deserialize_str deserialize_string deserialize_bytes deserialize_byte_buf deserialize_unit
        deserialize_seq deserialize_map deserialize_identifier
    }

    fn deserialize_unit_struct<V: Visitor<'de>>(self, _: &'static str, visitor: V) -> Read<V::Value> {
        self.deserialize_unit(visitor)
    }

    fn deserialize_tuple<V: Visitor<'de>>(self, _: usize, visitor: V) -> Read<V::Value> {
        self.deserialize_seq(visitor)
    }

    fn deserialize_tuple_struct<V: Visitor<'de>>(self, _: &'static str, _: usize, visitor: V) -> Read<V::Value> {
        self.deserialize_seq(visitor)
    }
}
