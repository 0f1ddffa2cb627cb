//! Carrying committed pages from SQLite's write-ahead log into the database, on a thread and connection of its own, so that
//! no commit waits for it.
//!
//! A passive checkpoint disturbs nobody, but writers outrun it, and the log grows. A commit that lengthens a file costs the
//! disk far more than one that writes over what is there (the file system has to note the new length, durably), so the log
//! should be used again from its beginning as soon as possible. Therefore a second checkpoint takes its turn at the
//! turnstile for the little that was written during the first: then everything is carried over, and the next commit begins
//! at the head of the log. Above [`WAL_LIMIT_BYTES`] it cuts the log back instead.

use std::path::{Path, PathBuf};
use std::sync::mpsc::{Receiver, RecvTimeoutError, SyncSender, sync_channel};
use std::thread::JoinHandle;
use std::time::Duration;

use rusqlite::Connection;

use crate::connection::{WAL_LIMIT_BYTES, open_writer};
use crate::turnstile::Turnstile;
use crate::writer::THREAD_STACK;

/// About so many pages are written between two looks at the length of the log.
const PAGES_BETWEEN_LOOKS: usize = 1000;
/// Pages that every commit writes, about: the figures, the numbers and the heads of indexes.
const PAGES_A_COMMIT: usize = 4;
/// Length of the log, in pages, from which a passive checkpoint is worth its while.
const PASSIVE_AT: i64 = 2000;
/// SQLite's page size when nobody has chosen another.
const PAGE_BYTES: i64 = 4096;
/// For how long emptying the log waits for readers. It keeps writers waiting meanwhile, and can be tried again.
const EMPTYING_PATIENCE: Duration = Duration::from_millis(50);
/// After so long without work the connection is closed, so that an idle service is small.
const IDLE: Duration = Duration::from_secs(5);

/// The writer's side: notices when the log has grown, and calls the thread.
#[derive(Debug)]
pub(crate) struct Checkpointer {
    path: PathBuf,
    folder: PathBuf,
    pages: usize,
    thread: Option<(SyncSender<()>, JoinHandle<()>)>,
}

impl Checkpointer {
    /// For the database and the folder with its locks. The thread is started when it is first needed.
    pub(crate) fn new(path: PathBuf, folder: PathBuf) -> Self {
        Self { path, folder, pages: 0, thread: None }
    }

    /// Must be called after each commit, with about the number of rows it wrote.
    pub(crate) fn committed(&mut self, connection: &Connection, weight: usize) {
        self.pages += PAGES_A_COMMIT + weight / 4;
        if self.pages < PAGES_BETWEEN_LOOKS {
            return;
        }
        self.pages = 0;
        match Log::look(connection, "PRAGMA wal_checkpoint(NOOP)") {
            Ok(log) if log.n_pages >= PASSIVE_AT && log.n_carried < log.n_pages => self.call(),
            Ok(_) => {}
            Err(error) => tracing::warn!(%error, "failed to look at the length of the write-ahead log"),
        }
    }

    fn call(&mut self) {
        if self.thread.is_none() {
            match self.start() {
                Ok(thread) => self.thread = Some(thread),
                Err(error) => {
                    tracing::error!(%error, "failed to start the checkpoint thread");
                    return;
                }
            }
        }
        if let Some((calls, _)) = &self.thread {
            // A full queue means that it is called already.
            let _ = calls.try_send(());
        }
    }

    fn start(&self) -> std::io::Result<(SyncSender<()>, JoinHandle<()>)> {
        let (sender, calls) = sync_channel(1);
        let (path, folder) = (self.path.clone(), self.folder.clone());
        let builder = std::thread::Builder::new().name("egret-checkpoint".to_owned()).stack_size(THREAD_STACK);
        Ok((sender, builder.spawn(move || work(&path, &folder, &calls))?))
    }
}

impl Drop for Checkpointer {
    fn drop(&mut self) {
        if let Some((calls, thread)) = self.thread.take() {
            drop(calls);
            if thread.join().is_err() {
                tracing::error!("the checkpoint thread of a store panicked");
            }
        }
    }
}

/// The length of the log, and how much of it is in the database already.
struct Log {
    n_pages: i64,
    n_carried: i64,
}

impl Log {
    fn look(connection: &Connection, pragma: &str) -> rusqlite::Result<Self> {
        connection.query_row(pragma, [], |row| Ok(Self { n_pages: row.get(1)?, n_carried: row.get(2)? }))
    }
}

fn work(path: &Path, folder: &Path, calls: &Receiver<()>) {
    // Outer loop: asleep without a connection. Inner loop: at work with one.
    while calls.recv().is_ok() {
        let outcome = open_writer(path).and_then(|connection| {
            connection.busy_timeout(EMPTYING_PATIENCE)?;
            checkpoint(&connection, folder)?;
            loop {
                match calls.recv_timeout(IDLE) {
                    Ok(()) => checkpoint(&connection, folder)?,
                    Err(RecvTimeoutError::Timeout | RecvTimeoutError::Disconnected) => return Ok(()),
                }
            }
        });
        if let Err(error) = outcome {
            tracing::warn!(%error, "failed to carry the write-ahead log into the database");
        }
    }
}

fn checkpoint(connection: &Connection, folder: &Path) -> rusqlite::Result<()> {
    let log = Log::look(connection, "PRAGMA wal_checkpoint(PASSIVE)")?;
    let Ok(mut turnstile) = Turnstile::open(folder) else { return Ok(()) };
    let _turn = turnstile.enter();
    let rest = match log.n_pages * PAGE_BYTES > WAL_LIMIT_BYTES {
        true => "PRAGMA wal_checkpoint(TRUNCATE)",
        false => "PRAGMA wal_checkpoint(PASSIVE)",
    };
    Log::look(connection, rest).map(|_| ())
}
