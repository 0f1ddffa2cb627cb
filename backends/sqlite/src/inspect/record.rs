//! Rows as records.

use egret_core::job_data::from_microseconds;
use egret_core::{JobRecord, JobState, Origin, Payload, ServiceId};
use rusqlite::Row;

use super::Running;
use crate::execution::read_report;
use crate::job_key::JobKey;
use crate::state_code::StateCode;
use crate::writer::Session;

/// Reads a live job: the columns common to both tables, then `owner, claim, flags`.
pub(crate) fn read_live(session: &Session<'_>, row: &Row<'_>, running: &Running) -> rusqlite::Result<JobRecord> {
    let mut record = read_common(session, row)?;
    if record.state != JobState::Available && !record.state.is_terminal() && record.due_at <= from_microseconds(session.now()) {
        // Its time has come; the next claim will say so in the table as well.
        record.state = JobState::Available;
    }
    let owner: Option<i64> = row.get(13)?;
    record.claimed_by = owner.map(|owner| ServiceId::from_number(owner.cast_unsigned()));
    if let Some(claimed) = running.get(row.get(0)?).filter(|claimed| claimed.is_running) {
        record.state = JobState::Running;
        record.attempt += 1;
        record.started_at = claimed.started_at.map(from_microseconds).or(record.started_at);
    }
    Ok(record)
}

/// Reads a finished job: the columns common to both tables, then `finished_at`.
pub(crate) fn read_finished(session: &Session<'_>, row: &Row<'_>) -> rusqlite::Result<JobRecord> {
    let mut record = read_common(session, row)?;
    record.finished_at = Some(from_microseconds(row.get(13)?));
    Ok(record)
}

/// Reads `id, job_id, state, lane, priority, attempt, interruptions, due_at, enqueued_at, origin, started_at, error,
/// payload`.
fn read_common(session: &Session<'_>, row: &Row<'_>) -> rusqlite::Result<JobRecord> {
    let state = StateCode::from_number(row.get(2)?).shown();
    let payload = Payload::parse(row.get_ref(12)?.as_bytes()?);
    let id = row.get::<_, JobKey>(1)?.to_id();
    let (due_at, enqueued_at) = (from_microseconds(row.get(7)?), from_microseconds(row.get(8)?));
    let mut record = JobRecord::new(id, state, payload, due_at, enqueued_at);
    if let Some(lane) = session.books.lanes.get(row.get(3)?) {
        record.queue = lane.queue.as_ref().to_owned();
        record.class = lane.class.as_ref().to_owned();
    }
    record.priority = row.get(4)?;
    record.attempt = row.get(5)?;
    record.interruptions = row.get(6)?;
    record.origin = origin(row.get(9)?);
    record.started_at = row.get::<_, Option<i64>>(10)?.map(from_microseconds);
    record.error = row.get::<_, Option<String>>(11)?.as_deref().and_then(read_report);
    Ok(record)
}

/// The origin of a stored number: its place among the variants, which only grow at their end.
pub(crate) fn origin(number: i64) -> Origin {
    let known = [Origin::Unknown, Origin::Application, Origin::CommandLine, Origin::Console];
    known.into_iter().find(|origin| *origin as i64 == number).unwrap_or_default()
}
