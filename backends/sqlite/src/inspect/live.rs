//! Places of live jobs in the order of due time.
//!
//! No index has all live jobs in that order, so that enqueues and claims need not keep one; but each of the others has
//! runs that are: jobs of one lane that are reserved, or available with one priority. A page is merged from the heads of
//! these runs.

use egret_core::{JobFilter, JobState};
use rusqlite::{Connection, OptionalExtension, Row, Statement, params};

use super::{Place, Running};
use crate::promote::first_reserved;
use crate::queries;
use crate::state_code::StateCode;
use crate::writer::Session;

/// Due time, order of enqueue, record.
type Key = (i64, i64, i64);

/// The first places behind the key of jobs that the filter covers.
pub(super) fn places(
    session: &mut Session<'_>,
    filter: &JobFilter,
    limit: usize,
    after: Key,
    running: &Running,
) -> rusqlite::Result<Vec<Place>> {
    let mut keys: Vec<Key> = claimed(session, filter, running).filter(|key| *key > after).collect();
    let row_limit = i64::try_from(limit).unwrap_or(i64::MAX);
    let lanes: Vec<(i64, [bool; 5])> = session
        .books
        .lanes
        .iter()
        .map(|lane| {
            let covers = |state| filter.covers(state, &lane.queue, &lane.class);
            let has_reserved = lane.n_reserved() > 0;
            let wanted = [
                covers(JobState::Scheduled) && has_reserved,
                covers(JobState::Retryable) && has_reserved,
                covers(JobState::Available) && has_reserved,
                covers(JobState::Available) && lane.count(StateCode::Available) > 0,
                covers(JobState::Available) && lane.count(StateCode::Suspect) > 0,
            ];
            (lane.id, wanted)
        })
        .filter(|(_, wanted)| wanted.contains(&true))
        .collect();
    for (lane, [scheduled, retryable, reserved_due, available, suspect]) in lanes {
        let now = session.now();
        let run = Run { connection: session.connection, lane, after, limit: row_limit };
        if scheduled {
            run.reserved(StateCode::Scheduled, now, i64::MAX, &mut keys)?;
        }
        if retryable {
            run.reserved(StateCode::Retryable, now, i64::MAX, &mut keys)?;
        }
        if available {
            run.available(false, &mut keys)?;
        }
        if suspect {
            run.available(true, &mut keys)?;
        }
        if reserved_due && first_reserved(session, lane)? <= now {
            run.reserved(StateCode::Scheduled, i64::MIN, now, &mut keys)?;
            run.reserved(StateCode::Retryable, i64::MIN, now, &mut keys)?;
        }
    }
    keys.sort_unstable();
    keys.truncate(limit);
    Ok(keys.into_iter().map(|(due_at, position, record)| Place::Live { due_at, position, record }).collect())
}

fn claimed<'a>(
    session: &'a Session<'_>,
    filter: &'a JobFilter,
    running: &'a Running,
) -> impl Iterator<Item = Key> + 'a {
    running.iter().filter_map(|job| {
        let lane = session.books.lanes.get(job.lane)?;
        let state = if job.is_running { JobState::Running } else { JobState::Available };
        filter.covers(state, &lane.queue, &lane.class).then_some((job.due_at, job.position, job.record))
    })
}

/// What the runs of one lane have in common.
struct Run<'a> {
    connection: &'a Connection,
    lane: i64,
    after: Key,
    limit: i64,
}

impl Run<'_> {
    /// Jobs in the state whose time is later than `from` and not later than `until`.
    fn reserved(&self, state: StateCode, from: i64, until: i64, keys: &mut Vec<Key>) -> rusqlite::Result<()> {
        let mut statement = self.connection.prepare_cached(queries::LIST_RESERVED)?;
        let (due_at, position, _) = self.after;
        let params = params![self.lane, state.number(), from, until, due_at, position, self.limit];
        extend(keys, &mut statement, params)
    }

    /// Available jobs, one priority after the other.
    fn available(&self, is_suspect: bool, keys: &mut Vec<Key>) -> rusqlite::Result<()> {
        let mut first = self.connection.prepare_cached(queries::FIRST_PRIORITY)?;
        let mut next = self.connection.prepare_cached(queries::NEXT_PRIORITY)?;
        let mut list = self.connection.prepare_cached(queries::LIST_READY)?;
        let (due_at, position, _) = self.after;
        let mut priority: Option<i64> = first.query_row(params![self.lane, is_suspect], |row| row.get(0)).optional()?;
        while let Some(present) = priority {
            extend(keys, &mut list, params![self.lane, is_suspect, present, due_at, position, self.limit])?;
            priority = next.query_row(params![self.lane, is_suspect, present], |row| row.get(0)).optional()?;
        }
        Ok(())
    }
}

fn extend(keys: &mut Vec<Key>, statement: &mut Statement<'_>, params: &[&dyn rusqlite::ToSql]) -> rusqlite::Result<()> {
    let read = |row: &Row<'_>| Ok((row.get(0)?, row.get(1)?, row.get(2)?));
    for key in statement.query_map(params, read)? {
        keys.push(key?);
    }
    Ok(())
}
