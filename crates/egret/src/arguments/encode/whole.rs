//! Writing all arguments of a job: named fields as keyword arguments, everything else by position.

use serde::ser::{Serialize, Serializer};

use super::SerializationError;
use super::compound::{Elements, Entries, HashKind};
use super::value::{ValueSerializer, Wrapped};
use crate::arguments::markers::token;

/// Writes the list of arguments into the buffer.
pub(super) struct WholeSerializer<'a> {
    pub(super) out: &'a mut Vec<u8>,
}

type Written = Result<(), SerializationError>;

/// Methods that write a scalar as the only argument.
macro_rules! write_single {
    ($($method:ident: $scalar:ty,)*) => {
        $(fn $method(self, value: $scalar) -> Written {
            self.single(&value)
        })*
    };
}

impl<'a> WholeSerializer<'a> {
    /// A value that is no list of values is the only argument.
    fn single<T: Serialize + ?Sized>(self, value: &T) -> Written {
        self.enclose(|out| value.serialize(ValueSerializer::new(out)))
    }

    fn enclose(self, write: impl FnOnce(&mut Vec<u8>) -> Written) -> Written {
        self.out.push(b'[');
        write(self.out)?;
        self.out.push(b']');
        Ok(())
    }

    fn positional(self) -> Elements<'a> {
        Elements::open(self.out, HashKind::Plain)
    }
}

impl<'a> Serializer for WholeSerializer<'a> {
    type Ok = ();
    type Error = SerializationError;
    type SerializeSeq = Elements<'a>;
    type SerializeTuple = Elements<'a>;
    type SerializeTupleStruct = Elements<'a>;
    type SerializeTupleVariant = serde::ser::Impossible<(), SerializationError>;
    type SerializeMap = Entries<'a>;
    type SerializeStruct = Entries<'a>;
    type SerializeStructVariant = serde::ser::Impossible<(), SerializationError>;

    fn serialize_unit(self) -> Written {
        self.out.extend(b"[]");
        Ok(())
    }

    fn serialize_unit_struct(self, _: &'static str) -> Written {
        self.serialize_unit()
    }

    fn serialize_newtype_struct<T: Serialize + ?Sized>(self, name: &'static str, value: &T) -> Written {
        match (name, Wrapped::by_name(name)) {
            (token::KEYWORDS, _) => value.serialize(self),
            (_, Wrapped::Nothing) => self.single(value),
            (_, _) => self.enclose(|out| ValueSerializer::new(out).serialize_newtype_struct(name, value)),
        }
    }

    fn serialize_seq(self, _: Option<usize>) -> Result<Elements<'a>, SerializationError> {
        Ok(self.positional())
    }

    fn serialize_tuple(self, _: usize) -> Result<Elements<'a>, SerializationError> {
        Ok(self.positional())
    }

    fn serialize_tuple_struct(self, _: &'static str, _: usize) -> Result<Elements<'a>, SerializationError> {
        Ok(self.positional())
    }

    fn serialize_map(self, _: Option<usize>) -> Result<Entries<'a>, SerializationError> {
        Ok(Entries::open_arguments(self.out))
    }

    fn serialize_struct(self, _: &'static str, _: usize) -> Result<Entries<'a>, SerializationError> {
        Ok(Entries::open_arguments(self.out))
    }

    fn serialize_none(self) -> Written {
        self.single(&())
    }

    fn serialize_some<T: Serialize + ?Sized>(self, value: &T) -> Written {
        self.single(value)
    }

    fn serialize_bytes(self, value: &[u8]) -> Written {
        self.enclose(|out| ValueSerializer::new(out).serialize_bytes(value))
    }

    fn serialize_unit_variant(self, _: &'static str, _: u32, variant: &'static str) -> Written {
        self.single(variant)
    }

    fn serialize_newtype_variant<T: Serialize + ?Sized>(
        self,
        name: &'static str,
        index: u32,
        variant: &'static str,
        value: &T,
    ) -> Written {
        self.enclose(|out| ValueSerializer::new(out).serialize_newtype_variant(name, index, variant, value))
    }

    fn serialize_tuple_variant(
        self,
        name: &'static str,
        _: u32,
        variant: &'static str,
        _: usize,
    ) -> Result<Self::SerializeTupleVariant, SerializationError> {
        Err(enum_of_arguments(name, variant))
    }

    fn serialize_struct_variant(
        self,
        name: &'static str,
        _: u32,
        variant: &'static str,
        _: usize,
    ) -> Result<Self::SerializeStructVariant, SerializationError> {
        Err(enum_of_arguments(name, variant))
    }

    write_single! {
        serialize_bool: bool, serialize_i8: i8, serialize_i16: i16, serialize_i32: i32, serialize_i64: i64,
        serialize_i128: i128, serialize_u8: u8, serialize_u16: u16, serialize_u32: u32, serialize_u64: u64,
        serialize_u128: u128, serialize_f32: f32, serialize_f64: f64, serialize_char: char,
    }

    fn serialize_str(self, value: &str) -> Written {
        self.single(value)
    }
}

fn enum_of_arguments(name: &str, variant: &str) -> SerializationError {
    SerializationError::unsupported_type(format_args!("{name}::{variant} (put the enum into a struct)"))
}
