//! Log lines of tasks, by run.

use egret_core::job_data::from_microseconds;
use egret_core::{LogExcerpt, LogLine, MAX_TASK_LINES, Result, TaskLogQuery, TaskRun};
use rusqlite::{Row, params};

use super::row::{StoredOwner, TaskRow};
use crate::backend::SqliteBackend;
use crate::log_lines::Lines;
use crate::queries;
use crate::writer::Session;

/// Appends lines to those of the present run of a task, as far as they are kept.
pub(super) fn append(
    session: &Session<'_>,
    row: &TaskRow,
    lines: Option<&Lines>,
    n_unkept: i64,
) -> rusqlite::Result<()> {
    let n_lines = lines.map_or(0, |lines| lines.n) + n_unkept;
    if n_lines == 0 {
        return Ok(());
    }
    let owner = row.holder.as_ref().map(|(_, owner)| owner.to_text()).unwrap_or_default();
    let mut statement = session.connection.prepare_cached(queries::TASK_RUN_WRITE)?;
    let first: i64 =
        statement.query_row(params![row.id, row.log_sequence, owner, session.now(), n_lines], |row| row.get(0))?;
    let room = i64::try_from(MAX_TASK_LINES).unwrap_or(i64::MAX) - first;
    let Some(lines) = lines.filter(|_| room > 0) else { return Ok(()) };
    let cut;
    let kept = if lines.n > room {
        cut = lines.cut(room);
        &cut
    } else {
        lines
    };
    session.execute(queries::TASK_LINES_APPEND, params![row.id, row.log_sequence, first, kept.n, kept.text]).map(|_| ())
}

impl SqliteBackend {
    pub(crate) async fn list_task_runs(&self, name: &str) -> Result<Vec<TaskRun>> {
        let name = name.to_owned();
        let list = move |session: &mut Session<'_>| {
            session.connection.prepare_cached(queries::TASK_RUNS)?.query_map([name], read_run)?.collect()
        };
        self.listings.call("list the runs of a task", list).await
    }

    pub(crate) async fn read_task_log(&self, query: &TaskLogQuery) -> Result<LogExcerpt> {
        let query = query.clone();
        self.listings.call("read the log of a task", move |session| excerpt(session, &query)).await
    }
}

fn read_run(row: &Row<'_>) -> rusqlite::Result<TaskRun> {
    Ok(TaskRun {
        sequence: row.get::<_, i64>(0)?.cast_unsigned(),
        owner: StoredOwner::parse(row.get_ref(1)?.as_str()?).into_record(),
        began_at: from_microseconds(row.get(2)?),
        written_at: from_microseconds(row.get(3)?),
        n_lines: row.get::<_, i64>(4)?.cast_unsigned(),
    })
}

fn excerpt(session: &mut Session<'_>, query: &TaskLogQuery) -> rusqlite::Result<LogExcerpt> {
    let mut lines: Vec<LogLine> = Vec::new();
    let mut end = 0;
    let mut statement = session.connection.prepare_cached(queries::TASK_LINES_READ)?;
    let mut rows = statement.query(params![query.name, query.sequence.cast_signed()])?;
    while let Some(row) = rows.next()? {
        let (first, n): (i64, i64) = (row.get(0)?, row.get(1)?);
        let first = first.cast_unsigned();
        end = first + n.cast_unsigned();
        if end > query.after && lines.len() < query.limit {
            let skipped = usize::try_from(query.after.saturating_sub(first)).unwrap_or(usize::MAX);
            let of_row: Vec<LogLine> = serde_json::from_str(row.get_ref(2)?.as_str()?).unwrap_or_else(|error| {
                tracing::warn!(%error, task = query.name, "log lines of a task cannot be read");
                Vec::new()
            });
            lines.extend(of_row.into_iter().skip(skipped).take(query.limit - lines.len()));
        }
    }
    Ok(LogExcerpt { position: query.after.min(end) + lines.len() as u64, lines })
}
