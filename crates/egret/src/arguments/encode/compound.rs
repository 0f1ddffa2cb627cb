//! Writing arrays and hashes, with the marker that says what the keys of a hash were.

use serde::ser::{self, Serialize};

use super::key::Key;
use super::{SerializationError, ValueSerializer, write_json, write_string};
use crate::arguments::markers;

/// What kind of hash is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum HashKind {
    /// A hash of Ruby, ends with `_aj_symbol_keys`.
    Plain,
    /// The keyword arguments of a job or a method: every key is a symbol. Ends with `_aj_ruby2_keywords`.
    Keywords,
    /// The same value under a string and a symbol, as are the hashes within. Ends with its marker.
    Indifferent,
    /// The fields of a serializer's object: written as they are.
    Fields,
}

/// An array, or the hash around the array of an enum's variant.
pub(crate) struct Elements<'a> {
    out: &'a mut Vec<u8>,
    is_first: bool,
    within: HashKind,
    variant: bool,
}

impl<'a> Elements<'a> {
    pub(super) fn open(out: &'a mut Vec<u8>, within: HashKind) -> Self {
        out.push(b'[');
        Self { out, is_first: true, within: kind_within(within), variant: false }
    }

    pub(super) fn open_variant(
        out: &'a mut Vec<u8>,
        variant: &'static str,
        within: HashKind,
    ) -> Result<Self, SerializationError> {
        open_variant(out, variant)?;
        Ok(Self { variant: true, ..Self::open(out, within) })
    }

    fn element<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), SerializationError> {
        if !std::mem::take(&mut self.is_first) {
            self.out.push(b',');
        }
        value.serialize(ValueSerializer { out: self.out, within: self.within })
    }

    fn close(self) -> Result<(), SerializationError> {
        self.out.push(b']');
        if self.variant { close_variant(self.out, self.within) } else { Ok(()) }
    }
}

/// Begins the hash of one key in which serde keeps the content of an enum's variant.
pub(super) fn open_variant(out: &mut Vec<u8>, variant: &'static str) -> Result<(), SerializationError> {
    let key = Key::of(variant)?;
    out.push(b'{');
    write_string(out, &key.name)?;
    out.push(b':');
    Ok(())
}

/// Ends the hash of one key.
pub(super) fn close_variant(out: &mut Vec<u8>, within: HashKind) -> Result<(), SerializationError> {
    out.push(b',');
    write_marker(out, within, &[])?;
    out.push(b'}');
    Ok(())
}

/// The hashes within a hash: only the outermost has keywords, all within an indifferent one are indifferent.
fn kind_within(kind: HashKind) -> HashKind {
    match kind {
        HashKind::Indifferent => HashKind::Indifferent,
        HashKind::Plain | HashKind::Keywords | HashKind::Fields => HashKind::Plain,
    }
}

fn write_marker(out: &mut Vec<u8>, kind: HashKind, symbol_keys: &[String]) -> Result<(), SerializationError> {
    let (marker, value) = match kind {
        HashKind::Indifferent => {
            write_string(out, markers::INDIFFERENT_ACCESS)?;
            out.extend(b":true");
            return Ok(());
        }
        HashKind::Keywords => (markers::RUBY2_KEYWORDS, symbol_keys),
        HashKind::Plain | HashKind::Fields => (markers::SYMBOL_KEYS, symbol_keys),
    };
    write_string(out, marker)?;
    out.push(b':');
    write_json(out, value)
}

/// A hash.
pub(crate) struct Entries<'a> {
    out: &'a mut Vec<u8>,
    kind: HashKind,
    is_first: bool,
    symbol_keys: Vec<String>,
    around: Around,
}

/// What stands around a hash and ends with it.
enum Around {
    Nothing,
    /// The hash of an enum's variant, of this kind.
    Variant(HashKind),
    /// The list of a job's arguments. Without a keyword there is no argument at all, as in Ruby.
    Arguments,
}

impl<'a> Entries<'a> {
    pub(super) fn open(out: &'a mut Vec<u8>, kind: HashKind) -> Self {
        out.push(b'{');
        Self { out, kind, is_first: true, symbol_keys: Vec::new(), around: Around::Nothing }
    }

