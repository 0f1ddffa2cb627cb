//! Storing several rows with few statements.

use std::collections::HashSet;

use rusqlite::{CachedStatement, params};

use crate::enqueue::{NewRow, RowOutcome, insert_payload, place_of_new};
use crate::history::make_way;
use crate::many_rows::ManyRows;
use crate::place::{Place, count_waiting};
use crate::queries;
use crate::state_code::StateCode;
use crate::writer::Session;

/// Values of a row: those that `enqueue.sql` binds.
const VALUES: usize = 12;

/// `enqueue.sql` for several rows at once.
static ENQUEUE_ROWS: ManyRows = ManyRows::of(queries::ENQUEUE);

/// A row on its way, with its place.
struct Placed<'r> {
    row: &'r NewRow,
    place: Place,
    state: StateCode,
}

/// Stores rows that have no conditions, and adds what became of each.
pub(crate) fn insert_run(
    session: &mut Session<'_>,
    rows: &[&NewRow],
    now: i64,
    outcomes: &mut Vec<RowOutcome>,
) -> rusqlite::Result<()> {
    let first = session.books.next_numbers(i64::try_from(rows.len()).unwrap_or(i64::MAX));
    let mut placed = Vec::with_capacity(rows.len());
    for (record, row) in (first..).zip(rows) {
        let (place, state) = place_of_new(session, row, record, now)?;
        placed.push(Placed { row, place, state });
    }
    let last = first + placed.len() as i64 - 1;
    if insert_payloads(session, &placed, now)? == placed.len() {
        outcomes.extend(placed.iter().map(|_| RowOutcome::Stored));
    } else {
        let stored = stored_between(session, first, last)?;
        for one in &placed {
            outcomes.push(retry(session, one, &stored, now)?);
        }
    }
    let was_stored =
        |one: &Placed<'_>, outcome: &RowOutcome| matches!(outcome, RowOutcome::Stored).then_some(one.state);
    let ends = &outcomes[outcomes.len() - placed.len()..];
    let states: Vec<Option<StateCode>> = placed.iter().zip(ends).map(|(one, end)| was_stored(one, end)).collect();
    for (one, state) in placed.iter().zip(&states) {
        if let Some(state) = state {
            count_waiting(session, one.place.lane, *state, one.place.due_at);
        }
    }
    if states.contains(&Some(StateCode::Available)) {
        session.execute(queries::READY_FROM_JOBS, [first, last])?;
    }
    if states.contains(&Some(StateCode::Scheduled)) {
        session.execute(queries::RESERVED_FROM_JOBS, [first, last])?;
    }
    Ok(())
}

/// Writes what the jobs are, and answers how many had no namesake.
fn insert_payloads(session: &mut Session<'_>, placed: &[Placed<'_>], now: i64) -> rusqlite::Result<usize> {
    let mut n_stored = 0;
    let (chunks, rest) = placed.as_chunks::<{ ManyRows::ROWS }>();
    for chunk in chunks {
        let mut statement = session.connection.prepare_cached(ENQUEUE_ROWS.sql())?;
        for (number, one) in chunk.iter().enumerate() {
            bind(&mut statement, number * VALUES, one, now)?;
        }
        n_stored += statement.raw_execute()?;
    }
    for one in rest {
        n_stored += usize::from(insert_payload(session, one.row, &one.place, one.state, now)?);
    }
    Ok(n_stored)
}

fn bind(statement: &mut CachedStatement<'_>, before: usize, one: &Placed<'_>, now: i64) -> rusqlite::Result<()> {
    let Placed { row, place, state } = one;
    statement.raw_bind_parameter(before + 1, place.record)?;
    statement.raw_bind_parameter(before + 2, place.lane)?;
    statement.raw_bind_parameter(before + 3, state.number())?;
    statement.raw_bind_parameter(before + 4, place.priority)?;
    statement.raw_bind_parameter(before + 5, place.due_at)?;
    statement.raw_bind_parameter(before + 6, now)?;
    statement.raw_bind_parameter(before + 7, row.origin as i64)?;
    statement.raw_bind_parameter(before + 8, &row.job_key)?;
    statement.raw_bind_parameter(before + 9, &row.owner.user)?;
    statement.raw_bind_parameter(before + 10, rusqlite::types::Null)?;
    statement.raw_bind_parameter(before + 11, &row.payload)?;
    statement.raw_bind_parameter(before + 12, &row.owner.site)
}

fn stored_between(session: &Session<'_>, first: i64, last: i64) -> rusqlite::Result<HashSet<i64>> {
    let mut statement = session.connection.prepare_cached(queries::JOBS_BETWEEN)?;
    statement.query_map(params![first, last], |row| row.get(0))?.collect()
}

/// What becomes of one of several rows of which some had a namesake.
fn retry(session: &mut Session<'_>, one: &Placed<'_>, stored: &HashSet<i64>, now: i64) -> rusqlite::Result<RowOutcome> {
    let Placed { row, place, state } = one;
    let is_stored = stored.contains(&place.record)
        || make_way(session, &row.job_key, place.record)? && insert_payload(session, row, place, *state, now)?;
    Ok(if is_stored { RowOutcome::Stored } else { RowOutcome::SameId })
}
