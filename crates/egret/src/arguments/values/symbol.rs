//! Ruby's symbols.

use std::borrow::{Borrow, Cow};
use std::fmt;

use serde::{Deserialize, Deserializer, Serialize, Serializer};

use super::fields::write_text;
use crate::arguments::markers::serializer;

const EXPECTED: &str = "a Symbol";

/// A symbol of Ruby, for example `:weekly`; any text is allowed.
///
/// As the key of a map it makes the key a symbol, so that a Ruby job can read `options[:weekly]`.
///
/// ```
/// use egret::arguments::{RawArgument, Symbol};
///
/// let argument = RawArgument::encode(&Symbol::from("weekly"))?;
/// assert_eq!(argument.get(), r#"{"_aj_serialized":"ActiveJob::Serializers::SymbolSerializer","value":"weekly"}"#);
/// # Ok::<(), egret::arguments::SerializationError>(())
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Symbol(String);

impl Symbol {
    /// A symbol with the text, without a colon.
    pub fn new(text: impl Into<String>) -> Self {
        Self(text.into())
    }

    /// The text, without a colon.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The text of the symbol whose fields are given.
    pub(in crate::arguments) fn from_fields<T: Serialize + ?Sized>(fields: &T) -> Option<String> {
        match serde_json::to_value(fields).ok()?.get_mut("value")?.take() {
            serde_json::Value::String(text) => Some(text),
            _ => None,
        }
    }
}

impl From<&str> for Symbol {
    fn from(text: &str) -> Self {
        Self::new(text)
    }
}

impl From<String> for Symbol {
    fn from(text: String) -> Self {
        Self(text)
    }
}

impl Borrow<str> for Symbol {
    fn borrow(&self) -> &str {
        &self.0
    }
}

impl AsRef<str> for Symbol {
    fn as_ref(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for Symbol {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.pad(&self.0)
    }
}

impl Serialize for Symbol {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        write_text(serializer, serializer::SYMBOL, &self.0)
    }
}

/// What a symbol looks like as a value, and as the key of a hash.
#[derive(Deserialize)]
#[serde(untagged)]
enum Form<'a> {
    Key(#[serde(borrow)] Cow<'a, str>),
    Value {
        #[serde(rename = "_aj_serialized", borrow)]
        serializer: Cow<'a, str>,
        value: Cow<'a, str>,
    },
}

impl<'de> Deserialize<'de> for Symbol {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        match super::read_fields(deserializer, serializer::SYMBOL, EXPECTED)? {
            Form::Key(text) => Ok(Self(text.into_owned())),
            Form::Value { serializer, value } => {
                super::fields::require_name(&serializer, serializer::SYMBOL, EXPECTED)?;
                Ok(Self(value.into_owned()))
            }
        }
    }
}
