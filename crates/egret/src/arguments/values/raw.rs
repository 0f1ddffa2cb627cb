//! Arguments of any kind, untouched.

use std::fmt;

use serde::de::{DeserializeOwned, Visitor};
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use serde_json::value::RawValue;

use crate::arguments::decode::decode_value;
use crate::arguments::encode::encode_value;
use crate::arguments::markers::token;
use crate::arguments::{DeserializationError, SerializationError};

/// One argument in its wire form, whatever it is: it is written exactly as it was read.
///
/// For values whose serializer only a Ruby process knows, and for jobs that pass on what they do not look into.
#[derive(Clone, Debug)]
pub struct RawArgument(Box<RawValue>);

impl RawArgument {
    /// The wire form of a value.
    ///
    /// # Errors
    /// When the value, or one in it, has no wire form.
    pub fn encode<T: Serialize + ?Sized>(value: &T) -> Result<Self, SerializationError> {
        let text = encode_value(value)?;
        Ok(Self(RawValue::from_string(text).expect("the codec writes JSON")))
    }

    /// Reads the argument as a typed value.
    ///
    /// # Errors
    /// When it is of another type.
    pub fn decode<T: DeserializeOwned>(&self) -> Result<T, DeserializationError> {
        decode_value(self.get())
    }

    /// The JSON text.
    pub fn get(&self) -> &str {
        self.0.get()
    }

    /// The raw JSON value.
    pub fn into_raw(self) -> Box<RawValue> {
        self.0
    }
}

impl From<Box<RawValue>> for RawArgument {
    fn from(raw: Box<RawValue>) -> Self {
        Self(raw)
    }
}

impl PartialEq for RawArgument {
    /// Whether the texts are equal.
    fn eq(&self, other: &Self) -> bool {
        self.get() == other.get()
    }
}

impl Serialize for RawArgument {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_newtype_struct(token::RAW, &self.0)
    }
}

impl<'de> Deserialize<'de> for RawArgument {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_newtype_struct(token::RAW, RawVisitor)
    }
}

struct RawVisitor;

impl<'de> Visitor<'de> for RawVisitor {
    type Value = RawArgument;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("any argument")
    }

    fn visit_newtype_struct<D: Deserializer<'de>>(self, deserializer: D) -> Result<RawArgument, D::Error> {
        Box::<RawValue>::deserialize(deserializer).map(RawArgument)
    }
}