    pub(super) fn open_arguments(out: &'a mut Vec<u8>) -> Self {
        out.push(b'[');
        Self { around: Around::Arguments, ..Self::open(out, HashKind::Keywords) }
    }

    pub(super) fn open_variant(
        out: &'a mut Vec<u8>,
        variant: &'static str,
        within: HashKind,
    ) -> Result<Self, SerializationError> {
        open_variant(out, variant)?;
        Ok(Self { around: Around::Variant(within), ..Self::open(out, within) })
    }

    fn separate(&mut self) {
        if !std::mem::take(&mut self.is_first) {
            self.out.push(b',');
        }
    }

    fn key(&mut self, key: Key) -> Result<(), SerializationError> {
        self.separate();
        write_string(self.out, &key.name)?;
        if self.kind == HashKind::Keywords || key.is_symbol {
            self.symbol_keys.push(key.name);
        }
        Ok(())
    }

    fn value<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), SerializationError> {
        self.out.push(b':');
        value.serialize(ValueSerializer { out: self.out, within: kind_within(self.kind) })
    }

    fn entry<T: Serialize + ?Sized>(&mut self, name: &'static str, value: &T) -> Result<(), SerializationError> {
        if self.kind == HashKind::Fields {
            self.separate();
            write_string(self.out, name)?;
        } else {
            self.key(Key::of(name)?)?;
        }
        self.value(value)
    }

    fn close(mut self) -> Result<(), SerializationError> {
        if self.is_first && matches!(self.around, Around::Arguments) {
            self.out.pop();
            self.out.push(b']');
            return Ok(());
        }
        if self.kind != HashKind::Fields {
            self.separate();
            write_marker(self.out, self.kind, &self.symbol_keys)?;
        }
        self.out.push(b'}');
        match self.around {
            Around::Nothing => {}
            Around::Variant(within) => close_variant(self.out, within)?,
            Around::Arguments => self.out.push(b']'),
        }
        Ok(())
    }
}

impl ser::SerializeSeq for Elements<'_> {
    type Ok = ();
    type Error = SerializationError;

    fn serialize_element<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), SerializationError> {
        self.element(value)
    }

    fn end(self) -> Result<(), SerializationError> {
        self.close()
    }
}

impl ser::SerializeTuple for Elements<'_> {
    type Ok = ();
    type Error = SerializationError;

    fn serialize_element<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), SerializationError> {
        self.element(value)
    }

    fn end(self) -> Result<(), SerializationError> {
        self.close()
    }
}

impl ser::SerializeTupleStruct for Elements<'_> {
    type Ok = ();
    type Error = SerializationError;

    fn serialize_field<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), SerializationError> {
        self.element(value)
    }

    fn end(self) -> Result<(), SerializationError> {
        self.close()
    }
}

impl ser::SerializeTupleVariant for Elements<'_> {
    type Ok = ();
    type Error = SerializationError;

    fn serialize_field<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), SerializationError> {
        self.element(value)
    }

    fn end(self) -> Result<(), SerializationError> {
        self.close()
    }
}

impl ser::SerializeMap for Entries<'_> {
    type Ok = ();
    type Error = SerializationError;

    fn serialize_key<T: Serialize + ?Sized>(&mut self, key: &T) -> Result<(), SerializationError> {
        self.key(Key::of(key)?)
    }

    fn serialize_value<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), SerializationError> {
        self.value(value)
    }

    fn end(self) -> Result<(), SerializationError> {
        self.close()
    }
}

impl ser::SerializeStruct for Entries<'_> {
    type Ok = ();
    type Error = SerializationError;

    fn serialize_field<T: Serialize + ?Sized>(
        &mut self,
        name: &'static str,
        value: &T,
    ) -> Result<(), SerializationError> {
        self.entry(name, value)
    }

    fn end(self) -> Result<(), SerializationError> {
        self.close()
    }
}

impl ser::SerializeStructVariant for Entries<'_> {
    type Ok = ();
    type Error = SerializationError;

    fn serialize_field<T: Serialize + ?Sized>(
        &mut self,
        name: &'static str,
        value: &T,
    ) -> Result<(), SerializationError> {
        self.entry(name, value)
    }

    fn end(self) -> Result<(), SerializationError> {
        self.close()
    }
}
