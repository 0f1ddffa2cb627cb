//! SQLite.

#![allow(dead_code, reason = "each test program uses a part of it")]

use egret_core::{Result, Timestamp};
use egret_delayed_job::sqlite::SqliteTable;
use egret_delayed_job::table::{End, LockName, NewRow, Reservation, Row};
use rusqlite::Connection;

use crate::databases::Database;

/// A database in memory, or in a file that Ruby opens as well.
pub(crate) struct Sqlite {
    pub(crate) connection: Connection,
    pub(crate) table: SqliteTable,
}

impl Sqlite {
    pub(crate) fn new() -> Self {
        let connection = Connection::open_in_memory().unwrap();
        let table = SqliteTable::create(&connection, "").unwrap();
        Self { connection, table }
    }

    /// With a table that others have made.
    pub(crate) fn made_by(sql: &str) -> Self {
        let connection = Connection::open_in_memory().unwrap();
        connection.execute_batch(sql).unwrap();
        let table = SqliteTable::open(&connection, "").unwrap();
        Self { connection, table }
    }
}

impl Database for Sqlite {
    fn insert(&self, row: &NewRow, now: Timestamp) -> Result<i64> {
        self.table.insert(&self.connection, row, now)
    }

    fn reserve(&self, reservation: &Reservation) -> Result<Option<Row>> {
        self.table.reserve(&self.connection, reservation)
    }

    fn find(&self, id: i64) -> Result<Option<Row>> {
        self.table.find(&self.connection, id)
    }

    fn end(&self, id: i64, name: &LockName, end: &End, now: Timestamp) -> Result<bool> {
        self.table.end(&self.connection, id, name, end, now)
    }

    fn renew(&self, id: i64, name: &LockName, now: Timestamp) -> Result<bool> {
        self.table.renew(&self.connection, id, name, now)
    }

    fn clear_locks(&self, name: &LockName) -> Result<usize> {
        self.table.clear_locks(&self.connection, name)
    }

    fn clear(&self) -> Result<usize> {
        self.table.clear(&self.connection)
    }

    fn n_older(&self, before: Timestamp) -> Result<u64> {
        self.table.n_older(&self.connection, before)
    }

    fn set(&self, id: i64, assignment: &str) {
        let update = format!("UPDATE delayed_jobs SET {assignment} WHERE id = {id}");
        assert_eq!(self.connection.execute(&update, []).unwrap(), 1);
    }

    fn n_free(&self) -> i64 {
        let count = "SELECT count(*) FROM delayed_jobs WHERE locked_by IS NULL";
        self.connection.query_row(count, [], |row| row.get(0)).unwrap()
    }
}
