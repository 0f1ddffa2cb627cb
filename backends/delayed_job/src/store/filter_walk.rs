//! A walk through the rows in the order of a listing.

use std::collections::HashMap;

use egret_core::job_data::from_microseconds;
use egret_core::{Cursor, Error, JobFilter, JobOrder, JobRecord, JobState, Result, Runner, ServiceId};
use jiff::Timestamp;

use super::row::{is_large, read};
use super::transaction::Step;
use super::{Store, UNNAMED};
use crate::database::Value;
use crate::table::Row;

const LIVE: &str = include_str!("../../queries/live.sql");
const TIMELESS: &str = include_str!("../../queries/timeless.sql");
const FAILED: &str = include_str!("../../queries/failed.sql");
const STORED: &str = include_str!("../../queries/stored.sql");

/// So many rows are read at once.
const AT_ONCE: usize = 500;

/// Behind which row a walk goes on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Place {
    /// Live rows, by the time at which they are due and their numbers.
    Live(Timestamp, i64),
    /// Rows without a time, which nobody takes.
    Timeless(i64),
    /// Rows that were given up, the latest first.
    Failed(Timestamp, i64),
    /// All rows by their numbers: the only order that an index has, for whoever needs all of them and none in particular.
    Stored(i64),
}

/// A row with its place.
#[derive(Debug)]
pub(super) struct Placed {
    pub(super) row: Row,
    pub(super) record: JobRecord,
}

impl Place {
    /// Before everything.
    fn start(order: JobOrder) -> Self {
        match order {
            JobOrder::DueFirst => Self::Live(earliest(), i64::MIN),
            JobOrder::LatestFirst => Self::Timeless(0),
        }
    }

    /// Before the first row, by their numbers.
    pub(super) const FIRST_STORED: Self = Self::Stored(i64::MIN);

    /// Where a walk goes on behind a row.
    fn behind(self, row: &Row) -> Self {
        if let Self::Stored(_) = self { Self::Stored(row.id) } else { Self::of(row) }
    }

    /// Behind a row of a listing.
    pub(super) fn of(row: &Row) -> Self {
        match (row.failed_at, row.run_at) {
            (Some(failed_at), _) => Self::Failed(failed_at, row.id),
            (None, Some(run_at)) => Self::Live(run_at, row.id),
            (None, None) => Self::Timeless(row.id),
        }
    }

    /// Where the walk goes on when there are no more rows of this kind.
    fn next_kind(self, order: JobOrder) -> Option<Self> {
        let failed = Self::Failed(Timestamp::MAX, i64::MAX);
        match (self, order) {
            (Self::Live(..), JobOrder::DueFirst) => Some(Self::Timeless(0)),
            (Self::Timeless(_), JobOrder::LatestFirst) => Some(Self::Live(Timestamp::MAX, i64::MAX)),
            (Self::Live(..), JobOrder::LatestFirst) | (Self::Timeless(_), JobOrder::DueFirst) => Some(failed),
            (Self::Failed(..) | Self::Stored(_), _) => None,
        }
    }

    pub(super) fn write(self) -> Cursor {
        Cursor(match self {
            Self::Live(at, id) => format!("live:{}:{id}", at.as_microsecond()),
            Self::Timeless(id) => format!("timeless:{id}"),
            Self::Failed(at, id) => format!("failed:{}:{id}", at.as_microsecond()),
            Self::Stored(id) => format!("stored:{id}"),
        })
    }

    pub(super) fn parse(cursor: &Cursor) -> Result<Self> {
        let refused = || Error::no_cursor(cursor);
        let number = |text: Option<&str>| text.and_then(|text| text.parse::<i64>().ok()).ok_or_else(refused);
        let mut parts = cursor.0.split(':');
        let place = match parts.next() {
            Some("live") => Self::Live(from_microseconds(number(parts.next())?), number(parts.next())?),
            Some("timeless") => Self::Timeless(number(parts.next())?),
            Some("stored") => Self::Stored(number(parts.next())?),
            Some("failed") => Self::Failed(from_microseconds(number(parts.next())?), number(parts.next())?),
            _ => return Err(refused()),
        };
        if parts.next().is_some() { Err(refused()) } else { Ok(place) }
    }
}

/// Before every time that all databases can write: the year 1000.
fn earliest() -> Timestamp {
    from_microseconds(-30_610_224_000_000_000)
}

/// A walk that goes on where it was left.
#[derive(Debug)]
pub(super) struct Walk<'a> {
    filter: &'a JobFilter,
    order: JobOrder,
    place: Option<Place>,
    runners: HashMap<ServiceId, Runner>,
    now: Timestamp,
    /// Rows that were read so far.
    pub(super) n_read: usize,
}

