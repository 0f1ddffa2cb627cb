//! What can happen to a database.

use std::path::Path;

use egret_core::Saying;
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
    pub(super) fn text(&self, store: &Path) -> String {
        let name = name_of(store);
        match self {
            Self::Deleted => format!("`{name}` was deleted while it was in use"),
            Self::Replaced => format!("`{name}` was replaced by another file while it was in use"),
            Self::LogDeleted => format!("`{name}-wal` was deleted while it was in use"),
            Self::LogReplaced => format!("`{name}-wal` was replaced by another file while it was in use"),
            Self::Corrupt(error) => format!("`{name}` holds pages that cannot be ({error})"),
        }
    }

    /// The same for those who speak another language.
    pub(super) fn saying(&self, store: &Path) -> Saying {
        let name = name_of(store);
        match self {
            Self::Deleted => Saying::new("store-file-deleted").with("file", name),
            Self::Replaced => Saying::new("store-file-replaced").with("file", name),
            Self::LogDeleted => Saying::new("store-file-deleted").with("file", format!("{name}-wal")),
            Self::LogReplaced => Saying::new("store-file-replaced").with("file", format!("{name}-wal")),
            Self::Corrupt(error) => Saying::new("store-file-corrupt").with("file", name).with("error", error),
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
