//! Forgetting tasks and logs of their runs by age.

use egret_core::job_data::to_microseconds;
use egret_core::{PruneTasks, PrunedTasks, Result};
use rusqlite::params;

use super::hand::forget;
use crate::backend::SqliteBackend;
use crate::queries;
use crate::writer::{Nature, Session};

impl SqliteBackend {
    pub(crate) async fn forget_tasks(&self, prune: PruneTasks) -> Result<PrunedTasks> {
        let nature = Nature { verb: "forget old tasks", is_durable: false, weight: prune.limit };
        self.writer
            .call_unless(nature, move |session| look(session, &prune), move |session| run(session, &prune), |_| None)
            .await
    }
}

/// Answers at once when there is nothing to forget, so that an idle service never writes.
fn look(session: &mut Session<'_>, prune: &PruneTasks) -> rusqlite::Result<Option<PrunedTasks>> {
    let is_idle = old_tasks(session, prune, 1)?.is_empty() && old_runs(session, prune, 1)?.is_empty();
    Ok(is_idle.then(PrunedTasks::default))
}

fn run(session: &mut Session<'_>, prune: &PruneTasks) -> rusqlite::Result<PrunedTasks> {
    let tasks = old_tasks(session, prune, prune.limit)?;
    for (id, _) in &tasks {
        forget(session, *id)?;
    }
    let runs = old_runs(session, prune, prune.limit)?;
    for run in &runs {
        session.execute(queries::TASK_RUN_LINES_DELETE, *run)?;
        session.execute(queries::TASK_RUN_DELETE, *run)?;
    }
    Ok(PrunedTasks { tasks: tasks.into_iter().map(|(_, name)| name).collect(), n_logs: runs.len() as u64 })
}

fn old_tasks(session: &Session<'_>, prune: &PruneTasks, limit: usize) -> rusqlite::Result<Vec<(i64, String)>> {
    let Some(before) = prune.tasks_before else { return Ok(Vec::new()) };
    let mut statement = session.connection.prepare_cached(queries::TASKS_OLD)?;
    let read = |row: &rusqlite::Row<'_>| Ok((row.get(0)?, row.get(1)?));
    statement.query_map(params![to_microseconds(before), bounded(limit)], read)?.collect()
}

fn old_runs(session: &Session<'_>, prune: &PruneTasks, limit: usize) -> rusqlite::Result<Vec<(i64, i64)>> {
    let Some(until) = prune.logs_until else { return Ok(Vec::new()) };
    let mut statement = session.connection.prepare_cached(queries::TASK_RUNS_OLD)?;
    let read = |row: &rusqlite::Row<'_>| Ok((row.get(0)?, row.get(1)?));
    statement.query_map(params![to_microseconds(until), bounded(limit)], read)?.collect()
}

fn bounded(limit: usize) -> i64 {
    i64::try_from(limit).unwrap_or(i64::MAX)
}
