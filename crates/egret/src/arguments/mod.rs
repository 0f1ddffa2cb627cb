//! The argument codec of Active Job: typed values as the arguments that Ruby reads and writes.
//!
//! A struct with named fields travels as one hash of keyword arguments, a tuple struct by position:
//!
//! ```
//! use egret::arguments::Arguments;
//! use serde::Serialize;
//!
//! #[derive(Serialize)]
//! struct Named { invoice_id: u64, copies: u8 }
//! #[derive(Serialize)]
//! struct Positional(u64, u8);
//!
//! let named = Arguments::encode(&Named { invoice_id: 7, copies: 2 })?;
//! assert_eq!(named.get(), r#"[{"invoice_id":7,"copies":2,"_aj_ruby2_keywords":["invoice_id","copies"]}]"#);
//! let positional = Arguments::encode(&Positional(7, 2))?;
//! assert_eq!(positional.get(), "[7,2]");
//! # Ok::<(), egret::arguments::SerializationError>(())
//! ```
//!
//! Structs and maps within become hashes with string keys. Values that JSON has no form for have types of their own
//! here, for example [`Symbol`], [`Date`] and [`GlobalId`]; [`RawArgument`] takes anything and changes nothing.
//! The format is that of `activejob/lib/active_job/arguments.rb` and `serializers/` (Active Job 8.1).

mod decode;
mod encode;
mod error;
mod inspect;
mod markers;
mod values;

use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::value::RawValue;

pub use error::{DeserializationError, SerializationError};
pub use inspect::inspect_arguments;
pub use values::*;

use decode::{Keys, Object};

/// The arguments of one job in their wire form, a JSON array.
///
/// They stay serialized until they are asked for: unknown serializers, records and integers of any size pass untouched.
#[derive(Clone, Debug)]
pub struct Arguments(Box<RawValue>);

impl Arguments {
    /// The wire form of a struct, tuple, list or map.
    ///
    /// Named fields and maps become keyword arguments, the elements of others positional arguments, `()` and structs
    /// without fields no argument, and any other value the only argument.
    ///
    /// # Errors
    /// When a value has no wire form: NaN and infinite floats, bytes, maps with keys that are neither strings nor
    /// [`Symbol`]s, and maps with a key that the format reserves.
    pub fn encode<T: Serialize + ?Sized>(value: &T) -> Result<Self, SerializationError> {
        let text = encode::encode_whole(value)?;
        Ok(Self(RawValue::from_string(text).expect("the codec writes JSON")))
    }

    /// Reads them as a struct, tuple, list or map.
    ///
    /// Keyword arguments, or a hash as the only argument, fill named fields; `Option` fields may be absent.
    ///
    /// # Errors
    /// When an argument is missing, unknown, of another type, or one too many. The error names it.
    pub fn decode<T: DeserializeOwned>(&self) -> Result<T, DeserializationError> {
        decode::decode_whole(self.0.get())
    }

    /// Takes raw JSON as arguments.
    ///
    /// # Errors
    /// When it is no array.
    pub fn from_raw(raw: Box<RawValue>) -> Result<Self, DeserializationError> {
        match raw.get().trim_ascii_start().starts_with('[') {
            true => Ok(Self(raw)),
            false => Err(DeserializationError::expected("an array of arguments", "something else")),
        }
    }

    /// Positional arguments, each in its wire form.
    pub fn from_positional(arguments: impl IntoIterator<Item = RawArgument>) -> Self {
        let arguments: Vec<_> = arguments.into_iter().map(RawArgument::into_raw).collect();
        Self(serde_json::value::to_raw_value(&arguments).expect("raw JSON values make an array"))
    }

    /// The arguments one by one; keyword arguments are the last, a hash.
    pub fn to_positional(&self) -> Vec<RawArgument> {
        self.elements().into_iter().map(|text| RawArgument::from(to_raw(text))).collect()
    }

    /// The keyword arguments by name, if the last argument holds some.
    pub fn to_keywords(&self) -> Option<Vec<(String, RawArgument)>> {
        let elements = self.elements();
        let last = elements.last().filter(|text| text.starts_with('{'))?;
        match Object::read(last).ok()? {
            Object::Hash(hash) if matches!(hash.keys, Keys::Keywords(_)) => {
                let entries = hash.entries.into_iter();
                Some(entries.map(|(key, text)| (key.into_owned(), RawArgument::from(to_raw(text)))).collect())
            }
            _ => None,
        }
    }

    /// How many arguments there are; all keyword arguments together count as one.
    pub fn len(&self) -> usize {
        self.elements().len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The JSON text.
    pub fn get(&self) -> &str {
        self.0.get()
    }

    /// The raw JSON value, as a payload keeps it.
    pub fn into_raw(self) -> Box<RawValue> {
        self.0
    }

    fn elements(&self) -> Vec<&str> {
        decode::split_array(self.0.get()).expect("arguments are a JSON array since they were made")
    }
}

fn to_raw(text: &str) -> Box<RawValue> {
    RawValue::from_string(text.to_owned()).expect("a part of a JSON value is JSON")
}

impl Default for Arguments {
    /// No arguments.
    fn default() -> Self {
        Self(to_raw("[]"))
    }
}

impl PartialEq for Arguments {
    /// Whether the texts are equal.
    fn eq(&self, other: &Self) -> bool {
        self.get() == other.get()
    }
}
