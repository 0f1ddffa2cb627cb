//! The verb *inspect_executions*: attempts that run, then closed ones, merged from history and from the table of those that
//! are not folded into it.

mod closed;
mod open;
mod place;

use egret_core::{ExecutionFilter, ExecutionOrder, ExecutionRecord, ExecutionState, Listing, Page, Result};
use rusqlite::{OptionalExtension, Row};

use crate::backend::SqliteBackend;
use crate::execution::read;
use crate::history::folded_state;
use crate::inspect::Running;
use crate::job_key::JobKey;
use crate::payload;
use crate::queries;
use crate::state_code::{StateCode, execution_state};
use crate::writer::Session;

use place::{Place, Source};

impl SqliteBackend {
    pub(crate) async fn list_all_executions(
        &self,
        filter: &ExecutionFilter,
        order: ExecutionOrder,
        page: &Page,
    ) -> Result<Listing<ExecutionRecord>> {
        let after = page.after.as_ref().map(Place::parse).transpose()?;
        let (filter, limit) = (filter.clone(), page.limit);
        self.listings.call("list attempts", move |session| list(session, &filter, order, limit, after)).await
    }
}

fn list(
    session: &mut Session<'_>,
    filter: &ExecutionFilter,
    order: ExecutionOrder,
    limit: usize,
    after: Option<Place>,
) -> rusqlite::Result<Listing<ExecutionRecord>> {
    let running = Running::read(session)?;
    let mut places = match after {
        Some(Place::Closed { .. }) => Vec::new(),
        _ => open::places(session, filter, order, after, &running),
    };
    closed::append_places(session, filter, order, limit.saturating_add(1), after, &mut places)?;
    let has_more = places.len() > limit;
    places.truncate(limit);
    let next = places.last().filter(|_| has_more).map(|place| place.to_cursor());
    let mut items = Vec::with_capacity(places.len());
    for place in places {
        items.extend(find(session, place)?);
    }
    Ok(Listing::page(items, next))
}

/// The attempt of a place; `None` when the tables contradict each other.
fn find(session: &Session<'_>, place: Place) -> rusqlite::Result<Option<ExecutionRecord>> {
    let (query, number) = match place {
        Place::Open { record, .. } => (queries::ATTEMPT_OPEN, record),
        Place::Closed { source: Source::Own, number, .. } => (queries::ATTEMPT_OWN, number),
        Place::Closed { source: Source::Folded, number, .. } => (queries::ATTEMPT_FOLDED, number),
    };
    let mut statement = session.connection.prepare_cached(query)?;
    statement.query_row([number], |row| record(session, row, place)).optional()
}

fn record(session: &Session<'_>, row: &Row<'_>, place: Place) -> rusqlite::Result<ExecutionRecord> {
    let number = row.get(1)?;
    let state = match place {
        Place::Open { .. } => ExecutionState::Running,
        Place::Closed { source: Source::Own, .. } => execution_state(number),
        Place::Closed { source: Source::Folded, .. } => folded_state(StateCode::from_number(number)),
    };
    let id = row.get::<_, JobKey>(9)?.to_id();
    let mut execution = read(session, row, &id, state)?;
    if matches!(place, Place::Closed { source: Source::Folded, .. }) && state != ExecutionState::Failed {
        // The column may hold the error of an earlier attempt.
        execution.error = None;
    }
    if let Place::Open { started_at, .. } = place {
        execution.started_at = Some(egret_core::job_data::from_microseconds(started_at));
    }
    Ok(ExecutionRecord { execution, payload: payload::read(row.get_ref(10)?.as_bytes()?) })
}
