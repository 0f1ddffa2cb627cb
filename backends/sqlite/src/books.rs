//! What the writer remembers of the store between transactions, so that most of them read nothing twice.

use std::collections::HashSet;

use rusqlite::Connection;

use crate::lanes::Lanes;
use crate::queries;

/// So many numbers are reserved beyond those that are used, so that most commits write one page less. Whoever writes next
/// in another process goes on behind them; no number is given twice, and later ones are larger.
const AHEAD: i64 = 256;

/// Lanes with their figures, the next number and the paused queues: valid until another connection commits.
#[derive(Debug, Default)]
pub(crate) struct Books {
    pub(crate) lanes: Lanes,
    pub(crate) paused: HashSet<String>,
    next: i64,
    /// Numbers below this are ours to give: what the table holds.
    reserved: i64,
    /// What `PRAGMA data_version` answered when this was read; it changes with every commit of another connection.
    version: Option<i64>,
}

impl Books {
    /// Brings everything up to date. Must be called first in each transaction, or outside of one by who only looks.
    pub(crate) fn refresh(&mut self, connection: &Connection) -> rusqlite::Result<()> {
        // Asked first, so that a commit between this and the rest is noticed at the next refresh.
        let version = connection.prepare_cached("PRAGMA data_version")?.query_row([], |row| row.get(0))?;
        if self.version == Some(version) {
            return Ok(());
        }
        self.version = None;
        self.lanes.load(connection)?;
        self.load_pauses(connection)?;
        self.next = connection.prepare_cached(queries::SEQUENCE)?.query_row([], |row| row.get(0))?;
        self.reserved = self.next;
        self.version = Some(version);
        Ok(())
    }

    /// Forgets everything: a transaction was rolled back, or something outside of the books' reach was written.
    pub(crate) fn invalidate(&mut self) {
        *self = Self::default();
    }

    /// A number that was never given before, and is larger than every one that was.
    pub(crate) fn next_number(&mut self) -> i64 {
        self.next_numbers(1)
    }

    /// The first of so many numbers in a row.
    pub(crate) fn next_numbers(&mut self, n: i64) -> i64 {
        let first = self.next;
        self.next += n;
        first
    }

    /// Writes what the transaction has moved. Must be called before its commit.
    pub(crate) fn flush(&mut self, connection: &Connection) -> rusqlite::Result<()> {
        self.lanes.flush(connection)?;
        if self.next > self.reserved {
            let reserved = self.next + AHEAD;
            connection.prepare_cached(queries::SEQUENCE_MOVE)?.execute([reserved])?;
            self.reserved = reserved;
        }
        Ok(())
    }

    pub(crate) fn load_pauses(&mut self, connection: &Connection) -> rusqlite::Result<()> {
        let mut statement = connection.prepare_cached(queries::PAUSES)?;
        self.paused = statement.query_map([], |row| row.get(0))?.collect::<rusqlite::Result<_>>()?;
        Ok(())
    }
}
