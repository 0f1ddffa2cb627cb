//! Reading arguments as typed values.
//!
//! Nothing is parsed before it is asked for: each level is split into the raw texts of its parts, so that a
//! [`RawArgument`](super::RawArgument) anywhere keeps its text, and integers keep their digits. What counts as which
//! kind of hash follows `ActiveJob::Arguments.deserialize` (Active Job 8.1, `activejob/lib/active_job/arguments.rb`).

mod compound;
mod hash;
mod split;
mod value;
mod whole;

use serde::Deserialize;

pub(super) use hash::{Keys, Object};
pub(super) use split::{split_array, split_object, string_content};
pub(super) use value::ValueDeserializer;

use super::DeserializationError;

/// Reads the arguments of a job, a JSON array.
pub(super) fn decode_whole<'de, T: Deserialize<'de>>(array: &'de str) -> Result<T, DeserializationError> {
    let positional = split_array(array)?;
    T::deserialize(whole::WholeDeserializer { positional })
}

/// Reads one argument.
pub(super) fn decode_value<'de, T: Deserialize<'de>>(text: &'de str) -> Result<T, DeserializationError> {
    T::deserialize(ValueDeserializer::new(text))
}
