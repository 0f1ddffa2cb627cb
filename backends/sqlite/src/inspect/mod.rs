//! The verbs *find* and *inspect*.

mod finished;
mod live;
mod owned;
mod place;
mod record;
mod running;
mod search;
mod walk;

use egret_core::{JobFilter, JobId, JobOrder, JobRecord, Listing, Page, Result};
use rusqlite::{OptionalExtension, params};

use crate::backend::SqliteBackend;
use crate::job_key::JobKey;
use crate::queries;
use crate::writer::Session;

use place::Place;
use record::read_record;
use search::search;
use walk::{LOOKS_A_PAGE, Walk, every_place, walk};

pub(crate) use record::origin;
pub(crate) use running::Running;

impl SqliteBackend {
    pub(crate) async fn find_job(&self, id: &JobId) -> Result<Option<JobRecord>> {
        let key = JobKey::from(id);
        self.listings.call("find a job", move |session| find(session, &key)).await
    }

    pub(crate) async fn list_jobs(
        &self,
        filter: &JobFilter,
        order: JobOrder,
        page: &Page,
    ) -> Result<Listing<JobRecord>> {
        let after = page.after.as_ref().map(Place::parse).transpose()?;
        let (filter, limit) = (filter.clone(), page.limit);
        let read = move |session: &mut Session<'_>| {
            let running = Running::read(session)?;
            let listing = list(session, &Walk { filter: &filter, order, limit, after, looks: LOOKS_A_PAGE }, &running)?;
            read_all(listing, |place| read_place(session, place, &running))
        };
        self.listings.call("list jobs", read).await
    }

    /// The same without payloads.
    pub(crate) async fn list_ids(&self, filter: &JobFilter, page: &Page) -> Result<Listing<JobId>> {
        let after = page.after.as_ref().map(Place::parse).transpose()?;
        let (filter, limit) = (filter.clone(), page.limit);
        let read = move |session: &mut Session<'_>| {
            let (running, order) = (Running::read(session)?, JobOrder::DueFirst);
            let listing = list(session, &Walk { filter: &filter, order, limit, after, looks: LOOKS_A_PAGE }, &running)?;
            let mut statement = session.connection.prepare_cached(queries::JOB_KEY)?;
            read_all(listing, |place| statement.query_row([place.record()], |row| Ok(row.get::<_, JobKey>(0)?.to_id())))
        };
        self.listings.call("list ids of jobs", read).await
    }
}

fn find(session: &mut Session<'_>, key: &JobKey) -> rusqlite::Result<Option<JobRecord>> {
    let running = Running::read(session)?;
    let mut statement = session.connection.prepare_cached(queries::FIND)?;
    statement.query_row(params![key], |row| read_record(session, row, &running)).optional()
}

fn read_place(session: &Session<'_>, place: &Place, running: &Running) -> rusqlite::Result<JobRecord> {
    let mut statement = session.connection.prepare_cached(queries::FIND_RECORD)?;
    statement.query_row([place.record()], |row| read_record(session, row, running))
}

fn read_all<T>(
    listing: Listing<Place>,
    mut read: impl FnMut(&Place) -> rusqlite::Result<T>,
) -> rusqlite::Result<Listing<T>> {
    let items = listing.items.iter().map(&mut read).collect::<rusqlite::Result<_>>()?;
    Ok(Listing { items, next: listing.next, among_newest: listing.among_newest })
}

/// The places of a page.
fn list(session: &mut Session<'_>, page: &Walk<'_>, running: &Running) -> rusqlite::Result<Listing<Place>> {
    let (mut places, cut_at, among_newest) = if page.filter.text.is_some() {
        let mut searched = search(session, page.filter, page.order, running)?;
        searched.places.retain(|place| page.after.is_none_or(|after| place.is_behind(&after, page.order)));
        (searched.places, None, searched.among_newest)
    } else {
        let walked = walk(session, &Walk { limit: page.limit.saturating_add(1), ..*page }, running)?;
        (walked.places, walked.cut_at, None)
    };
    let has_more = places.len() > page.limit;
    places.truncate(page.limit);
    let last = if has_more { places.last().copied() } else { cut_at };
    Ok(Listing { items: places, next: last.map(Place::to_cursor), among_newest })
}

/// Everything that the filter covers, by the numbers of its records, in the order of listings.
pub(crate) fn all_records(session: &mut Session<'_>, filter: &JobFilter) -> rusqlite::Result<Vec<i64>> {
    let running = Running::read(session)?;
    let places = match filter.text {
        Some(_) => search(session, filter, JobOrder::DueFirst, &running)?.places,
        None => every_place(session, filter, &running)?,
    };
    Ok(places.iter().map(Place::record).collect())
}

/// Whether the filter covers the job of a record.
pub(crate) fn is_covered(
    session: &Session<'_>,
    filter: &JobFilter,
    record: i64,
    running: &Running,
) -> rusqlite::Result<bool> {
    let mut statement = session.connection.prepare_cached(queries::FIND_RECORD)?;
    let job = statement.query_row([record], |row| read_record(session, row, running)).optional()?;
    Ok(job.is_some_and(|job| filter.covers(&job)))
}
