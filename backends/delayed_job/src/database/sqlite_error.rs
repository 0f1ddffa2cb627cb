//! From SQLite's errors to those of the seam.

use egret_core::{Error, ErrorKind, Words};
use rusqlite::ErrorCode;

/// The failure of an operation: `failed to …`.
pub(crate) fn failed(operation: Words, source: rusqlite::Error) -> Error {
    let kind = match source.sqlite_error_code() {
        Some(ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked | ErrorCode::DiskFull) => ErrorKind::Unavailable,
        Some(ErrorCode::ReadOnly | ErrorCode::PermissionDenied | ErrorCode::CannotOpen | ErrorCode::NotADatabase) => {
            ErrorKind::Refused
        }
        Some(ErrorCode::DatabaseCorrupt) => ErrorKind::Corrupt,
        _ => ErrorKind::Other,
    };
    Error::new(kind, Words::failed(operation)).with_source(source)
}
