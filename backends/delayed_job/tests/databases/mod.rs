//! Databases with a table of Delayed Job, for tests.

#![allow(dead_code, reason = "each test program uses a part of it")]

use egret_core::{Result, Timestamp};
use egret_delayed_job::table::{End, LockName, NewRow, Reservation, Row};

/// The statements of one database on an empty table.
pub(crate) trait Database {
    fn insert(&self, row: &NewRow, now: Timestamp) -> Result<i64>;
    fn reserve(&self, reservation: &Reservation) -> Result<Option<Row>>;
    fn find(&self, id: i64) -> Result<Option<Row>>;
    fn end(&self, id: i64, name: &LockName, end: &End, now: Timestamp) -> Result<bool>;
    fn renew(&self, id: i64, name: &LockName, now: Timestamp) -> Result<bool>;
    fn clear_locks(&self, name: &LockName) -> Result<usize>;
    fn clear(&self) -> Result<usize>;
    fn n_older(&self, before: Timestamp) -> Result<u64>;
    /// Changes a row as another program could.
    fn set(&self, id: i64, assignment: &str);
    /// How many rows nobody has.
    fn n_free(&self) -> i64;
}
