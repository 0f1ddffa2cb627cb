//! Executions: one for each attempt of a job, and the verb that lists them.

use std::sync::Arc;

use egret_core::job_data::from_microseconds;
use egret_core::{Belonging, ErrorReport, Execution, ExecutionState, JobId, Result, Runner, ServiceId};
use rusqlite::{OptionalExtension, Row, params};

use crate::backend::SqliteBackend;
use crate::finish::{FLAG_HAS_KEYS, FLAG_NOTED, Held};
use crate::history::folded_state;
use crate::job_key::JobKey;
use crate::queries;
use crate::state_code::{StateCode, execution_number, execution_state};
use crate::writer::Session;

/// How an attempt stands or ended.
#[derive(Debug)]
pub(crate) struct NewExecution<'a> {
    pub(crate) state: ExecutionState,
    pub(crate) started_at: Option<i64>,
    pub(crate) closed_at: Option<i64>,
    pub(crate) error: Option<&'a str>,
}

/// Writes the execution of the attempt that a claim is. One that is open already is closed.
pub(crate) fn record(session: &Session<'_>, held: &Held, execution: &NewExecution<'_>) -> rusqlite::Result<()> {
    session.execute(
        queries::EXECUTION_INSERT,
        params![
            held.claim,
            held.record,
            held.lane,
            held.attempt + 1,
            execution_number(execution.state),
            held.service,
            execution.started_at,
            execution.closed_at,
            execution.error
        ],
    )?;
    if held.flags & FLAG_HAS_KEYS != 0 {
        assign(session, held.claim, &owner(session, held.record)?)?;
    }
    Ok(())
}

/// Notes whose an execution is, unless it is nobody's.
pub(crate) fn assign(session: &Session<'_>, claim: i64, owner: &Belonging) -> rusqlite::Result<()> {
    if owner.is_none() {
        return Ok(());
    }
    session.execute(queries::EXECUTION_OWNER, params![claim, owner.user, owner.site]).map(|_| ())
}

/// Whose a job is that has not ended.
pub(crate) fn owner(session: &Session<'_>, record: i64) -> rusqlite::Result<Belonging> {
    let mut statement = session.connection.prepare_cached(queries::OWNER)?;
    let owner = statement.query_row([record], |row| Ok(Belonging { user: row.get(0)?, site: row.get(1)? }));
    Ok(owner.optional()?.unwrap_or_default())
}

/// Takes an open execution away, because it ends folded into history or did not count.
pub(crate) fn forget_open(session: &Session<'_>, held: &Held) -> rusqlite::Result<()> {
    if held.flags & FLAG_NOTED == 0 { Ok(()) } else { forget_claim(session, held.claim) }
}

pub(crate) fn forget_claim(session: &Session<'_>, claim: i64) -> rusqlite::Result<()> {
    session.execute(queries::EXECUTION_DELETE, [claim]).map(|_| ())
}

/// The numbers of the claims that an attempt of a job was: several when it was released and claimed again.
pub(crate) fn claims_of_attempt(session: &Session<'_>, job: &JobKey, attempt: u32) -> rusqlite::Result<Vec<i64>> {
    let mut statement = session.connection.prepare_cached(queries::CLAIMS_OF_ATTEMPT)?;
    statement.query_map(params![job, attempt], |row| row.get(0))?.collect()
}

impl SqliteBackend {
    pub(crate) async fn list_executions(&self, job: &JobId) -> Result<Vec<Execution>> {
        let (key, id) = (JobKey::from(job), job.clone());
        self.listings.call("list the attempts of a job", move |session| executions(session, &key, &id)).await
    }
}

fn executions(session: &mut Session<'_>, key: &JobKey, id: &JobId) -> rusqlite::Result<Vec<Execution>> {
    let mut found: Vec<(i64, Execution)> = Vec::new();
    let mut statement = session.connection.prepare_cached(queries::EXECUTIONS)?;
    let mut rows = statement.query(params![key])?;
    while let Some(row) = rows.next()? {
        found.push((row.get(9)?, read(session, row, id, execution_state(row.get(1)?))?));
    }
    let mut statement = session.connection.prepare_cached(queries::EXECUTION_FOLDED)?;
    let mut rows = statement.query(params![key])?;
    while let Some(row) = rows.next()? {
        let state = folded_state(StateCode::from_number(row.get(1)?));
        let mut execution = read(session, row, id, state)?;
        execution.error = execution.error.filter(|_| state == ExecutionState::Failed);
        found.push((row.get(9)?, execution));
    }
    if let Some(running) = unnoted_running(session, key, id)? {
        found.push(running);
    }
    found.sort_by_key(|(claim, _)| *claim);
    Ok(found.into_iter().map(|(_, execution)| execution).collect())
}

/// Reads `attempt, state, lane, started_at, closed_at, service, host, pid, error`.
pub(crate) fn read(
    session: &Session<'_>,
    row: &Row<'_>,
    id: &JobId,
    state: ExecutionState,
) -> rusqlite::Result<Execution> {
    let lane = session.books.lanes.get(row.get(2)?);
    let name = |name: Option<&Arc<str>>| name.map(|name| name.as_ref().to_owned()).unwrap_or_default();
    Ok(Execution {
        job_id: id.clone(),
        attempt: row.get(0)?,
        state,
        queue: name(lane.map(|lane| &lane.queue)),
        class: name(lane.map(|lane| &lane.class)),
        started_at: row.get::<_, Option<i64>>(3)?.map(from_microseconds),
        closed_at: row.get::<_, Option<i64>>(4)?.map(from_microseconds),
        runner: Runner {
            service: ServiceId::from_number(row.get::<_, i64>(5)?.cast_unsigned()),
            host: row.get::<_, Option<String>>(6)?.unwrap_or_default(),
            pid: row.get::<_, Option<u32>>(7)?.unwrap_or_default(),
        },
        error: row.get::<_, Option<String>>(8)?.as_deref().and_then(read_report),
    })
}

/// The attempt that runs now and of which nothing has been noted: its start is marked beside the store.
fn unnoted_running(session: &Session<'_>, key: &JobKey, id: &JobId) -> rusqlite::Result<Option<(i64, Execution)>> {
    let mut statement = session.connection.prepare_cached(queries::EXECUTION_UNNOTED)?;
    let found = statement
        .query_row(params![key], |row| {
            let execution = read(session, row, id, ExecutionState::Running)?;
            Ok((row.get::<_, i64>(9)?, row.get::<_, i64>(10)?, execution))
        })
        .optional()?;
    let Some((claim, record, mut execution)) = found else { return Ok(None) };
    let snapshot = session.settings.fleet.snapshot(execution.runner.service).unwrap_or_default();
    Ok(snapshot.mark_of(record, claim).map(|mark| {
        execution.started_at = Some(from_microseconds(mark.started_at));
        (claim, execution)
    }))
}

pub(crate) fn read_report(text: &str) -> Option<ErrorReport> {
    serde_json::from_str(text).ok()
}
