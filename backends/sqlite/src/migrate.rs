//! The tables and their version.
//!
//! The version is in a table of our own, not in `PRAGMA user_version`: the database can be an application's, which counts its
//! own migrations there. Migrations only add, so that a process of an older release goes on working beside a newer one.

use egret_core::{Error, ErrorKind, StoreVersion, words};
use rusqlite::{Connection, OptionalExtension, TransactionBehavior};

/// Every migration in order; the place in the list, from 1, is the version it leads to.
const MIGRATIONS: [&str; 7] = [
    include_str!("../migrations/0001_initial.sql"),
    include_str!("../migrations/0002_tasks.sql"),
    include_str!("../migrations/0003_presence.sql"),
    include_str!("../migrations/0004_executions_by_end.sql"),
    include_str!("../migrations/0005_owners.sql"),
    include_str!("../migrations/0006_control.sql"),
    include_str!("../migrations/0007_packed_payloads.sql"),
];

/// What keeps the tables of a database from being brought up to date.
pub(crate) enum Unmigrated {
    Sqlite(rusqlite::Error),
    Newer(i64),
}

impl From<rusqlite::Error> for Unmigrated {
    fn from(error: rusqlite::Error) -> Self {
        Self::Sqlite(error)
    }
}

/// Brings the tables up to the version of this program, in one transaction. The caller has its turn at the turnstile.
pub(crate) fn migrate(connection: &mut Connection) -> Result<StoreVersion, Unmigrated> {
    let known = known_version();
    let found = version(connection)?;
    if found == known {
        return Ok(versions(found));
    }
    let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
    // Asked again, because another process may have migrated between the first look and the lock.
    let present = version(&transaction)?;
    if present > known {
        return Err(Unmigrated::Newer(present));
    }
    transaction.execute_batch(
        "CREATE TABLE IF NOT EXISTS egret_schema (
             id INTEGER PRIMARY KEY CHECK (id = 1), version INTEGER NOT NULL, store_id TEXT NOT NULL) STRICT",
    )?;
    for migration in &MIGRATIONS[usize::try_from(present).unwrap_or(0)..] {
        transaction.execute_batch(migration)?;
    }
    let store_id = format!("{:032x}", rand::random::<u128>());
    transaction.execute(
        "INSERT INTO egret_schema (id, version, store_id) VALUES (1, ?1, ?2)
         ON CONFLICT (id) DO UPDATE SET version = excluded.version",
        (known, store_id),
    )?;
    transaction.commit()?;
    Ok(versions(found))
}

/// Tables of a version that only a later program knows.
pub(crate) fn newer(location: &str, version: i64) -> Error {
    let words = words!(
        "store-newer",
        "the store `{store}` has version {version} of its tables, this program knows up to {known}; use the newer program",
        store = location,
        version = version,
        known = MIGRATIONS.len()
    );
    Error::new(ErrorKind::Refused, words)
}

/// A version that was found beside the one that this program knows.
pub(crate) fn versions(found: i64) -> StoreVersion {
    let current = u32::try_from(MIGRATIONS.len()).unwrap_or(u32::MAX);
    StoreVersion { found: u32::try_from(found).unwrap_or(u32::MAX), current }
}

/// Makes every table in an empty database.
pub(crate) fn create_tables(connection: &mut Connection) -> rusqlite::Result<()> {
    match migrate(connection) {
        Ok(_) => Ok(()),
        Err(Unmigrated::Sqlite(error)) => Err(error),
        Err(Unmigrated::Newer(_)) => unreachable!("an empty database has no version"),
    }
}

/// The version to which this program brings a store.
pub(crate) fn known_version() -> i64 {
    i64::try_from(MIGRATIONS.len()).unwrap_or(i64::MAX)
}

/// The version of the tables; 0 when there are none.
pub(crate) fn version(connection: &Connection) -> rusqlite::Result<i64> {
    let exists = "SELECT 1 FROM sqlite_schema WHERE type = 'table' AND name = 'egret_schema'";
    if connection.query_row(exists, [], |_| Ok(())).optional()?.is_none() {
        return Ok(0);
    }
    let version = connection.query_row("SELECT version FROM egret_schema", [], |row| row.get(0)).optional()?;
    Ok(version.unwrap_or(0))
}

/// The identity of a database, made by its first migration: copies of the file share it.
pub(crate) fn store_id(connection: &Connection) -> rusqlite::Result<String> {
    connection.query_row("SELECT store_id FROM egret_schema", [], |row| row.get(0))
}
