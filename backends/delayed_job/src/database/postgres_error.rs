//! From the driver's errors to those of the seam.

use egret_core::{Error, ErrorKind, Words};
use tokio_postgres::error::SqlState;

/// The failure of an operation: `failed to …`.
pub(crate) fn failed(operation: Words, source: tokio_postgres::Error) -> Error {
    Error::new(kind(&source), Words::failed(operation)).with_source(source)
}

fn kind(error: &tokio_postgres::Error) -> ErrorKind {
    let Some(code) = error.code() else {
        // Without a word of the server, the connection is gone.
        return if error.is_closed() || error.to_string().contains("connect") {
            ErrorKind::Unavailable
        } else {
            ErrorKind::Other
        };
    };
    match code {
        code if *code == SqlState::INSUFFICIENT_PRIVILEGE => ErrorKind::Refused,
        code if *code == SqlState::T_R_DEADLOCK_DETECTED || *code == SqlState::T_R_SERIALIZATION_FAILURE => {
            ErrorKind::Unavailable
        }
        // Classes of codes: connections, resources, operators who intervene.
        code if ["08", "53", "57"].iter().any(|class| code.code().starts_with(class)) => ErrorKind::Unavailable,
        _ => ErrorKind::Other,
    }
}
