//! The verb *prune*: finished jobs are forgotten by age, and by the size of the store.

use egret_core::{JobId, PrunePolicy, PruneReport, Result, Retention};
use rusqlite::params;

use crate::backend::SqliteBackend;
use crate::history::leave_history;
use crate::job_key::JobKey;
use crate::queries;
use crate::size::read_size;
use crate::state_code::StateCode;
use crate::writer::{Nature, Session};

/// So many jobs are forgotten in one transaction, so that nobody waits long.
const CHUNK: usize = 500;
/// The states that are forgotten by age.
const STATES: [StateCode; 3] = [StateCode::Completed, StateCode::Cancelled, StateCode::Discarded];

impl SqliteBackend {
    pub(crate) async fn prune_history(&self, policy: PrunePolicy) -> Result<PruneReport> {
        let retention = policy.retention;
        let mut report = PruneReport::default();
        while report.removed.len() < policy.limit {
            let limit = CHUNK.min(policy.limit - report.removed.len());
            let nature = Nature { verb: "forget finished jobs", is_durable: false, weight: limit };
            let removed = self
                .writer
                .call_unless(
                    nature,
                    move |session| look(session, &retention),
                    move |session| prune(session, &retention, limit),
                    |_| None,
                )
                .await?;
            if removed.is_empty() {
                break;
            }
            report.removed.extend(removed);
        }
        Ok(report)
    }
}

/// Answers at once when there is nothing to forget, so that an idle service never writes.
fn look(session: &mut Session<'_>, retention: &Retention) -> rusqlite::Result<Option<Vec<JobId>>> {
    let is_needed = !too_old(session, retention, 1)?.is_empty() || !too_many(session, retention, 1)?.is_empty();
    Ok(if is_needed { None } else { Some(Vec::new()) })
}

fn prune(session: &mut Session<'_>, retention: &Retention, limit: usize) -> rusqlite::Result<Vec<JobId>> {
    let mut records = too_old(session, retention, limit)?;
    let is_age_done = records.len() < limit;
    if records.is_empty() {
        records = too_many(session, retention, limit)?;
    }
    let mut removed = Vec::with_capacity(records.len());
    for record in &records {
        removed.push(remove(session, *record)?.to_id());
    }
    if is_age_done {
        // Nothing in history names services that left before it begins.
        let mut statement = session.connection.prepare_cached(queries::HISTORY_BEGAN)?;
        let began: i64 = statement.query_row([session.now()], |row| row.get(0))?;
        session.execute(queries::PRUNE_RUNNERS, [began])?;
    }
    Ok(removed)
}

/// Finished jobs that are older than those of their state are kept.
fn too_old(session: &Session<'_>, retention: &Retention, limit: usize) -> rusqlite::Result<Vec<i64>> {
    let mut records = Vec::new();
    for state in STATES {
        let Some(age) = retention.age(state.shown()) else { continue };
        let age = i64::try_from(age.as_micros()).unwrap_or(i64::MAX);
        let cutoff = session.now().saturating_sub(age);
        let limit = row_limit(limit - records.len());
        let found = match state {
            // Only what failed has an index by state. What is not completed is rare, so that walking past it costs little.
            StateCode::Completed => rows(session, queries::PRUNABLE, params![cutoff, limit])?,
            state => rows(session, queries::PRUNABLE_FAILURES, params![state.number(), cutoff, limit])?,
        };
        records.extend(found);
    }
    Ok(records)
}

/// The jobs that finished first, about as many as take the room by which the store is too large.
fn too_many(session: &Session<'_>, retention: &Retention, limit: usize) -> rusqlite::Result<Vec<i64>> {
    let Some(most) = retention.max_bytes else { return Ok(Vec::new()) };
    let used = read_size(session.connection)?.used_bytes;
    if used <= most {
        return Ok(Vec::new());
    }
    let n_jobs: i64 = session.books.lanes.iter().flat_map(|lane| lane.figures).sum();
    let a_job = (used / n_jobs.unsigned_abs().max(1)).max(1);
    // A little less than it should take: the next step looks again, and too many would be gone for ever.
    let wanted = ((used - most) / a_job / 2).max(1);
    let limit = limit.min(usize::try_from(wanted).unwrap_or(usize::MAX));
    rows(session, queries::PRUNABLE_OLDEST, params![row_limit(limit)])
}

fn rows(session: &Session<'_>, sql: &str, params: impl rusqlite::Params) -> rusqlite::Result<Vec<i64>> {
    let mut statement = session.connection.prepare_cached(sql)?;
    statement.query_map(params, |row| row.get(0))?.collect()
}

fn row_limit(limit: usize) -> i64 {
    i64::try_from(limit).unwrap_or(i64::MAX)
}

fn remove(session: &mut Session<'_>, record: i64) -> rusqlite::Result<JobKey> {
    let key = session.connection.prepare_cached(queries::JOB_KEY)?.query_row([record], |row| row.get(0))?;
    leave_history(session, record)?;
    forget(session, record)?;
    Ok(key)
}

/// Removes a job that neither waits nor is claimed nor in history any more, with its attempts and their log lines.
pub(crate) fn forget(session: &Session<'_>, record: i64) -> rusqlite::Result<()> {
    session.execute(queries::LINES_FORGET, [record])?;
    session.execute(queries::EXECUTIONS_FORGET, [record])?;
    session.execute(queries::JOB_DELETE, [record])?;
    Ok(())
}
