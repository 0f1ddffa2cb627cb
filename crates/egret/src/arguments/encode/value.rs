//! Writing one argument.

use serde::ser::{Serialize, Serializer};

use super::compound::{Elements, Entries, HashKind, close_variant, open_variant};
use super::{SerializationError, write_json, write_string};
use crate::arguments::markers::{serializer, token};

/// Writes one argument into the buffer.
pub(crate) struct ValueSerializer<'a> {
    pub(super) out: &'a mut Vec<u8>,
    /// What a hash is here.
    pub(super) within: HashKind,
}

type Written = Result<(), SerializationError>;

/// Methods that write what JSON has in the same form.
macro_rules! write_scalars {
    ($($method:ident: $scalar:ty,)*) => {
        $(fn $method(self, value: $scalar) -> Written {
            write_json(self.out, &value)
        })*
    };
}

impl<'a> ValueSerializer<'a> {
    pub(super) fn new(out: &'a mut Vec<u8>) -> Self {
        Self { out, within: HashKind::Plain }
    }

    fn with_kind(self, within: HashKind) -> Self {
        Self { within, ..self }
    }
}

/// What a newtype struct of the name says about the value in it.
pub(super) enum Wrapped {
    Hash(HashKind),
    Raw,
    Nothing,
}

impl Wrapped {
    pub(super) fn by_name(name: &str) -> Self {
        match name {
            token::RAW => Self::Raw,
            token::KEYWORDS => Self::Hash(HashKind::Keywords),
            token::INDIFFERENT_HASH => Self::Hash(HashKind::Indifferent),
            token::GLOBAL_ID => Self::Hash(HashKind::Fields),
            _ if serializer::is_known(name) => Self::Hash(HashKind::Fields),
            _ => Self::Nothing,
        }
    }
}

impl<'a> Serializer for ValueSerializer<'a> {
    type Ok = ();
    type Error = SerializationError;
    type SerializeSeq = Elements<'a>;
    type SerializeTuple = Elements<'a>;
    type SerializeTupleStruct = Elements<'a>;
    type SerializeTupleVariant = Elements<'a>;
    type SerializeMap = Entries<'a>;
    type SerializeStruct = Entries<'a>;
    type SerializeStructVariant = Entries<'a>;

    write_scalars! {
        serialize_bool: bool, serialize_i8: i8, serialize_i16: i16, serialize_i32: i32, serialize_i64: i64,
        serialize_i128: i128, serialize_u8: u8, serialize_u16: u16, serialize_u32: u32, serialize_u64: u64,
        serialize_u128: u128, serialize_char: char,
    }

    fn serialize_f32(self, value: f32) -> Written {
        match value.is_finite() {
            true => write_json(self.out, &value),
            false => Err(not_finite(value.into())),
        }
    }

    fn serialize_f64(self, value: f64) -> Written {
        match value.is_finite() {
            true => write_json(self.out, &value),
            false => Err(not_finite(value)),
        }
    }

    fn serialize_str(self, value: &str) -> Written {
        write_string(self.out, value)
    }

    fn serialize_bytes(self, _: &[u8]) -> Written {
        Err(SerializationError::unsupported_type("bytes (encode them as text)"))
    }

    fn serialize_none(self) -> Written {
        self.serialize_unit()
    }

    fn serialize_some<T: Serialize + ?Sized>(self, value: &T) -> Written {
        value.serialize(self)
    }

    fn serialize_unit(self) -> Written {
        self.out.extend(b"null");
        Ok(())
    }

    fn serialize_unit_struct(self, _: &'static str) -> Written {
        self.serialize_unit()
    }

    fn serialize_unit_variant(self, _: &'static str, _: u32, variant: &'static str) -> Written {
        write_string(self.out, variant)
    }

    fn serialize_newtype_struct<T: Serialize + ?Sized>(self, name: &'static str, value: &T) -> Written {
        match Wrapped::by_name(name) {
            Wrapped::Hash(kind) => value.serialize(self.with_kind(kind)),
            Wrapped::Raw => write_json(self.out, value),
            Wrapped::Nothing => value.serialize(self),
        }
    }

    fn serialize_newtype_variant<T: Serialize + ?Sized>(
        self,
        _: &'static str,
        _: u32,
        variant: &'static str,
        value: &T,
    ) -> Written {
        open_variant(self.out, variant)?;
        value.serialize(ValueSerializer { out: &mut *self.out, within: self.within })?;
        close_variant(self.out, self.within)
    }

    fn serialize_seq(self, _: Option<usize>) -> Result<Elements<'a>, SerializationError> {
        Ok(Elements::open(self.out, self.within))
    }

    fn serialize_tuple(self, _: usize) -> Result<Elements<'a>, SerializationError> {
        Ok(Elements::open(self.out, self.within))
    }

    fn serialize_tuple_struct(self, _: &'static str, _: usize) -> Result<Elements<'a>, SerializationError> {
        Ok(Elements::open(self.out, self.within))
    }

    fn serialize_tuple_variant(
        self,
        _: &'static str,
        _: u32,
        variant: &'static str,
        _: usize,
    ) -> Result<Elements<'a>, SerializationError> {
        Elements::open_variant(self.out, variant, self.within)
    }

    fn serialize_map(self, _: Option<usize>) -> Result<Entries<'a>, SerializationError> {
        Ok(Entries::open(self.out, self.within))
    }

    fn serialize_struct(self, name: &'static str, _: usize) -> Result<Entries<'a>, SerializationError> {
        if name == token::SERDE_JSON_RAW {
            return Err(SerializationError::unsupported_type("RawValue (wrap it in a RawArgument)"));
        }
        Ok(Entries::open(self.out, self.within))
    }

    fn serialize_struct_variant(
        self,
        _: &'static str,
        _: u32,
        variant: &'static str,
        _: usize,
    ) -> Result<Entries<'a>, SerializationError> {
        Entries::open_variant(self.out, variant, self.within)
    }
}

/// JSON has no form for these; Rails' encoder would write null (Active Support 8.1,
/// `activesupport/lib/active_support/core_ext/object/json.rb`) and lose the value.
fn not_finite(value: f64) -> SerializationError {
    SerializationError::unsupported_type(format_args!("Float ({value} has no JSON form)"))
}
