//! Writing the keys of hashes: strings and symbols only.

use serde::ser::{Impossible, Serialize, Serializer};

use super::SerializationError;
use crate::arguments::Symbol;
use crate::arguments::markers::{is_reserved, serializer};

/// The key of a hash.
#[derive(Debug)]
pub(super) struct Key {
    pub(super) name: String,
    /// Whether Ruby shall see a symbol.
    pub(super) is_symbol: bool,
}

impl Key {
    /// Reads a key of a user's hash.
    pub(super) fn of<T: Serialize + ?Sized>(key: &T) -> Result<Self, SerializationError> {
        let key = key.serialize(KeySerializer)?;
        match (is_reserved(&key.name), key.is_symbol) {
            (false, _) => Ok(key),
            (true, false) => Err(SerializationError::reserved_key(&key.name)),
            (true, true) => Err(SerializationError::reserved_symbol_key(&key.name)),
        }
    }

    fn string(name: impl Into<String>) -> Self {
        Self { name: name.into(), is_symbol: false }
    }
}

struct KeySerializer;

type KeyResult = Result<Key, SerializationError>;
type No = Impossible<Key, SerializationError>;

macro_rules! refuse_integers {
    ($($method:ident: $integer:ty,)*) => {
        $(fn $method(self, key: $integer) -> KeyResult {
            Err(SerializationError::key_type(key, "Integer"))
        })*
    };
}

fn refuse<T>(key: &str, ruby_class: &str) -> Result<T, SerializationError> {
    Err(SerializationError::key_type(key, ruby_class))
}

impl Serializer for KeySerializer {
    type Ok = Key;
    type Error = SerializationError;
    type SerializeSeq = No;
    type SerializeTuple = No;
    type SerializeTupleStruct = No;
    type SerializeTupleVariant = No;
    type SerializeMap = No;
    type SerializeStruct = No;
    type SerializeStructVariant = No;

    fn serialize_str(self, key: &str) -> KeyResult {
        Ok(Key::string(key))
    }

    fn serialize_char(self, key: char) -> KeyResult {
        Ok(Key::string(key))
    }

    fn serialize_unit_variant(self, _: &'static str, _: u32, variant: &'static str) -> KeyResult {
        Ok(Key::string(variant))
    }

    fn serialize_newtype_struct<T: Serialize + ?Sized>(self, name: &'static str, key: &T) -> KeyResult {
        if name != serializer::SYMBOL {
            return key.serialize(self);
        }
        let symbol = Symbol::from_fields(key).ok_or_else(|| SerializationError::key_type("it", "Object"))?;
        Ok(Key { name: symbol, is_symbol: true })
    }

    fn serialize_some<T: Serialize + ?Sized>(self, key: &T) -> KeyResult {
        key.serialize(self)
    }

    fn serialize_bool(self, key: bool) -> KeyResult {
        Err(SerializationError::key_type(key, if key { "TrueClass" } else { "FalseClass" }))
    }

    refuse_integers! {
        serialize_i8: i8, serialize_i16: i16, serialize_i32: i32, serialize_i64: i64, serialize_i128: i128,
        serialize_u8: u8, serialize_u16: u16, serialize_u32: u32, serialize_u64: u64, serialize_u128: u128,
    }

    fn serialize_f32(self, key: f32) -> KeyResult {
        self.serialize_f64(key.into())
    }

    fn serialize_f64(self, key: f64) -> KeyResult {
        Err(SerializationError::key_type(format_args!("{key:?}"), "Float"))
    }

    fn serialize_none(self) -> KeyResult {
        self.serialize_unit()
    }

    fn serialize_unit(self) -> KeyResult {
        refuse("nil", "NilClass")
    }

    fn serialize_unit_struct(self, _: &'static str) -> KeyResult {
        self.serialize_unit()
    }

    fn serialize_bytes(self, _: &[u8]) -> KeyResult {
        refuse("a list of bytes", "Array")
    }

    fn serialize_newtype_variant<T: Serialize + ?Sized>(
        self,
        _: &'static str,
        _: u32,
        _: &'static str,
        _: &T,
    ) -> KeyResult {
        refuse("a hash", "Hash")
    }

    fn serialize_seq(self, _: Option<usize>) -> Result<No, SerializationError> {
        refuse("a list", "Array")
    }

    fn serialize_tuple(self, _: usize) -> Result<No, SerializationError> {
        refuse("a list", "Array")
    }

    fn serialize_tuple_struct(self, _: &'static str, _: usize) -> Result<No, SerializationError> {
        refuse("a list", "Array")
    }

    fn serialize_tuple_variant(
        self,
        _: &'static str,
        _: u32,
        _: &'static str,
        _: usize,
    ) -> Result<No, SerializationError> {
        refuse("a hash", "Hash")
    }

    fn serialize_map(self, _: Option<usize>) -> Result<No, SerializationError> {
        refuse("a hash", "Hash")
    }

    fn serialize_struct(self, _: &'static str, _: usize) -> Result<No, SerializationError> {
        refuse("a hash", "Hash")
    }

    fn serialize_struct_variant(
        self,
        _: &'static str,
        _: u32,
        _: &'static str,
        _: usize,
    ) -> Result<No, SerializationError> {
        refuse("a hash", "Hash")
    }
}
