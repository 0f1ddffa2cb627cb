//! The verb *prune*: finished jobs are forgotten by age.

use egret_core::{JobId, PrunePolicy, PruneReport, Result};
use rusqlite::params;

use crate::backend::SqliteBackend;
use crate::history::leave_history;
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
    for record in &old {
        removed.push(remove(session, *record)?.to_id());
    }
    if old.len() < limit {
        // Nothing that old is left, so nothing in history names services that left before.
        session.execute(queries::PRUNE_RUNNERS, [cutoff])?;
    }
    Ok(removed)
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
