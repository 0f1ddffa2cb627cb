//! What an operation has at hand while it runs.

use std::sync::Arc;

use egret_core::job_data::to_microseconds;
use egret_core::{Clock, FailurePolicy, ProcessIdentity, Timing};
use rusqlite::{CachedStatement, Connection};

use super::hot::{Hot, HotStatements};
use crate::books::Books;
use crate::damage::Watch;
use crate::options::VacuumLimits;
use crate::service::{Fleet, Standing};
use crate::state_code::StateCode;
use crate::tasks::TaskLocks;

/// What holds for every operation of an opened store.
#[derive(Debug)]
pub(crate) struct Settings {
    pub(crate) clock: Arc<dyn Clock>,
    pub(crate) timing: Timing,
    pub(crate) head_logs: i64,
    pub(crate) failure_policy: FailurePolicy,
    pub(crate) vacuum: VacuumLimits,
    pub(crate) process: ProcessIdentity,
    pub(crate) fleet: Fleet,
    pub(crate) task_locks: TaskLocks,
    pub(crate) watch: Arc<Watch>,
}

impl Settings {
    /// The store's present moment in microseconds.
    pub(crate) fn now(&self) -> i64 {
        to_microseconds(self.clock.now())
    }
}

/// A connection with the books that belong to it.
#[derive(Debug)]
pub(crate) struct Session<'a> {
    pub(crate) connection: &'a Connection,
    pub(crate) books: &'a mut Books,
    pub(crate) settings: &'a Settings,
    /// Set when jobs became available or services have to look for another reason: sends the hint after the commit.
    pub(crate) is_hint_due: bool,
    /// Living services by name, as far as this transaction has counted them.
    pub(crate) standings: Vec<(String, Standing)>,
    hot: HotStatements<'a>,
}

impl<'a> Session<'a> {
    pub(crate) fn new(connection: &'a Connection, books: &'a mut Books, settings: &'a Settings) -> Self {
        Self { connection, books, settings, is_hint_due: false, standings: Vec::new(), hot: HotStatements::default() }
    }

    pub(crate) fn now(&self) -> i64 {
        self.settings.now()
    }

    /// Executes a statement that answers nothing and says how many rows it changed.
    pub(crate) fn execute(&self, sql: &str, params: impl rusqlite::Params) -> rusqlite::Result<usize> {
        self.connection.prepare_cached(sql)?.execute(params)
    }

    /// One of the statements that run once for each job.
    pub(crate) fn hot(&mut self, hot: Hot) -> rusqlite::Result<&mut CachedStatement<'a>> {
        self.hot.get(self.connection, hot)
    }

    /// Keeps the figures while one job goes from one state into another, both in one lane.
    pub(crate) fn moved(&mut self, lane: i64, from: StateCode, to: StateCode) {
        self.books.lanes.shift(lane, from, -1);
        self.books.lanes.shift(lane, to, 1);
    }
}
