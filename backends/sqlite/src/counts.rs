//! The verb *counts*: the figures of the lanes, with what only shows now.

use std::collections::BTreeMap;

use egret_core::{CountRow, Counts, JobFilter, JobState, Result};
use rusqlite::params;

use crate::backend::SqliteBackend;
use crate::inspect::{Running, all_records};
use crate::promote::first_reserved;
use crate::queries;
use crate::state_code::StateCode;
use crate::writer::Session;

impl SqliteBackend {
    pub(crate) async fn count_jobs(&self) -> Result<Counts> {
        self.listings.call("count jobs", counts).await
    }

    pub(crate) async fn count_covered(&self, filter: &JobFilter) -> Result<u64> {
        let filter = filter.clone();
        self.listings.call("count jobs", move |session| count(session, &filter)).await
    }
}

/// Jobs by lane and shown state.
type Tally = BTreeMap<(i64, JobState), i64>;

/// The lanes know queue and class, so that no job is read for a filter by these alone.
fn count(session: &mut Session<'_>, filter: &JobFilter) -> rusqlite::Result<u64> {
    if !filter.is_of_kind_only() {
        return Ok(all_records(session, filter)?.len() as u64);
    }
    let covered = tally(session)?.into_iter().filter(|((lane, state), n)| {
        let lane = session.books.lanes.get(*lane);
        *n > 0 && lane.is_some_and(|lane| filter.covers_kind(*state, &lane.queue, &lane.class))
    });
    Ok(covered.map(|(_, n)| n.cast_unsigned()).sum())
}

fn counts(session: &mut Session<'_>) -> rusqlite::Result<Counts> {
    let mut rows: BTreeMap<(String, JobState), u64> = BTreeMap::new();
    for ((lane, state), n) in tally(session)?.into_iter().filter(|(_, n)| *n > 0) {
        let queue = session.books.lanes.get(lane).map(|lane| lane.queue.as_ref().to_owned()).unwrap_or_default();
        *rows.entry((queue, state)).or_default() += n.cast_unsigned();
    }
    let rows = rows.into_iter().map(|((queue, state), n_jobs)| CountRow { queue, state, n_jobs }).collect();
    Ok(Counts { rows, is_exact: true })
}

fn tally(session: &mut Session<'_>) -> rusqlite::Result<Tally> {
    let mut tally = Tally::new();
    for lane in session.books.lanes.iter() {
        for code in StateCode::ALL.into_iter().filter(|code| lane.count(*code) != 0) {
            *tally.entry((lane.id, code.shown())).or_default() += lane.count(code);
        }
    }
    show_running(session, &mut tally)?;
    show_due(session, &mut tally)?;
    Ok(tally)
}

fn shift(tally: &mut Tally, lane: i64, from: JobState, to: JobState, n: i64) {
    *tally.entry((lane, from)).or_default() -= n;
    *tally.entry((lane, to)).or_default() += n;
}

/// Claimed jobs show as available until they run.
fn show_running(session: &Session<'_>, tally: &mut Tally) -> rusqlite::Result<()> {
    for job in Running::read(session)?.iter().filter(|job| job.is_running) {
        shift(tally, job.lane, JobState::Available, JobState::Running, 1);
    }
    Ok(())
}

/// Reserved jobs whose time has come show as available before a claim makes them so.
fn show_due(session: &mut Session<'_>, tally: &mut Tally) -> rusqlite::Result<()> {
    let now = session.now();
    let reserved: Vec<i64> =
        session.books.lanes.iter().filter(|lane| lane.n_reserved() > 0).map(|lane| lane.id).collect();
    for lane in reserved {
        if first_reserved(session, lane)? > now {
            continue;
        }
        for code in [StateCode::Scheduled, StateCode::Retryable] {
            let mut statement = session.connection.prepare_cached(queries::COUNT_DUE)?;
            let n = statement.query_row(params![lane, code.number(), now], |row| row.get(0))?;
            shift(tally, lane, code.shown(), JobState::Available, n);
        }
    }
    Ok(())
}
