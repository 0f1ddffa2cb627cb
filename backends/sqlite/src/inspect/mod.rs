//! The verbs *find* and *inspect*.

mod live;
mod record;
mod running;

use egret_core::{Cursor, Error, ErrorKind, JobFilter, JobId, JobRecord, JobState, Listing, Page, Result};
use rusqlite::{OptionalExtension, params};

use crate::backend::SqliteBackend;
use crate::job_key::JobKey;
use crate::queries;
use crate::state_code::StateCode;
use crate::writer::Session;

use record::read_record;

pub(crate) use record::origin;
pub(crate) use running::Running;

/// Where a job is in the order of listings.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Place {
    Live { due_at: i64, position: i64, record: i64 },
    Finished { finished_at: i64, record: i64 },
}

impl SqliteBackend {
    pub(crate) async fn find_job(&self, id: &JobId) -> Result<Option<JobRecord>> {
        let key = JobKey::from(id);
        self.listings.call("find a job", move |session| find(session, &key)).await
    }

    pub(crate) async fn list_jobs(&self, filter: &JobFilter, page: &Page) -> Result<Listing<JobRecord>> {
        let after = page.after.as_ref().map(parse_cursor).transpose()?;
        let (filter, limit) = (filter.clone(), page.limit);
        self.listings.call("list jobs", move |session| list(session, &filter, limit, after)).await
    }

    pub(crate) async fn list_ids(&self, filter: &JobFilter, page: &Page) -> Result<Listing<JobId>> {
        let after = page.after.as_ref().map(parse_cursor).transpose()?;
        let (filter, limit) = (filter.clone(), page.limit);
        self.listings.call("list ids of jobs", move |session| ids(session, &filter, limit, after)).await
    }
}

fn find(session: &mut Session<'_>, key: &JobKey) -> rusqlite::Result<Option<JobRecord>> {
    let running = Running::read(session)?;
    let mut statement = session.connection.prepare_cached(queries::FIND)?;
    statement.query_row(params![key], |row| read_record(session, row, &running)).optional()
}

fn list(
    session: &mut Session<'_>,
    filter: &JobFilter,
    limit: usize,
    after: Option<Place>,
) -> rusqlite::Result<Listing<JobRecord>> {
    let running = Running::read(session)?;
    let (places, next) = page(session, filter, limit, after, &running)?;
    let mut statement = session.connection.prepare_cached(queries::FIND_RECORD)?;
    let read = |place: &Place| statement.query_row([place.record()], |row| read_record(session, row, &running));
    Ok(Listing { items: places.iter().map(read).collect::<rusqlite::Result<_>>()?, next })
}

/// The same without payloads.
fn ids(
    session: &mut Session<'_>,
    filter: &JobFilter,
    limit: usize,
    after: Option<Place>,
) -> rusqlite::Result<Listing<JobId>> {
    let running = Running::read(session)?;
    let (places, next) = page(session, filter, limit, after, &running)?;
    let mut statement = session.connection.prepare_cached(queries::JOB_KEY)?;
    let read = |place: &Place| statement.query_row([place.record()], |row| Ok(row.get::<_, JobKey>(0)?.to_id()));
    Ok(Listing { items: places.iter().map(read).collect::<rusqlite::Result<_>>()?, next })
}

/// The places of a page, and where the next one begins.
fn page(
    session: &mut Session<'_>,
    filter: &JobFilter,
    limit: usize,
    after: Option<Place>,
    running: &Running,
) -> rusqlite::Result<(Vec<Place>, Option<Cursor>)> {
    let mut places = places(session, filter, limit.saturating_add(1), after, running)?;
    let has_more = places.len() > limit;
    places.truncate(limit);
    let next = places.last().filter(|_| has_more).map(write_cursor);
    Ok((places, next))
}

impl Place {
    fn record(&self) -> i64 {
        let (Self::Live { record, .. } | Self::Finished { record, .. }) = self;
        *record
    }
}

/// Places of jobs that the filter covers, in the order of listings.
pub(crate) fn places(
    session: &mut Session<'_>,
    filter: &JobFilter,
    limit: usize,
    after: Option<Place>,
    running: &Running,
) -> rusqlite::Result<Vec<Place>> {
    let mut places = match after {
        Some(Place::Finished { .. }) => Vec::new(),
        Some(Place::Live { due_at, position, record }) => {
            live::places(session, filter, limit, (due_at, position, record), running)?
        }
        None => live::places(session, filter, limit, (i64::MIN, i64::MIN, i64::MIN), running)?,
    };
    let before = match after {
        Some(Place::Finished { finished_at, record }) => (finished_at, record),
        _ => (i64::MAX, i64::MAX),
    };
    finished_places(session, filter, limit, before, &mut places)?;
    Ok(places)
}

/// Appends places of finished jobs, latest first, until there are enough.
fn finished_places(
    session: &Session<'_>,
    filter: &JobFilter,
    limit: usize,
    before: (i64, i64),
    places: &mut Vec<Place>,
) -> rusqlite::Result<()> {
    let wants = |state: JobState| filter.states.is_empty() || filter.states.contains(&state);
    // So many are there at most; when all are found, the rest of the history is not read.
    let mut left: i64 = 0;
    for lane in session.books.lanes.iter() {
        for code in StateCode::ALL.into_iter().filter(|code| code.is_terminal()) {
            if filter.covers(code.shown(), &lane.queue, &lane.class) {
                left += lane.count(code);
            }
        }
    }
    let (first, second) = before;
    let only = match (wants(JobState::Completed), wants(JobState::Cancelled), wants(JobState::Discarded)) {
        (false, true, false) => Some(StateCode::Cancelled.number()),
        (false, false, true) => Some(StateCode::Discarded.number()),
        _ => None,
    };
    let query = if only.is_some() { queries::LIST_FAILURES } else { queries::LIST_FINISHED };
    let mut statement = session.connection.prepare_cached(query)?;
    let mut rows = match only {
        Some(state) => statement.query(params![first, second, state])?,
        None => statement.query(params![first, second])?,
    };
    while left > 0
        && places.len() < limit
        && let Some(row) = rows.next()?
    {
        let Some(lane) = session.books.lanes.get(row.get(2)?) else { continue };
        if filter.covers(StateCode::from_number(row.get(3)?).shown(), &lane.queue, &lane.class) {
            places.push(Place::Finished { finished_at: row.get(0)?, record: row.get(1)? });
            left -= 1;
        }
    }
    Ok(())
}

fn write_cursor(place: &Place) -> Cursor {
    Cursor(match place {
        Place::Live { due_at, position, record } => format!("live:{due_at}:{position}:{record}"),
        Place::Finished { finished_at, record } => format!("finished:{finished_at}:{record}"),
    })
}

fn parse_cursor(cursor: &Cursor) -> Result<Place> {
    let mut parts = cursor.0.split(':');
    let kind = parts.next();
    let mut number = || parts.next()?.parse().ok();
    let place = match (kind, number(), number(), number()) {
        (Some("live"), Some(due_at), Some(position), Some(record)) => Some(Place::Live { due_at, position, record }),
        (Some("finished"), Some(finished_at), Some(record), None) => Some(Place::Finished { finished_at, record }),
        _ => None,
    };
    place.ok_or_else(|| Error::new(ErrorKind::InvalidInput, format!("`{}` is no cursor of this listing", cursor.0)))
}
