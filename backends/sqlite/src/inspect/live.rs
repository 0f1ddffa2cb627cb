//! Places of live jobs in the order of due time.
//!
//! No index has all live jobs in that order, so that enqueues and claims need not keep one; but each of the others has
//! runs that are: jobs of one lane that are reserved, or available with one priority. A page is merged from the heads of
//! these runs.

use egret_core::{JobOrder, JobState};
use rusqlite::{Connection, OptionalExtension, Row, Statement, params};

use super::place::{Place, Range};
use super::walk::{Walk, Walked};
use super::{Running, owned};
use crate::execution::owner;
use crate::promote::first_reserved;
use crate::queries;
use crate::state_code::StateCode;
use crate::writer::Session;

/// So many jobs are looked at together where each has to be asked whose it is.
const CHUNK: usize = 1_000;

/// Due time, order of enqueue, record.
pub(super) type Key = (i64, i64, i64);

/// The first places of live jobs that the filter covers.
pub(super) fn walk(session: &mut Session<'_>, walk: &Walk<'_>, running: &Running) -> rusqlite::Result<Walked> {
    let range = Range::new(walk.filter, walk.order, walk.after);
    let keys = match owned::keys(session, walk, range, running)? {
        owned::Keys::OfNobody => keys(session, walk, range, walk.limit, running)?,
        owned::Keys::These(keys) => keys,
        owned::Keys::TooMany => return walk_and_ask(session, walk, range, running),
    };
    Ok(Walked { places: keys.into_iter().map(place).collect(), cut_at: None })
}

fn place((due_at, position, record): Key) -> Place {
    Place::Live { due_at, position, record }
}

/// Goes through all live jobs and asks each whose it is: so many belong to the owner that they are found soon.
fn walk_and_ask(
    session: &mut Session<'_>,
    walk: &Walk<'_>,
    mut range: Range,
    running: &Running,
) -> rusqlite::Result<Walked> {
    let mut walked = Walked::default();
    let mut looks = walk.looks;
    loop {
        let chunk = keys(session, walk, range, CHUNK, running)?;
        for key in &chunk {
            let owner = owner(session, key.2)?;
            if walk.filter.covers_owner(owner.user.as_deref(), owner.site.as_deref()) {
                walked.places.push(place(*key));
                if walked.places.len() == walk.limit {
                    return Ok(walked);
                }
                continue;
            }
            looks -= 1;
            if looks == 0 {
                walked.cut_at = Some(place(*key));
                return Ok(walked);
            }
        }
        match chunk.last() {
            Some((due_at, position, _)) if chunk.len() == CHUNK => {
                range = range.behind((*due_at, *position), walk.order);
            }
            _ => return Ok(walked),
        }
    }
}

/// The first jobs of the range of whomsoever.
fn keys(
    session: &mut Session<'_>,
    walk: &Walk<'_>,
    range: Range,
    limit: usize,
    running: &Running,
) -> rusqlite::Result<Vec<Key>> {
    let filter = walk.filter;
    let mut keys: Vec<Key> = claimed(session, walk, range, running).collect();
    let row_limit = i64::try_from(limit).unwrap_or(i64::MAX);
    let lanes: Vec<(i64, [bool; 5])> = session
        .books
        .lanes
        .iter()
        .map(|lane| {
            let covers = |state| filter.covers_kind(state, &lane.queue, &lane.class);
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
        let run = Run { connection: session.connection, lane, order: walk.order, limit: row_limit };
        if scheduled {
            run.reserved(StateCode::Scheduled, range.after(now), &mut keys)?;
        }
        if retryable {
            run.reserved(StateCode::Retryable, range.after(now), &mut keys)?;
        }
        if available {
            run.available(false, range, &mut keys)?;
        }
        if suspect {
            run.available(true, range, &mut keys)?;
        }
        if reserved_due && first_reserved(session, lane)? <= now {
            run.reserved(StateCode::Scheduled, range.until(now), &mut keys)?;
            run.reserved(StateCode::Retryable, range.until(now), &mut keys)?;
        }
    }
    put_in_order(&mut keys, walk.order, limit);
    Ok(keys)
}

/// The first of them in the order.
pub(super) fn put_in_order(keys: &mut Vec<Key>, order: JobOrder, limit: usize) {
    keys.sort_unstable();
    if order == JobOrder::LatestFirst {
        keys.reverse();
    }
    keys.truncate(limit);
}

fn claimed<'a>(
    session: &'a Session<'_>,
    walk: &'a Walk<'_>,
    range: Range,
    running: &'a Running,
) -> impl Iterator<Item = Key> + 'a {
    let in_range = running.iter().filter(move |job| range.contains((job.due_at, job.position)));
    in_range.filter_map(|job| {
        let lane = session.books.lanes.get(job.lane)?;
        let state = if job.is_running { JobState::Running } else { JobState::Available };
        let is_meant = walk.filter.covers_kind(state, &lane.queue, &lane.class);
        is_meant.then_some((job.due_at, job.position, job.record))
    })
}

/// What the runs of one lane have in common.
struct Run<'a> {
    connection: &'a Connection,
    lane: i64,
    order: JobOrder,
    limit: i64,
}

impl Run<'_> {
    /// Jobs that wait for their time in the state.
    fn reserved(&self, state: StateCode, range: Range, keys: &mut Vec<Key>) -> rusqlite::Result<()> {
        let query = match self.order {
            JobOrder::DueFirst => queries::LIST_RESERVED_DUE,
            JobOrder::LatestFirst => queries::LIST_RESERVED_LATEST,
        };
        let mut statement = self.connection.prepare_cached(query)?;
        let Range { low, high } = range;
        let params = params![self.lane, state.number(), low.0, low.1, high.0, high.1, self.limit];
        extend(keys, &mut statement, params)
    }

    /// Available jobs, one priority after the other.
    fn available(&self, is_suspect: bool, range: Range, keys: &mut Vec<Key>) -> rusqlite::Result<()> {
        let query = match self.order {
            JobOrder::DueFirst => queries::LIST_READY_DUE,
            JobOrder::LatestFirst => queries::LIST_READY_LATEST,
        };
        let mut first = self.connection.prepare_cached(queries::FIRST_PRIORITY)?;
        let mut next = self.connection.prepare_cached(queries::NEXT_PRIORITY)?;
        let mut list = self.connection.prepare_cached(query)?;
        let Range { low, high } = range;
        let mut priority: Option<i64> = first.query_row(params![self.lane, is_suspect], |row| row.get(0)).optional()?;
        while let Some(present) = priority {
            let params = params![self.lane, is_suspect, present, low.0, low.1, high.0, high.1, self.limit];
            extend(keys, &mut list, params)?;
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
