//! Rows as records.

use egret_core::job_data::from_microseconds;
use egret_core::{JobRecord, JobState, Origin, Progress, Runner, ServiceId};
use rusqlite::Row;

use super::Running;
use crate::execution::read_report;
use crate::job_key::JobKey;
use crate::payload;
use crate::state_code::StateCode;
use crate::writer::Session;

/// Reads a job: its row, the owner of its claim, and what history knows of its end.
pub(super) fn read_record(session: &Session<'_>, row: &Row<'_>, running: &Running) -> rusqlite::Result<JobRecord> {
    let mut record = read_job(session, row)?;
    match row.get::<_, Option<i64>>(14)? {
        Some(state) => show_end(&mut record, row, StateCode::from_number(state))?,
        None => show_life(&mut record, session, row, running)?,
    }
    Ok(record)
}

fn read_job(session: &Session<'_>, row: &Row<'_>) -> rusqlite::Result<JobRecord> {
    let state = StateCode::from_number(row.get(2)?).shown();
    let payload = payload::read(row.get_ref(12)?.as_bytes()?);
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

fn show_life(record: &mut JobRecord, session: &Session<'_>, row: &Row<'_>, running: &Running) -> rusqlite::Result<()> {
    let owner: Option<i64> = row.get(13)?;
    record.claimed_by = owner.map(|owner| ServiceId::from_number(owner.cast_unsigned()));
    if let (Some(service), Some(host), Some(pid)) = (record.claimed_by, row.get(20)?, row.get(21)?) {
        record.runner = Some(Runner { service, host, pid });
    }
    if owner.is_some() || record.due_at <= from_microseconds(session.now()) {
        // Its time has come, whether or not a claim has said so in the tables.
        record.state = JobState::Available;
    }
    if let Some(claimed) = running.get(row.get(0)?).filter(|claimed| claimed.is_running) {
        record.state = JobState::Running;
        record.attempt += 1;
        record.progress = read_progress(row)?;
        record.started_at = claimed.started_at.map(from_microseconds).or(record.started_at);
    }
    Ok(())
}

fn read_progress(row: &Row<'_>) -> rusqlite::Result<Option<Progress>> {
    let (current, total): (Option<i64>, Option<i64>) = (row.get(22)?, row.get(23)?);
    Ok(current.map(|current| Progress { current: current.cast_unsigned(), total: total.map(i64::cast_unsigned) }))
}

fn show_end(record: &mut JobRecord, row: &Row<'_>, state: StateCode) -> rusqlite::Result<()> {
    record.state = state.shown();
    record.attempt = row.get(15)?;
    record.interruptions = row.get(16)?;
    record.started_at = row.get::<_, Option<i64>>(17)?.map(from_microseconds).or(record.started_at);
    record.error = row.get::<_, Option<String>>(18)?.as_deref().and_then(read_report);
    record.finished_at = row.get::<_, Option<i64>>(19)?.map(from_microseconds);
    Ok(())
}

/// The origin of a stored number: its place among the variants, which only grow at their end.
pub(crate) fn origin(number: i64) -> Origin {
    let known = [Origin::Unknown, Origin::Application, Origin::CommandLine, Origin::Console];
    known.into_iter().find(|origin| *origin as i64 == number).unwrap_or_default()
}