impl Walk<'_> {
    /// Behind which row it goes on; `None` at its end.
    pub(super) fn reached(&self) -> Option<Place> {
        self.place
    }
}

impl Store {
    /// Begins a walk. The text of the filter is not looked at.
    pub(super) async fn walk<'a>(
        &self,
        step: &mut Step<'_>,
        filter: &'a JobFilter,
        order: JobOrder,
        after: Option<Place>,
    ) -> Result<Walk<'a>> {
        let runners = self.roster(step).await?.iter().map(|known| (known.id, known.runner())).collect();
        let place = Some(after.unwrap_or_else(|| Place::start(order)));
        Ok(Walk { filter, order, place, runners, now: self.clock(), n_read: 0 })
    }

    /// The next rows that the filter covers, but for its text; `None` at the end. Few or none of many that were read.
    pub(super) async fn next_rows(&self, step: &mut Step<'_>, walk: &mut Walk<'_>) -> Result<Option<Vec<Placed>>> {
        loop {
            let Some(place) = walk.place else { return Ok(None) };
            let rows = match self.can_be(walk.filter, place) {
                true => self.rows_behind(step, walk, place).await?,
                false => Vec::new(),
            };
            walk.place = match rows.last() {
                Some(last) if rows.len() == AT_ONCE => Some(place.behind(last)),
                _ => place.next_kind(walk.order),
            };
            if rows.is_empty() {
                continue;
            }
            walk.n_read += rows.len();
            return self.placed(step, walk, rows).await.map(Some);
        }
    }

    /// Whether rows of the kind can be in a state that is asked for.
    fn can_be(&self, filter: &JobFilter, place: Place) -> bool {
        let is_failed = match place {
            Place::Stored(_) => return true,
            place => matches!(place, Place::Failed(..)),
        };
        filter.states.is_empty() || filter.states.iter().any(|state| (*state == JobState::Discarded) == is_failed)
    }

    async fn rows_behind(&self, step: &mut Step<'_>, walk: &Walk<'_>, place: Place) -> Result<Vec<Row>> {
        let (narrowed, narrowing) = self.narrow(walk.filter);
        let (beyond, direction) = match walk.order {
            JobOrder::DueFirst => (">", "ASC"),
            JobOrder::LatestFirst => ("<", "DESC"),
        };
        let (statement, mut parameters): (&str, Vec<Value>) = match place {
            Place::Live(at, id) => (LIVE, vec![at.into(), at.into(), id.into()]),
            Place::Timeless(id) => (TIMELESS, vec![id.into()]),
            Place::Failed(at, id) => (FAILED, vec![at.into(), at.into(), id.into()]),
            Place::Stored(id) => (STORED, vec![id.into()]),
        };
        parameters.extend(narrowing);
        parameters.push(AT_ONCE.into());
        let statement =
            statement.replace("{beyond}", beyond).replace("{direction}", direction).replace("{narrowed}", &narrowed);
        Ok(step.query(&self.tables.fill(&statement), parameters).await?.iter().map(read).collect())
    }

    /// The part of a filter that the database judges: the queue.
    fn narrow(&self, filter: &JobFilter) -> (String, Vec<Value>) {
        match &filter.queue {
            Some(queue) if self.tables.has_queue => self.in_queues(std::slice::from_ref(queue)),
            Some(queue) if queue != UNNAMED => (" AND 1 = 0".to_owned(), Vec::new()),
            _ => (String::new(), Vec::new()),
        }
    }

    async fn placed(&self, step: &mut Step<'_>, walk: &Walk<'_>, rows: Vec<Row>) -> Result<Vec<Placed>> {
        let ids: Vec<i64> = rows.iter().map(|row| row.id).collect();
        let marks = self.marks_of(step, &ids).await?;
        let rest = walk.filter.without_text();
        let mut placed = Vec::new();
        for row in rows {
            let mark = marks.get(&row.id);
            let runner = mark.and_then(|mark| mark.service).and_then(|service| walk.runners.get(&service));
            let record = self.record(&row, mark, runner, walk.now);
            if is_large(&row) {
                // Beats are sent by this thread as well.
                tokio::task::yield_now().await;
            }
            if rest.covers(&record) {
                placed.push(Placed { row, record });
            }
        }
        Ok(placed)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cursor_is_read_as_it_was_written() {
        let at: Timestamp = "2026-11-23T19:01:31.246532Z".parse().unwrap();
        for place in [Place::Live(at, 7), Place::Timeless(9), Place::Failed(at, i64::MAX), Place::Stored(3)] {
            assert_eq!(Place::parse(&place.write()).unwrap(), place);
        }
        for text in ["", "live", "live:1", "live:1:2:3", "failed:x:1", "-"] {
            assert!(Place::parse(&Cursor(text.to_owned())).is_err(), "{text}");
        }
    }
}
