//! The list of tasks.

use egret_core::job_data::to_microseconds;
use egret_core::{Cursor, Error, Listing, Page, Result, TaskFilter, TaskRecord};
use rusqlite::params;

use super::row::TaskRow;
use crate::backend::SqliteBackend;
use crate::queries;
use crate::writer::Session;

/// Rows that are read at once while a filter is applied.
const CHUNK: i64 = 200;
/// Before every task.
const START: Place = (i64::MAX, i64::MAX);

/// Where a task stands in the list: when it started, then its number.
type Place = (i64, i64);

impl SqliteBackend {
    pub(crate) async fn read_task(&self, name: &str) -> Result<Option<TaskRecord>> {
        let name = name.to_owned();
        self.lookups
            .call("find a task", move |session| {
                TaskRow::find(session, &name)?.map(|row| row.into_record(session)).transpose()
            })
            .await
    }

    pub(crate) async fn list_tasks(&self, filter: &TaskFilter, page: &Page) -> Result<Listing<TaskRecord>> {
        let after = page.after.as_ref().map_or(Ok(START), parse)?;
        let (filter, limit) = (filter.clone(), page.limit);
        self.listings.call("list tasks", move |session| list(session, &filter, after, limit)).await
    }
}

/// Walks the tasks after a place until there are enough. One more than asked for tells whether there are more.
fn list(
    session: &mut Session<'_>,
    filter: &TaskFilter,
    after: Place,
    limit: usize,
) -> rusqlite::Result<Listing<TaskRecord>> {
    let mut items = Vec::new();
    let mut place = after;
    loop {
        let rows = rows_after(session, place)?;
        let is_end = i64::try_from(rows.len()).unwrap_or(i64::MAX) < CHUNK;
        for row in rows {
            place = (row.started_at, row.id);
            let record = row.into_record(session)?;
            if !filter.covers(&record.name, record.state) {
                continue;
            }
            if items.len() == limit {
                let next = items.last().map(write);
                return Ok(Listing::page(items, next));
            }
            items.push(record);
        }
        if is_end {
            return Ok(Listing::whole(items));
        }
    }
}

fn rows_after(session: &Session<'_>, (started_at, id): Place) -> rusqlite::Result<Vec<TaskRow>> {
    let mut statement = session.connection.prepare_cached(queries::TASKS)?;
    statement.query_map(params![started_at, id, CHUNK], TaskRow::read)?.collect()
}

fn write(record: &TaskRecord) -> Cursor {
    Cursor(format!("task:{}:{}", record.started_at.map_or(0, to_microseconds), record.id))
}

fn parse(cursor: &Cursor) -> Result<Place> {
    let mut parts = cursor.0.split(':');
    let place = match (parts.next(), parts.next(), parts.next(), parts.next()) {
        (Some("task"), Some(started_at), Some(id), None) => started_at.parse().ok().zip(id.parse().ok()),
        _ => None,
    };
    place.ok_or_else(|| Error::no_cursor(cursor))
}
