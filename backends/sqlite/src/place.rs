//! Where a waiting job stands: among those that can be claimed, or among those that wait for their time.

use rusqlite::params;

use crate::queries;
use crate::state_code::StateCode;
use crate::writer::{Hot, Session};

/// The place of a waiting job.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Place {
    pub(crate) record: i64,
    pub(crate) lane: i64,
    pub(crate) priority: i64,
    pub(crate) due_at: i64,
    /// Order of enqueue.
    pub(crate) position: i64,
}

/// Lets a job wait in its place, as the state says, and counts it.
pub(crate) fn occupy(session: &mut Session<'_>, place: &Place, state: StateCode) -> rusqlite::Result<()> {
    let Place { record, lane, priority, due_at, position } = *place;
    if state.is_reserved() {
        session.execute(queries::RESERVED_INSERT, params![lane, state.number(), due_at, position, record])?;
    } else {
        let is_suspect = state == StateCode::Suspect;
        session.hot(Hot::ReadyInsert)?.execute(params![lane, is_suspect, priority, due_at, position, record])?;
    }
    count_waiting(session, lane, state, due_at);
    Ok(())
}

/// Counts a job that has begun to wait.
pub(crate) fn count_waiting(session: &mut Session<'_>, lane: i64, state: StateCode, due_at: i64) {
    if state.is_reserved()
        && let Some(lane) = session.books.lanes.get_mut(lane)
    {
        lane.next_reserved = lane.next_reserved.map(|known| known.min(due_at));
    }
    session.books.lanes.shift(lane, state, 1);
    session.is_hint_due = true;
}

/// Takes a job out of its place, and counts it no longer. `state` is how it waits by its row; a job whose time has come may
/// have been made available meanwhile.
pub(crate) fn vacate(
    session: &mut Session<'_>,
    place: &Place,
    state: StateCode,
    interruptions: i64,
) -> rusqlite::Result<()> {
    let Place { lane, priority, due_at, position, .. } = *place;
    if state.is_reserved()
        && session.execute(queries::RESERVED_DELETE, params![lane, state.number(), due_at, position])? > 0
    {
        session.books.lanes.shift(lane, state, -1);
        return Ok(());
    }
    let available = StateCode::available(interruptions);
    let is_suspect = available == StateCode::Suspect;
    let n_deleted = session.hot(Hot::ReadyDelete)?.execute(params![lane, is_suspect, priority, due_at, position])?;
    if n_deleted > 0 {
        session.books.lanes.shift(lane, available, -1);
    }
    Ok(())
}

/// The place from which a claimed job was taken, to which it goes back.
pub(crate) fn place_of(session: &Session<'_>, record: i64) -> rusqlite::Result<Place> {
    let mut statement = session.connection.prepare_cached(queries::JOB_PLACE)?;
    statement.query_row([record], |row| {
        let (lane, priority, due_at, position) = (row.get(0)?, row.get(1)?, row.get(2)?, row.get(3)?);
        Ok(Place { record, lane, priority, due_at, position })
    })
}
