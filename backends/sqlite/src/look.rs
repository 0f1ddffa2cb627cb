//! Looking at a store without opening it as one.

use std::path::Path;

use egret_core::{Error, ErrorKind, Result, Words, words};
use rusqlite::{Connection, OpenFlags};

use crate::damage::{is_corruption, known_damage};
use crate::emptied::emptied;
use crate::error::no_database;
use crate::folder::Folder;
use crate::migrate::{known_version, version};

/// What is seen of a store from outside.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Glance {
    /// The version of its tables; 0 when it has none yet.
    pub version: i64,
    /// The version that this program knows, to which it brings an older store when it opens it.
    pub known: i64,
}

/// Looks at the file for reading only: nothing is made, migrated or locked for longer than the look takes.
///
/// # Errors
/// [`ErrorKind::Refused`] when it is no database, [`ErrorKind::Corrupt`] when it is a store that was destroyed or emptied,
/// [`ErrorKind::Unavailable`] when it cannot be read.
pub fn look(path: &Path) -> Result<Glance> {
    let location = path.display().to_string();
    let folder = Folder::beside(path);
    if let Some(error) = known_damage(&folder).or_else(|| emptied(&folder)) {
        return Err(error);
    }
    let failed = |error: rusqlite::Error| match error.sqlite_error_code() {
        // What has its folder has been a store.
        Some(rusqlite::ErrorCode::NotADatabase) if !folder.root().exists() => no_database(&location, error),
        _ if is_corruption(&error) => destroyed(&location, error),
        _ => {
            let verb = words!("verb-look-at-the-store-at", "look at the store `{store}`", store = location);
            Error::new(ErrorKind::Unavailable, Words::failed(verb)).with_source(error)
        }
    };
    let connection = Connection::open_with_flags(uri(path), flags()).map_err(failed)?;
    Ok(Glance { version: version(&connection).map_err(failed)?, known: known_version() })
}

/// What was not known before. Nothing is made here; whoever opens it copies what can be read.
fn destroyed(location: &str, source: rusqlite::Error) -> Error {
    let words = words!(
        "store-looks-destroyed",
        "the store `{store}` holds pages that cannot be; `egret store check` copies what can be read beside it and says \
         what to do",
        store = location
    );
    Error::new(ErrorKind::Corrupt, words).with_source(source)
}

fn flags() -> OpenFlags {
    OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_URI | OpenFlags::SQLITE_OPEN_NO_MUTEX
}

/// Without a write-ahead log nobody has the file open: `immutable` keeps SQLite from making its files beside it
/// (<https://www.sqlite.org/uri.html>).
fn uri(path: &Path) -> String {
    let mut escaped = String::new();
    for byte in path.as_os_str().as_encoded_bytes() {
        match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'/' | b'.' | b'-' | b'_' => escaped.push(char::from(*byte)),
            other => escaped.push_str(&format!("%{other:02X}")),
        }
    }
    let mut log = path.as_os_str().to_owned();
    log.push("-wal");
    let immutable = if Path::new(&log).exists() { "" } else { "&immutable=1" };
    format!("file:{escaped}?mode=ro{immutable}")
}
