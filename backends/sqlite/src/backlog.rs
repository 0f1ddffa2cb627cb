//! The verb *backlog*: what is due and unclaimed, by the figures of the lanes.

use egret_core::job_data::from_microseconds;
use egret_core::{Backlog, BacklogRow, Result};
use rusqlite::params;

use crate::backend::SqliteBackend;
use crate::promote::first_reserved;
use crate::queries;
use crate::state_code::StateCode;
use crate::writer::Session;

/// So many priorities of a lane are looked at for the oldest job. Who uses more has them ordered by time.
const MAX_PRIORITIES: i64 = 1_000;
/// So many reserved jobs of a lane are counted whose time has come since the last claim.
const MAX_COUNTED: i64 = 100_000;

impl SqliteBackend {
    pub(crate) async fn read_backlog(&self) -> Result<Backlog> {
        self.listings.call("look for due jobs", backlog).await
    }
}

/// A lane with jobs that may be due.
struct Candidate {
    lane: i64,
    row: BacklogRow,
    /// Jobs that wait in the table of available ones, apart by whether they were interrupted.
    available: [i64; 2],
    has_reserved: bool,
}

fn backlog(session: &mut Session<'_>) -> rusqlite::Result<Backlog> {
    let mut backlog = Backlog { rows: Vec::new(), is_exact: true };
    for candidate in candidates(session) {
        if let Some(row) = look_into(session, candidate, &mut backlog.is_exact)? {
            backlog.rows.push(row);
        }
    }
    backlog.rows.sort_by(|one, other| (&one.queue, &one.class).cmp(&(&other.queue, &other.class)));
    Ok(backlog)
}

fn candidates(session: &Session<'_>) -> Vec<Candidate> {
    let lanes = session.books.lanes.iter().map(|lane| Candidate {
        lane: lane.id,
        row: BacklogRow {
            queue: lane.queue.as_ref().to_owned(),
            class: Some(lane.class.as_ref().to_owned()),
            n_due: 0,
            oldest_due_at: egret_core::Timestamp::MAX,
        },
        available: [lane.count(StateCode::Available), lane.count(StateCode::Suspect)],
        has_reserved: lane.n_reserved() > 0,
    });
    lanes.filter(|candidate| candidate.available != [0, 0] || candidate.has_reserved).collect()
}

fn look_into(
    session: &mut Session<'_>,
    candidate: Candidate,
    is_exact: &mut bool,
) -> rusqlite::Result<Option<BacklogRow>> {
    let Candidate { lane, mut row, available, has_reserved } = candidate;
    for (is_suspect, n_available) in [false, true].into_iter().zip(available).filter(|(_, n)| *n > 0) {
        let mut statement = session.connection.prepare_cached(queries::READY_OLDEST)?;
        let (oldest, n_priorities): (Option<i64>, i64) =
            statement.query_row(params![lane, is_suspect, MAX_PRIORITIES], |row| Ok((row.get(0)?, row.get(1)?)))?;
        *is_exact &= n_priorities < MAX_PRIORITIES;
        add(&mut row, n_available, oldest);
    }
    if has_reserved {
        let (now, oldest) = (session.now(), first_reserved(session, lane)?);
        if oldest <= now {
            let n_due = count_due(session, lane, now)?;
            *is_exact &= n_due < MAX_COUNTED;
            add(&mut row, n_due, Some(oldest));
        }
    }
    Ok((row.n_due > 0).then_some(row))
}

fn add(row: &mut BacklogRow, n_due: i64, oldest: Option<i64>) {
    row.n_due += u64::try_from(n_due).unwrap_or(0);
    if let Some(oldest) = oldest {
        row.oldest_due_at = row.oldest_due_at.min(from_microseconds(oldest));
    }
}

fn count_due(session: &Session<'_>, lane: i64, now: i64) -> rusqlite::Result<i64> {
    let mut n_due = 0;
    for code in [StateCode::Scheduled, StateCode::Retryable] {
        let mut statement = session.connection.prepare_cached(queries::RESERVED_DUE_SOME)?;
        n_due += statement.query_row(params![lane, code.number(), now, MAX_COUNTED], |row| row.get::<_, i64>(0))?;
    }
    Ok(n_due)
}
