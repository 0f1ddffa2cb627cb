//! How jobs end: out of the table of live jobs, into that of finished ones.

use egret_core::{ClaimToken, ExecutionState};
use rusqlite::{ErrorCode, OptionalExtension, Row, ToSql, params};

use crate::execution::forget_claim;
use crate::finish::{FLAG_NOTED, Held};
use crate::job_key::JobKey;
use crate::queries;
use crate::state_code::{StateCode, execution_number};
use crate::writer::Session;

/// How a job ends.
#[derive(Debug)]
pub(crate) struct Retirement<'a> {
    pub(crate) state: StateCode,
    pub(crate) attempt: i64,
    pub(crate) interruptions: i64,
    pub(crate) finished_at: i64,
    /// Whether the present claim was its last execution, which then goes with it.
    pub(crate) is_folded: bool,
    pub(crate) started_at: Option<i64>,
    pub(crate) error: Option<&'a str>,
    /// Whether an error that it has already stays when there is no new one.
    pub(crate) keeps_error: bool,
}

/// Moves a live job into history.
pub(crate) fn retire(session: &mut Session<'_>, held: &Held, retirement: &Retirement<'_>) -> rusqlite::Result<()> {
    let number = session.books.next_number();
    let claim = retirement.is_folded.then_some((held.claim, held.service));
    let params = params![
        held.record,
        number,
        retirement.state.number(),
        retirement.attempt,
        retirement.interruptions,
        retirement.finished_at,
        claim.map(|(claim, _)| claim),
        claim.map(|(_, service)| service),
        retirement.started_at,
        retirement.error,
        retirement.keeps_error,
        Option::<String>::None,
    ];
    insert(session, queries::RETIRE, params, held.record)?;
    session.connection.prepare_cached(queries::REMOVE)?.query_row([held.record], |_| Ok(()))?;
    session.moved(held.lane, held.state, retirement.state);
    Ok(())
}

/// The same for the commonest ending, in as few steps as possible. Answers false when the token is stale.
pub(crate) fn retire_completed(
    session: &mut Session<'_>,
    token: ClaimToken,
    started_at: Option<i64>,
    finished_at: i64,
    value: Option<&str>,
) -> rusqlite::Result<bool> {
    let (record, claim) = (token.record.cast_signed(), token.claim.cast_signed());
    let number = session.books.next_number();
    let params = params![record, claim, token.service.number().cast_signed(), number, finished_at, started_at, value];
    if insert(session, queries::RETIRE_COMPLETED, params, record)? == 0 {
        return Ok(false);
    }
    let mut statement = session.connection.prepare_cached(queries::REMOVE)?;
    let (lane, flags): (i64, i64) = statement.query_row([record], |row| Ok((row.get(0)?, row.get(1)?)))?;
    drop(statement);
    if flags & FLAG_NOTED != 0 {
        forget_claim(session, claim)?;
    }
    session.moved(lane, StateCode::Claimed, StateCode::Completed);
    Ok(true)
}

/// Inserts the live job of a record into history.
fn insert(session: &mut Session<'_>, sql: &str, params: &[&dyn ToSql], record: i64) -> rusqlite::Result<usize> {
    match session.execute(sql, params) {
        Err(error) if error.sqlite_error_code() == Some(ErrorCode::ConstraintViolation) => {
            make_way(session, record)?;
            session.execute(sql, params)
        }
        outcome => outcome,
    }
}

/// Lets a finished job give way to a live one with the same id, which was enqueued after its end. Its attempts stay.
fn make_way(session: &mut Session<'_>, record: i64) -> rusqlite::Result<()> {
    let mut statement = session.connection.prepare_cached(queries::HISTORY_GIVE_WAY)?;
    let former = statement.query_row([record], Folded::read).optional()?;
    drop(statement);
    if let Some(former) = former {
        session.books.lanes.shift(former.lane, former.state, -1);
        former.unfold(session)?;
    }
    Ok(())
}

/// A finished job that leaves history, with the execution that was folded into it.
#[derive(Debug)]
pub(crate) struct Folded {
    pub(crate) job_key: JobKey,
    pub(crate) lane: i64,
    pub(crate) state: StateCode,
    pub(crate) claim: Option<i64>,
    service: Option<i64>,
    attempt: i64,
    started_at: Option<i64>,
    finished_at: i64,
    error: Option<String>,
}

impl Folded {
    /// Reads `job_id, lane, state, claim, service, attempt, started_at, finished_at, error`.
    pub(crate) fn read(row: &Row<'_>) -> rusqlite::Result<Self> {
        Ok(Self {
            job_key: row.get(0)?,
            lane: row.get(1)?,
            state: StateCode::from_number(row.get(2)?),
            claim: row.get(3)?,
            service: row.get(4)?,
            attempt: row.get(5)?,
            started_at: row.get(6)?,
            finished_at: row.get(7)?,
            error: row.get(8)?,
        })
    }

    /// Gives the execution a row of its own again.
    pub(crate) fn unfold(&self, session: &Session<'_>) -> rusqlite::Result<()> {
        let Some(claim) = self.claim else { return Ok(()) };
        let state = folded_state(self.state);
        let error = self.error.as_ref().filter(|_| state == ExecutionState::Failed);
        session.execute(
            queries::EXECUTION_INSERT,
            params![
                claim,
                self.job_key,
                self.lane,
                self.attempt,
                execution_number(state),
                self.service,
                self.started_at,
                self.finished_at,
                error
            ],
        )?;
        Ok(())
    }
}

/// How the last execution of a finished job ended, which follows from how the job did.
pub(crate) fn folded_state(state: StateCode) -> ExecutionState {
    match state {
        StateCode::Completed => ExecutionState::Completed,
        StateCode::Cancelled => ExecutionState::Cancelled,
        _ => ExecutionState::Failed,
    }
}
