//! Rows of Delayed Job's table, read.

use egret_core::{Result, Timestamp};

use super::Store;
use super::transaction::Step;
use crate::database::Columns;
use crate::table::{LockName, Row};

const HELD: &str = include_str!("../../queries/held.sql");
const ROWS: &str = include_str!("../../queries/rows.sql");

/// A row in the order of the columns that statements name.
pub(super) fn read(columns: &Columns) -> Row {
    Row {
        id: columns.integer(0),
        priority: columns.integer(1),
        attempts: columns.count(2),
        handler: columns.text(3).unwrap_or_default(),
        is_utf8: columns.is_whole(3),
        last_error: columns.text(4),
        run_at: columns.moment(5),
        locked_at: columns.moment(6),
        locked_by: columns.text(7),
        failed_at: columns.moment(8),
        queue: columns.text(9),
        created_at: columns.moment(10),
    }
}

impl Store {
    /// The rows of the numbers, locked in their order until the step ends.
    pub(super) async fn hold_rows(&self, step: &mut Step<'_>, ids: &[i64]) -> Result<Vec<Row>> {
        self.rows(step, HELD, ids).await
    }

    /// The rows of the numbers.
    pub(super) async fn look_at_rows(&self, step: &mut Step<'_>, ids: &[i64]) -> Result<Vec<Row>> {
        self.rows(step, ROWS, ids).await
    }

    async fn rows(&self, step: &mut Step<'_>, statement: &str, ids: &[i64]) -> Result<Vec<Row>> {
        let mut rows = Vec::with_capacity(ids.len());
        for ids in ids.chunks(AT_ONCE) {
            let found = step.query(&self.tables.fill(statement), vec![ids.into()]).await?;
            rows.extend(found.iter().map(read));
        }
        Ok(rows)
    }

    /// The moment before which a lock no longer counts.
    pub(super) fn expired_before(&self, now: Timestamp) -> Timestamp {
        let age = i64::try_from(self.settings.max_run_time.as_micros()).unwrap_or(i64::MAX);
        egret_core::job_data::from_microseconds(now.as_microsecond().saturating_sub(age))
    }
}

/// So many numbers go into one statement.
pub(super) const AT_ONCE: usize = 1_000;

/// Whether reading the handler takes long enough to hold others up.
pub(super) fn is_large(row: &Row) -> bool {
    row.handler.len() > 32_768
}

/// The lock of a row that is one of ours.
pub(super) fn lock_of(row: &Row) -> Option<(egret_core::ServiceId, u64)> {
    row.locked_by.as_deref().and_then(LockName::parse)
}
