//! Making commits durable: by hand, after them, with `fdatasync`.
//!
//! SQLite does it itself under `synchronous = FULL`, but before it lets go of its lock, and with `fsync` unless it was
//! compiled otherwise, which writes the file's times through the file system's journal as well. So commits are made under
//! `NORMAL`, which keeps the database whole, and whoever was promised durability is answered after the log was synced here.
//! The log is one file for all processes and is written from front to back: syncing it makes every commit before durable,
//! whoever made it. What a checkpoint has carried over in between was synced by the checkpoint, and the head of a new log, with
//! its name in the folder, by SQLite (under `NORMAL`, too; 3.51, `sqlite3WalFrames` in `src/wal.c`).

use std::fs::File;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use rusqlite::ffi;

/// The write-ahead log of a database, to be synced.
///
/// Clones are of the one log.
#[derive(Clone, Debug)]
pub(crate) struct LogSync {
    path: Arc<Path>,
    /// Nanoseconds that the last sync took, whoever called for it.
    last: Arc<AtomicU64>,
    /// SQLite keeps the file for as long as a connection is open, and locks other files.
    file: Option<Arc<File>>,
}

impl LogSync {
    /// For the log beside the database.
    pub(crate) fn of(database: &Path) -> Self {
        let mut path = database.as_os_str().to_owned();
        path.push("-wal");
        Self { path: Path::new(&path).into(), last: Arc::new(AtomicU64::new(u64::MAX)), file: None }
    }

    /// Opens the log, once. The caller is in a transaction, so that SQLite has made it.
    pub(crate) fn open(&mut self) -> rusqlite::Result<()> {
        if self.file.is_none() {
            self.file = Some(Arc::new(File::open(&self.path).map_err(|error| self.failed(&error))?));
        }
        Ok(())
    }

    /// Returns when every commit so far survives a power loss. The log must be open.
    pub(crate) fn sync(&self) -> rusqlite::Result<()> {
        let began = Instant::now();
        let synced = match &self.file {
            Some(file) => rustix::fs::fdatasync(file).map_err(std::io::Error::from),
            None => Err(std::io::ErrorKind::NotFound.into()),
        };
        self.last.store(u64::try_from(began.elapsed().as_nanos()).unwrap_or(u64::MAX), Ordering::Relaxed);
        synced.map_err(|error| self.failed(&error))
    }

    /// Whether the last sync took at most so long.
    pub(crate) fn took_at_most(&self, span: Duration) -> bool {
        u128::from(self.last.load(Ordering::Relaxed)) <= span.as_nanos()
    }

    fn failed(&self, error: &std::io::Error) -> rusqlite::Error {
        let code = ffi::Error { code: rusqlite::ErrorCode::SystemIoFailure, extended_code: ffi::SQLITE_IOERR_FSYNC };
        rusqlite::Error::SqliteFailure(code, Some(format!("failed to sync `{}`: {error}", self.path.display())))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_log_that_cannot_be_synced_is_an_error_with_its_name() {
        let folder = tempfile::tempdir().unwrap();
        let mut log = LogSync::of(&folder.path().join("egret.db"));
        assert!(log.sync().is_err(), "it is not open");
        let error = log.open().unwrap_err();
        assert!(error.to_string().contains("egret.db-wal"), "{error}");
        assert_eq!(error.sqlite_error_code(), Some(rusqlite::ErrorCode::SystemIoFailure));
        std::fs::write(folder.path().join("egret.db-wal"), "").unwrap();
        log.open().unwrap();
        log.clone().sync().unwrap();
        assert!(log.took_at_most(Duration::from_secs(3600)));
    }

    #[test]
    fn a_log_that_was_never_synced_is_not_known_as_quick() {
        assert!(!LogSync::of(Path::new("/nonexistent/egret.db")).took_at_most(Duration::from_secs(3600)));
    }
}
