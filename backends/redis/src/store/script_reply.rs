//! Reading what scripts answer.

use egret_core::job_data::from_microseconds;
use egret_core::{Error, ErrorKind, Result, Timestamp, words};
use redis::Value;

/// The parts of an answer that is a list.
pub(super) fn list(value: Value) -> Result<Vec<Value>> {
    match value {
        Value::Array(values) => Ok(values),
        other => Err(unexpected(&other)),
    }
}

/// The bytes of a part.
pub(super) fn bytes(value: Value) -> Result<Vec<u8>> {
    match value {
        Value::BulkString(bytes) => Ok(bytes),
        Value::SimpleString(text) => Ok(text.into_bytes()),
        Value::Okay => Ok(b"OK".to_vec()),
        other => Err(unexpected(&other)),
    }
}

/// The text of a part.
pub(super) fn text(value: Value) -> Result<String> {
    String::from_utf8(bytes(value)?)
        .map_err(|_| Error::new(ErrorKind::Other, words!("redis-script-no-text", "a script answered with no text")))
}

/// The number of a part, given as one or as its text.
pub(super) fn number(value: Value) -> Result<u64> {
    match value {
        Value::Int(number) => u64::try_from(number).map_err(|_| unexpected(&Value::Int(number))),
        other => {
            let text = text(other)?;
            text.parse().map_err(|_| {
                Error::new(
                    ErrorKind::Other,
                    words!("redis-script-no-number", "a script answered `{text}`, not a number", text = text),
                )
            })
        }
    }
}

/// The time of a text that counts microseconds since the epoch.
pub(super) fn moment(text: &str) -> Timestamp {
    from_microseconds(text.parse().unwrap_or(0))
}

pub(super) fn unexpected(value: &Value) -> Error {
    Error::new(
        ErrorKind::Other,
        words!(
            "redis-script-unexpected",
            "a script answered something unexpected: {value}",
            value = format!("{value:?}")
        ),
    )
}
