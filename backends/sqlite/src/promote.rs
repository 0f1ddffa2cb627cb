//! Reserved jobs become available when they are due.
//!
//! Claims do it on their way, for the lanes that they select, so that the table of available jobs is all that they read.

use rusqlite::{Row, params};

use crate::place::{Place, occupy};
use crate::queries;
use crate::state_code::StateCode;
use crate::writer::Session;

/// At most so many in one transaction; the next claim goes on.
const MAX_PROMOTED: i64 = 10_000;

/// When the first reserved job of a lane becomes due, or an earlier time; the end of time when there is none.
pub(crate) fn first_reserved(session: &mut Session<'_>, lane: i64) -> rusqlite::Result<i64> {
    let known = session.books.lanes.get(lane).and_then(|lane| lane.next_reserved);
    if let Some(due_at) = known {
        return Ok(due_at);
    }
    let mut statement = session.connection.prepare_cached(queries::RESERVED_FIRST)?;
    let due_at: Option<i64> = statement.query_row([lane], |row| row.get(0))?;
    let due_at = due_at.unwrap_or(i64::MAX);
    if let Some(lane) = session.books.lanes.get_mut(lane) {
        lane.next_reserved = Some(due_at);
    }
    Ok(due_at)
}

/// Makes due jobs of the lanes available.
pub(crate) fn promote(session: &mut Session<'_>, lanes: &[i64]) -> rusqlite::Result<()> {
    let now = session.now();
    let mut room = MAX_PROMOTED;
    for lane in lanes {
        if room > 0 && first_reserved(session, *lane)? <= now {
            room -= promote_lane(session, *lane, now, room)?;
        }
    }
    Ok(())
}

/// A reserved job whose time has come.
struct Due {
    place: Place,
    state: StateCode,
    interruptions: i64,
}

fn promote_lane(session: &mut Session<'_>, lane: i64, now: i64, limit: i64) -> rusqlite::Result<i64> {
    let mut statement = session.connection.prepare_cached(queries::RESERVED_DUE)?;
    let read = |row: &Row<'_>| {
        let place =
            Place { record: row.get(3)?, lane, priority: row.get(4)?, due_at: row.get(1)?, position: row.get(2)? };
        Ok(Due { place, state: StateCode::from_number(row.get(0)?), interruptions: row.get(5)? })
    };
    let due: Vec<Due> = statement.query_map(params![lane, now, limit], read)?.collect::<rusqlite::Result<_>>()?;
    for Due { place, state, interruptions } in &due {
        session.execute(queries::RESERVED_DELETE, params![lane, state.number(), place.due_at, place.position])?;
        session.books.lanes.shift(lane, *state, -1);
        occupy(session, place, StateCode::available(*interruptions))?;
    }
    if let Some(lane) = session.books.lanes.get_mut(lane) {
        lane.next_reserved = None;
    }
    Ok(i64::try_from(due.len()).unwrap_or(i64::MAX))
}
