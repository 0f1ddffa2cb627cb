//! Telling a store that was emptied from one that has just been made.
//!
//! A file of no bytes is what a store is for a moment while it is made, and what a careless redirection or a copy onto a full
//! disk leaves of one. SQLite takes both for an empty database, and the second would lose jobs without a word. So a store
//! that was made leaves its id in a file that is beside it anyway. Whoever makes the database file anew, because nothing has
//! its name, clears that mark before: deleting the file stays the way to begin with an empty store.

use std::fs;
use std::io::ErrorKind as IoErrorKind;
use std::path::Path;

use egret_core::shell::quoted;
use egret_core::{Error, ErrorKind, Result, words};

use crate::error::failed_io;
use crate::folder::Folder;

/// The error for a store whose file has no bytes any more, if it is one.
pub(crate) fn emptied(folder: &Folder) -> Option<Error> {
    // In this order: whoever makes the file anew has cleared the mark by then.
    let is_empty = fs::metadata(folder.database()).is_ok_and(|metadata| metadata.len() == 0);
    let was_made = is_empty && fs::metadata(folder.mark()).is_ok_and(|metadata| metadata.len() > 0);
    was_made.then(|| {
        let words = words!(
            "store-emptied",
            "the store `{store}` was emptied: its file has no bytes any more; stop all services, `{away}`, and restore a \
             backup, `cp BACKUP {typed}`, or `rm {typed}` to begin with an empty store",
            store = folder.database().display(),
            away = away(folder),
            typed = quoted(folder.database().display())
        );
        Error::new(ErrorKind::Corrupt, words)
    })
}

/// The command that deletes what a killed process has left in the journal: SQLite would write it into the backup that takes
/// the place of the file, and destroy that too.
fn away(folder: &Folder) -> String {
    let beside = |suffix| quoted(format_args!("{}{suffix}", folder.database().display()));
    format!("rm -f {} {}", beside("-wal"), beside("-shm"))
}

/// Leaves the mark of a store that has its tables.
pub(crate) fn mark(folder: &Folder, store_id: &str) -> Result<()> {
    let path = folder.mark();
    match fs::read(&path) {
        Ok(known) if known == store_id.as_bytes() => Ok(()),
        _ => write(&path, store_id),
    }
}

/// Clears the mark before a database file is made, unless there is none.
pub(crate) fn unmark(folder: &Folder) -> Result<()> {
    match fs::metadata(folder.mark()) {
        Err(error) if error.kind() == IoErrorKind::NotFound => Ok(()),
        Ok(metadata) if metadata.len() == 0 => Ok(()),
        _ => write(&folder.mark(), ""),
    }
}

/// Into the file as it is: others have locks on it.
fn write(path: &Path, text: &str) -> Result<()> {
    fs::write(path, text).map_err(|error| failed_io("write to the file", path.display(), error))
}
