//! Reserved jobs become available when they are due.
//!
//! Claims do it on their way, for the lanes that they select, so that the index of available jobs is all that they read.

use rusqlite::{Row, params};

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
    let mut statement = session.connection.prepare_cached(queries::FIRST_RESERVED)?;
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

fn promote_lane(session: &mut Session<'_>, lane: i64, now: i64, limit: i64) -> rusqlite::Result<i64> {
    let mut statement = session.connection.prepare_cached(queries::PROMOTABLE)?;
    let read = |row: &Row<'_>| Ok((row.get(0)?, row.get(1)?, row.get(2)?));
    let due: Vec<(i64, i64, i64)> =
        statement.query_map(params![lane, now, limit], read)?.collect::<rusqlite::Result<_>>()?;
    for (id, state, interruptions) in &due {
        let available = StateCode::available(*interruptions);
        session.execute(queries::PROMOTE, params![id, available.number()])?;
        session.moved(lane, StateCode::from_number(*state), available);
    }
    if let Some(lane) = session.books.lanes.get_mut(lane) {
        lane.next_reserved = None;
    }
    Ok(i64::try_from(due.len()).unwrap_or(i64::MAX))
}
