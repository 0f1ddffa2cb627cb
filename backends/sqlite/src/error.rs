//! From SQLite's and the system's errors to those of the seam.

use egret_core::{Error, ErrorKind};
use rusqlite::ErrorCode;

/// The failure of a verb: `failed to …`.
pub(crate) fn failed(verb: &str, source: rusqlite::Error) -> Error {
    Error::new(kind(&source), format!("failed to {verb}")).with_source(source)
}

/// The failure of an operation on a file.
pub(crate) fn failed_io(message: String, source: impl Into<std::io::Error>) -> Error {
    let source = source.into();
    let kind = match source.kind() {
        std::io::ErrorKind::PermissionDenied | std::io::ErrorKind::ReadOnlyFilesystem => ErrorKind::Refused,
        _ => ErrorKind::Other,
    };
    Error::new(kind, message).with_source(source)
}

fn kind(error: &rusqlite::Error) -> ErrorKind {
    match error.sqlite_error_code() {
        Some(ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked | ErrorCode::DiskFull) => ErrorKind::Unavailable,
        Some(ErrorCode::ReadOnly | ErrorCode::PermissionDenied | ErrorCode::CannotOpen | ErrorCode::NotADatabase) => {
            ErrorKind::Refused
        }
        Some(ErrorCode::DatabaseCorrupt) => ErrorKind::Corrupt,
        _ => ErrorKind::Other,
    }
}
