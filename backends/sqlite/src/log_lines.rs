//! Log lines of attempts: the first ones are kept in the store, several to a row.

use egret_core::{JobId, LogExcerpt, LogLine, LogQuery, Result};
use rusqlite::{OptionalExtension, Row, params};
use serde_json::value::RawValue;

use crate::backend::SqliteBackend;
use crate::execution::claims_of_attempt;
use crate::job_key::JobKey;
use crate::queries;
use crate::writer::Session;

/// Lines as they go into a row.
#[derive(Debug)]
pub(crate) struct Lines {
    pub(crate) n: i64,
    pub(crate) text: String,
}

impl Lines {
    /// `None` when there are none.
    pub(crate) fn new(lines: &[LogLine]) -> Option<Self> {
        let n = i64::try_from(lines.len()).unwrap_or(i64::MAX);
        let text = || serde_json::to_string(lines).expect("log lines are made of strings and times");
        (n > 0).then(|| Self { n, text: text() })
    }

    /// The first `n` of them.
    pub(crate) fn cut(&self, n: i64) -> Self {
        let lines: Vec<Box<RawValue>> = serde_json::from_str(&self.text).expect("written by `new`");
        let kept = &lines[..usize::try_from(n).unwrap_or(0).min(lines.len())];
        Self { n, text: serde_json::to_string(kept).expect("parsed just now") }
    }
}

/// Appends lines to those of a claim, as far as there is room.
pub(crate) fn append(session: &Session<'_>, claim: i64, lines: &Lines) -> rusqlite::Result<()> {
    let mut statement = session.connection.prepare_cached(queries::LOG_END)?;
    let first: i64 = statement.query_row([claim], |row| row.get(0)).optional()?.unwrap_or(0);
    let room = session.settings.head_logs - first;
    if room <= 0 {
        return Ok(());
    }
    let cut;
    let kept = if lines.n > room {
        cut = lines.cut(room);
        &cut
    } else {
        lines
    };
    session.execute(queries::LOG_APPEND, params![claim, first, kept.n, kept.text])?;
    Ok(())
}

impl SqliteBackend {
    pub(crate) async fn read_log(&self, query: &LogQuery) -> Result<LogExcerpt> {
        let query = query.clone();
        self.listings.call("read log lines", move |session| excerpt(session, &query)).await
    }
}

fn excerpt(session: &mut Session<'_>, query: &LogQuery) -> rusqlite::Result<LogExcerpt> {
    let mut lines = Vec::new();
    // Number of the first line of the present row among all lines of the attempt.
    let mut start = 0;
    for claim in claims_of_attempt(session, &JobKey::from(&query.job_id), query.attempt)? {
        let mut statement = session.connection.prepare_cached(queries::LOG_READ)?;
        let mut rows = statement.query([claim])?;
        while let Some(row) = rows.next()? {
            let n = row.get::<_, i64>(1)?.cast_unsigned();
            if start + n > query.after && lines.len() < query.limit {
                let skipped = usize::try_from(query.after.saturating_sub(start)).unwrap_or(usize::MAX);
                lines.extend(read(row, &query.job_id)?.into_iter().skip(skipped).take(query.limit - lines.len()));
            }
            start += n;
        }
    }
    let position = query.after.min(start) + lines.len() as u64;
    Ok(LogExcerpt { lines, position })
}

fn read(row: &Row<'_>, job: &JobId) -> rusqlite::Result<Vec<LogLine>> {
    let lines = serde_json::from_str(row.get_ref(2)?.as_str()?);
    Ok(lines.unwrap_or_else(|error| {
        tracing::warn!(%error, %job, "log lines in the store cannot be read");
        Vec::new()
    }))
}
