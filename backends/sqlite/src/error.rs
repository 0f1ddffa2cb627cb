//! From SQLite's and the system's errors to those of the seam.

use std::fmt::Display;

use egret_core::{Error, ErrorKind, Saying, Words, words};
use rusqlite::{ErrorCode, ffi};

/// The failure of a verb: `failed to …`.
pub(crate) fn failed(verb: &str, source: rusqlite::Error) -> Error {
    failed_at(Words::verb(verb), source)
}

/// The failure of a verb of which the words name something.
pub(crate) fn failed_at(verb: Words, source: rusqlite::Error) -> Error {
    let words = match remedy(&source) {
        None => Words::failed(verb),
        Some(remedy) => Words::refused(verb, remedy.words()),
    };
    Error::new(kind(&source), words).with_source(source)
}

/// The failure of an operation on a file, or on what is named like one: `failed to … `path``.
pub(crate) fn failed_io(verb: &str, path: impl Display, source: impl Into<std::io::Error>) -> Error {
    use std::io::ErrorKind as Io;
    let source = source.into();
    let (kind, remedy) = match source.kind() {
        Io::PermissionDenied => (ErrorKind::Refused, Some(NOT_PERMITTED)),
        Io::ReadOnlyFilesystem => (ErrorKind::Refused, Some(READ_ONLY_DISK)),
        Io::StorageFull | Io::QuotaExceeded => (ErrorKind::Unavailable, Some(DISK_FULL)),
        _ => (ErrorKind::Other, None),
    };
    let words = words!("store-file-failed", "failed to {verb} `{path}`", path = path);
    let words = words.with_part("verb", &Words::verb(verb));
    let words = match remedy.map(Remedy::words) {
        None => words,
        Some(reason) => {
            words!("store-refused", "{words}: {reason}").with_part("what", &words).with_part("reason", &reason)
        }
    };
    Error::new(kind, words).with_source(source)
}

/// A file of something else stands where a store should.
pub(crate) fn no_database(location: &str, source: rusqlite::Error) -> Error {
    let words = words!(
        "store-no-database",
        "`{path}` is not a SQLite database; name another file by `EGRET_URL` or `url` in config/job.yml, or move it away",
        path = location
    );
    Error::new(ErrorKind::Refused, words).with_source(source)
}

/// What a person can do about an error that is not Egret's.
fn remedy(error: &rusqlite::Error) -> Option<Remedy> {
    match error.sqlite_error_code()? {
        ErrorCode::DiskFull => Some(DISK_FULL),
        _ if is_refused_write(error) => Some(DISK_FULL),
        ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked => Some(LOCKED),
        ErrorCode::ReadOnly => Some(READ_ONLY),
        _ => None,
    }
}

/// What a person can do, in English and by the name of the message.
#[derive(Clone, Copy)]
struct Remedy {
    name: &'static str,
    text: &'static str,
}

impl Remedy {
    fn words(self) -> Words {
        Words::said(self.text, Saying::new(self.name))
    }
}

const LOCKED: Remedy = Remedy {
    name: "store-remedy-locked",
    text: "another process has held the store's write lock for a minute, perhaps because it was stopped in the middle of a \
           transaction; `fuser -v` on the file names those that have it open, let that one go on (`kill -CONT`) or end it",
};
const READ_ONLY: Remedy =
    Remedy { name: "store-remedy-read-only", text: "the file or its folder cannot be written by this user" };
const NOT_PERMITTED: Remedy = Remedy {
    name: "store-remedy-not-permitted",
    text: "this user may not do that; run it as the owner of the files, or give them to this user with `chown`",
};
const READ_ONLY_DISK: Remedy = Remedy {
    name: "store-remedy-read-only-disk",
    text: "the disk is read-only here; mount it for writing, or name another place by `EGRET_URL`",
};
const DISK_FULL: Remedy = Remedy {
    name: "store-remedy-disk-full",
    text: "the disk takes no more, nothing was stored; make room, and see `retention` with `max_size` in config/job.yml, \
           which keeps the store within bounds",
};

/// A quota or a limit of the file's size shows as a failed write, not as a full disk.
fn is_refused_write(error: &rusqlite::Error) -> bool {
    let is_write =
        |code: &ffi::Error| [ffi::SQLITE_IOERR_WRITE, ffi::SQLITE_IOERR_SHMSIZE].contains(&code.extended_code);
    error.sqlite_error().is_some_and(is_write)
}

fn kind(error: &rusqlite::Error) -> ErrorKind {
    if is_refused_write(error) {
        return ErrorKind::Unavailable;
    }
    match error.sqlite_error_code() {
        Some(ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked | ErrorCode::DiskFull) => ErrorKind::Unavailable,
        Some(ErrorCode::ReadOnly | ErrorCode::PermissionDenied | ErrorCode::CannotOpen | ErrorCode::NotADatabase) => {
            ErrorKind::Refused
        }
        Some(ErrorCode::DatabaseCorrupt) => ErrorKind::Corrupt,
        _ => ErrorKind::Other,
    }
}

#[cfg(test)]
mod tests {
    use rusqlite::Connection;

    use super::*;

    #[test]
    fn a_full_disk_says_what_to_do() {
        let connection = Connection::open_in_memory().unwrap();
        connection.execute_batch("CREATE TABLE filling (text); PRAGMA max_page_count = 3").unwrap();
        let error = connection.execute("INSERT INTO filling VALUES (zeroblob(1000000))", []).unwrap_err();
        let error = failed("enqueue jobs", error);
        assert_eq!(error.kind(), ErrorKind::Unavailable);
        assert!(error.to_string().starts_with("failed to enqueue jobs: the disk takes no more"), "{error}");
        assert!(error.to_string().contains("`max_size`"), "{error}");
    }

    #[test]
    fn what_the_system_refuses_says_what_to_do() {
        for (refusal, kind, words) in [
            (std::io::ErrorKind::PermissionDenied, ErrorKind::Refused, "`chown`"),
            (std::io::ErrorKind::ReadOnlyFilesystem, ErrorKind::Refused, "mount it for writing"),
            (std::io::ErrorKind::StorageFull, ErrorKind::Unavailable, "make room"),
        ] {
            let error = failed_io("make the file", "x", refusal);
            assert_eq!(error.kind(), kind);
            assert!(error.to_string().starts_with("failed to make the file `x`: "), "{error}");
            assert!(error.to_string().contains(words), "{error}");
        }
        let error = failed_io("make the file", "x", std::io::ErrorKind::NotFound);
        assert_eq!((error.kind(), error.to_string().as_str()), (ErrorKind::Other, "failed to make the file `x`"));
    }

    #[test]
    fn a_lock_that_is_never_free_says_who_may_hold_it() {
        let busy = rusqlite::Error::SqliteFailure(ffi::Error::new(ffi::SQLITE_BUSY), None);
        let error = failed("claim jobs", busy);
        assert!(error.is_temporary());
        assert!(error.to_string().contains("kill -CONT"), "{error}");
    }
}
