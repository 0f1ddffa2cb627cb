//! The verb *prune*: finished jobs are forgotten by age.

use egret_core::{JobId, PrunePolicy, PruneReport, Result};
use rusqlite::params;

use crate::backend::SqliteBackend;
use crate::history::Folded;
use crate::job_key::JobKey;
use crate::queries;
use crate::writer::{Nature, Session};

/// So many jobs are forgotten in one transaction, so that nobody waits long.
const CHUNK: usize = 500;

impl SqliteBackend {
    pub(crate) async fn prune_history(&self, policy: PrunePolicy) -> Result<PruneReport> {
        let keep = i64::try_from(policy.keep.as_micros()).unwrap_or(i64::MAX);
        let mut report = PruneReport::default();
        loop {
            let limit = CHUNK.min(policy.limit - report.removed.len());
            let nature = Nature { verb: "forget finished jobs", is_durable: false, weight: limit };
            let removed = self
                .writer
                .call_unless(
                    nature,
                    move |session| look(session, keep),
                    move |session| prune(session, keep, limit),
                    |_| None,
                )
                .await?;
            let is_done = removed.len() < limit;
            report.removed.extend(removed);
            if is_done || report.removed.len() >= policy.limit {
                return Ok(report);
            }
        }
    }
}

/// Answers at once when there is nothing to forget, so that an idle service never writes.
fn look(session: &mut Session<'_>, keep: i64) -> rusqlite::Result<Option<Vec<JobId>>> {
    let cutoff = session.now().saturating_sub(keep);
    let mut statement = session.connection.prepare_cached(queries::PRUNABLE)?;
    Ok(if statement.exists(params![cutoff, 1])? { None } else { Some(Vec::new()) })
}

fn prune(session: &mut Session<'_>, keep: i64, limit: usize) -> rusqlite::Result<Vec<JobId>> {
    let cutoff = session.now().saturating_sub(keep);
    let row_limit = i64::try_from(limit).unwrap_or(i64::MAX);
    let mut statement = session.connection.prepare_cached(queries::PRUNABLE)?;
    let old: Vec<i64> =
        statement.query_map(params![cutoff, row_limit], |row| row.get(0))?.collect::<rusqlite::Result<_>>()?;
    drop(statement);
    let mut removed = Vec::with_capacity(old.len());
    for number in &old {
        removed.push(remove(session, *number)?.to_id());
    }
    if old.len() < limit {
        // Nothing that old is left, so nothing in history names services that left before.
        session.execute(queries::PRUNE_RUNNERS, [cutoff])?;
    }
    Ok(removed)
}

/// Removes a finished job with everything that is kept beside it.
pub(crate) fn forget_finished(session: &mut Session<'_>, number: i64) -> rusqlite::Result<()> {
    remove(session, number).map(|_| ())
}

fn remove(session: &mut Session<'_>, number: i64) -> rusqlite::Result<JobKey> {
    let mut statement = session.connection.prepare_cached(queries::HISTORY_REMOVE)?;
    let folded = statement.query_row([number], Folded::read)?;
    drop(statement);
    session.books.lanes.shift(folded.lane, folded.state, -1);
    if let Some(claim) = folded.claim {
        session.execute(queries::FORGET_LINES_OF_CLAIM, [claim])?;
    }
    // A live job that has the same id keeps its attempts, and with them those of this one.
    if !session.connection.prepare_cached(queries::LIVE_ID)?.exists(params![folded.job_key])? {
        forget(session, &folded.job_key)?;
    }
    Ok(folded.job_key)
}

/// Removes the attempts of a job that is gone, unless a finished one has its id.
pub(crate) fn forget(session: &Session<'_>, job: &JobKey) -> rusqlite::Result<()> {
    if !session.connection.prepare_cached(queries::FINISHED_ID)?.exists(params![job])? {
        session.execute(queries::FORGET_LINES, params![job])?;
        session.execute(queries::FORGET_EXECUTIONS, params![job])?;
    }
    Ok(())
}
