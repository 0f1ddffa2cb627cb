//! Writing typed values as arguments.
//!
//! The text is written straight into one buffer: what `ActiveJob::Arguments.serialize` (Active Job 8.1,
//! `activejob/lib/active_job/arguments.rb`) would make of the same values.

mod compound;
mod key;
mod value;
mod whole;

use serde::Serialize;

pub(super) use value::ValueSerializer;

use super::SerializationError;

/// Writes the arguments of a job, a JSON array.
pub(super) fn encode_whole<T: Serialize + ?Sized>(arguments: &T) -> Result<String, SerializationError> {
    let mut out = Vec::with_capacity(64);
    arguments.serialize(whole::WholeSerializer { out: &mut out })?;
    Ok(into_text(out))
}

/// Writes one argument.
pub(super) fn encode_value<T: Serialize + ?Sized>(value: &T) -> Result<String, SerializationError> {
    let mut out = Vec::with_capacity(32);
    value.serialize(ValueSerializer::new(&mut out))?;
    Ok(into_text(out))
}

fn into_text(out: Vec<u8>) -> String {
    String::from_utf8(out).expect("the serializer writes only text and serde_json's output")
}

/// Writes a string as JSON.
fn write_string(out: &mut Vec<u8>, text: &str) -> Result<(), SerializationError> {
    write_json(out, text)
}

/// Writes a scalar as JSON.
fn write_json<T: Serialize + ?Sized>(out: &mut Vec<u8>, scalar: &T) -> Result<(), SerializationError> {
    serde_json::to_writer(out, scalar).map_err(serde::ser::Error::custom)
}
