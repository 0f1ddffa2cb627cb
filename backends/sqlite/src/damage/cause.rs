//! What can happen to a database.

use std::path::Path;

use egret_core::{Words, words};
use rusqlite::{ErrorCode, ffi};
use serde::{Deserialize, Serialize};

/// What happened to the database.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Cause {
    /// Nothing has its name any more.
    Deleted,
    /// Another file has its name.
    Replaced,
    /// Nothing has the name of its write-ahead log any more.
    LogDeleted,
    /// Another file has the name of its write-ahead log.
    LogReplaced,
    /// Something on its pages cannot be.
    Corrupt(String),
}

impl Cause {
    /// The cause that an error of SQLite tells, if it is one.
    pub(crate) fn of(error: &rusqlite::Error) -> Option<Self> {
        is_corruption(error).then(|| Self::Corrupt(error.to_string()))
    }

    /// What happened, for people.
    pub(super) fn words(&self, store: &Path) -> Words {
        let name = name_of(store);
        let deleted =
            |file: String| words!("store-file-deleted", "`{file}` was deleted while it was in use", file = file);
        let replaced = |file: String| {
            words!("store-file-replaced", "`{file}` was replaced by another file while it was in use", file = file)
        };
        match self {
            Self::Deleted => deleted(name),
            Self::Replaced => replaced(name),
            Self::LogDeleted => deleted(format!("{name}-wal")),
            Self::LogReplaced => replaced(format!("{name}-wal")),
            Self::Corrupt(error) => words!(
                "store-file-corrupt",
                "`{file}` holds pages that cannot be ({error})",
                file = name,
                error = error
            ),
        }
    }
}

fn name_of(store: &Path) -> String {
    store.file_name().unwrap_or(store.as_os_str()).display().to_string()
}

/// A database that is destroyed shows as such, as a file of another kind, or as too short for its own pages.
pub(crate) fn is_corruption(error: &rusqlite::Error) -> bool {
    let is_short = |code: &ffi::Error| code.extended_code == ffi::SQLITE_IOERR_SHORT_READ;
    matches!(error.sqlite_error_code(), Some(ErrorCode::DatabaseCorrupt | ErrorCode::NotADatabase))
        || error.sqlite_error().is_some_and(is_short)
}
