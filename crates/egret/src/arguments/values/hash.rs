//! Hashes of another kind than the ordinary one.

use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::arguments::markers::token;

/// A hash that a Ruby job reads with strings and symbols alike, as are the hashes within:
/// `ActiveSupport::HashWithIndifferentAccess`, and permitted controller parameters.
///
/// The content is a map or a struct with named fields. Any hash can be read as one.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct IndifferentHash<M>(pub M);

impl<M: Serialize> Serialize for IndifferentHash<M> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_newtype_struct(token::INDIFFERENT_HASH, &self.0)
    }
}

impl<'de, M: Deserialize<'de>> Deserialize<'de> for IndifferentHash<M> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        super::read_fields(deserializer, token::INDIFFERENT_HASH, "a hash").map(Self)
    }
}

/// Keyword arguments, as the last field of a job with positional ones: for `def perform(id, notify:)` in Ruby.
///
/// The content is a map or a struct with named fields.
///
/// ```
/// use egret::arguments::{Arguments, Keywords};
/// use serde::Serialize;
///
/// #[derive(Serialize)]
/// struct Options { notify: bool }
///
/// let arguments = Arguments::encode(&(7, Keywords(Options { notify: true })))?;
/// assert_eq!(arguments.get(), r#"[7,{"notify":true,"_aj_ruby2_keywords":["notify"]}]"#);
/// # Ok::<(), egret::arguments::SerializationError>(())
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Keywords<M>(pub M);

impl<M: Serialize> Serialize for Keywords<M> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_newtype_struct(token::KEYWORDS, &self.0)
    }
}

impl<'de, M: Deserialize<'de>> Deserialize<'de> for Keywords<M> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        super::read_fields(deserializer, token::KEYWORDS, "keyword arguments").map(Self)
    }
}
