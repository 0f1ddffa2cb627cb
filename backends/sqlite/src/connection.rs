//! Connections to the database.

use std::cell::Cell;
use std::path::Path;
use std::thread;
use std::time::Duration;

use rusqlite::{Connection, ErrorCode, OpenFlags};

/// Bound of the file beside the database that holds what has not been carried over; it is cut back to this.
pub(crate) const WAL_LIMIT_BYTES: i64 = 32 << 20;
/// So much of the database a connection that writes keeps in memory, in KiB: it works at the ends of its trees, and more
/// made nothing faster.
const WRITER_CACHE_KIB: i64 = 1024;
/// The same for one that reads.
const READER_CACHE_KIB: i64 = 1024;
/// Statements kept ready: more than there are queries.
const STATEMENTS: usize = 96;
/// So often SQLite asks again for a lock before it gives up: about a minute.
const MAX_RETRIES: i32 = 6_000;

/// A connection for a thread that writes.
pub(crate) fn open_writer(path: &Path) -> rusqlite::Result<Connection> {
    let connection = open(path, WRITER_CACHE_KIB)?;
    // The checkpoint thread does that, so that no commit has to.
    connection.pragma_update(None, "wal_autocheckpoint", 0)?;
    // The writer syncs the log itself, after the commits that promise to be durable.
    connection.pragma_update(None, "synchronous", "NORMAL")?;
    Ok(connection)
}

/// A connection for a thread that reads.
pub(crate) fn open_reader(path: &Path) -> rusqlite::Result<Connection> {
    let connection = open(path, READER_CACHE_KIB)?;
    connection.pragma_update(None, "query_only", true)?;
    Ok(connection)
}

/// A connection of which nothing was asked yet, so that there is one to a destroyed database as well.
pub(crate) fn open_bare(path: &Path) -> rusqlite::Result<Connection> {
    // Never made here: a database that was deleted under us must not come back empty.
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    #[allow(unused_mut, reason = "setting the busy handler takes `&self` in rusqlite 0.39 and `&mut self` in 0.43")]
    let mut connection = Connection::open_with_flags(path, flags)?;
    connection.busy_handler(Some(wait_for_lock as fn(i32) -> bool))?;
    Ok(connection)
}

fn open(path: &Path, cache_kib: i64) -> rusqlite::Result<Connection> {
    let connection = open_bare(path)?;
    connection.set_prepared_statement_cache_capacity(STATEMENTS);
    connection.pragma_update(None, "cache_size", -cache_kib)?;
    connection.pragma_update(None, "journal_size_limit", WAL_LIMIT_BYTES)?;
    Ok(connection)
}

thread_local! {
    /// Whether this thread waits for no lock.
    static IS_IMPATIENT: Cell<bool> = const { Cell::new(false) };
}

/// While this lives, its thread waits for no lock of a database: what would have to wait fails as busy.
#[derive(Debug)]
pub(crate) struct Impatience(());

impl Impatience {
    pub(crate) fn begin() -> Self {
        IS_IMPATIENT.set(true);
        Self(())
    }
}

impl Drop for Impatience {
    fn drop(&mut self) {
        IS_IMPATIENT.set(false);
    }
}

/// Whether an operation only failed because it would have had to wait.
pub(crate) fn is_busy(error: &rusqlite::Error) -> bool {
    matches!(error.sqlite_error_code(), Some(ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked))
}

/// Called by SQLite when a lock is taken; answers whether to ask again.
fn wait_for_lock(retries: i32) -> bool {
    if IS_IMPATIENT.get() {
        return false;
    }
    thread::sleep(match retries {
        ..20 => Duration::from_micros(50),
        20..100 => Duration::from_millis(1),
        // Whoever waits this long shares the processors with the one that works, and perhaps with many that wait.
        _ => Duration::from_millis(10),
    });
    retries < MAX_RETRIES
}
