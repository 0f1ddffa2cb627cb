//! How jobs end, and how they come back.

use egret_core::{Belonging, ExecutionState};
use rusqlite::{OptionalExtension, Row, params};

use crate::execution::assign;
use crate::job_key::JobKey;
use crate::queries;
use crate::state_code::{StateCode, execution_number};
use crate::writer::{Hot, Session};

/// How a job ends.
#[derive(Debug)]
pub(crate) struct Retirement<'a> {
    pub(crate) record: i64,
    pub(crate) lane: i64,
    pub(crate) state: StateCode,
    pub(crate) attempt: i64,
    pub(crate) interruptions: i64,
    pub(crate) finished_at: i64,
    /// Claim and service of the last execution, when it goes into history with the job.
    pub(crate) folded: Option<(i64, i64)>,
    pub(crate) started_at: Option<i64>,
    pub(crate) error: Option<&'a str>,
    /// Whether an error that it has already stays when there is no new one.
    pub(crate) keeps_error: bool,
    /// Whether it may have a user, a site or a unique key.
    pub(crate) has_keys: bool,
    pub(crate) value: Option<&'a str>,
}

/// Ends a job that neither waits nor is claimed any more, and counts it.
pub(crate) fn retire(session: &mut Session<'_>, retirement: &Retirement<'_>) -> rusqlite::Result<()> {
    let former_error = if retirement.keeps_error && retirement.error.is_none() {
        let mut statement = session.connection.prepare_cached(queries::JOB_ERROR)?;
        statement.query_row([retirement.record], |row| row.get::<_, Option<String>>(0))?
    } else {
        None
    };
    session.hot(Hot::HistoryInsert)?.execute(params![
        retirement.record,
        retirement.lane,
        retirement.state.number(),
        retirement.attempt,
        retirement.interruptions,
        retirement.finished_at,
        retirement.folded.map(|(claim, _)| claim),
        retirement.folded.map(|(_, service)| service),
        retirement.started_at,
        retirement.error.or(former_error.as_deref()),
        retirement.value,
    ])?;
    if retirement.has_keys {
        session.execute(queries::HISTORY_OWNER, [retirement.record])?;
        session.execute(queries::JOB_KEYS_FORGET, [retirement.record])?;
    }
    session.books.lanes.shift(retirement.lane, retirement.state, 1);
    Ok(())
}

/// Lets a finished job give way to a new one with the same id, which takes over its attempts. Answers false when there is
/// no finished job with the id.
pub(crate) fn make_way(session: &mut Session<'_>, job_key: &JobKey, successor: i64) -> rusqlite::Result<bool> {
    let mut statement = session.connection.prepare_cached(queries::FINISHED_RECORD)?;
    let Some(record) = statement.query_row(params![job_key], |row| row.get::<_, i64>(0)).optional()? else {
        return Ok(false);
    };
    leave_history(session, record)?;
    session.execute(queries::EXECUTIONS_MOVE, params![record, successor])?;
    session.execute(queries::JOB_DELETE, [record])?;
    Ok(true)
}

/// What history knew of a job that has left it.
#[derive(Debug)]
pub(crate) struct Former {
    pub(crate) lane: i64,
    state: StateCode,
    pub(crate) claim: Option<i64>,
    service: Option<i64>,
    pub(crate) attempt: i64,
    pub(crate) started_at: Option<i64>,
    finished_at: i64,
    pub(crate) error: Option<String>,
    owner: Belonging,
}

impl Former {
    fn read(row: &Row<'_>) -> rusqlite::Result<Self> {
        Ok(Self {
            lane: row.get(0)?,
            state: StateCode::from_number(row.get(1)?),
            claim: row.get(2)?,
            service: row.get(3)?,
            attempt: row.get(4)?,
            started_at: row.get(5)?,
            finished_at: row.get(6)?,
            error: row.get(7)?,
            owner: Belonging { user: row.get(8)?, site: row.get(9)? },
        })
    }
}

/// Takes a job out of history; the execution that was folded in gets a row of its own.
pub(crate) fn leave_history(session: &mut Session<'_>, record: i64) -> rusqlite::Result<Former> {
    let former = session.connection.prepare_cached(queries::HISTORY_ROW)?.query_row([record], Former::read)?;
    session.execute(queries::HISTORY_DELETE, [record])?;
    session.books.lanes.shift(former.lane, former.state, -1);
    let Some(claim) = former.claim else { return Ok(former) };
    let state = folded_state(former.state);
    let error = former.error.as_ref().filter(|_| state == ExecutionState::Failed);
    session.execute(
        queries::EXECUTION_INSERT,
        params![
            claim,
            record,
            former.lane,
            former.attempt,
            execution_number(state),
            former.service,
            former.started_at,
            former.finished_at,
            error
        ],
    )?;
    assign(session, claim, &former.owner)?;
    Ok(former)
}

/// How the last execution of a finished job ended, which follows from how the job did.
pub(crate) fn folded_state(state: StateCode) -> ExecutionState {
    match state {
        StateCode::Completed => ExecutionState::Completed,
        StateCode::Cancelled => ExecutionState::Cancelled,
        _ => ExecutionState::Failed,
    }
}
