//! The verb *presence*: when services came and went.

use egret_core::job_data::from_microseconds;
use egret_core::{NamePresence, PolledQueue, Presence};
use rusqlite::{OptionalExtension, Row, params};

use crate::queries;
use crate::writer::Session;

/// Notes that the number of living services of a name changed.
pub(super) fn note_change(session: &Session<'_>, name: &str, at: i64) -> rusqlite::Result<()> {
    session.execute(queries::PRESENCE_NOTE, params![name, at]).map(drop)
}

/// Notes that a service, which is still in its table, was there until a moment.
pub(super) fn note_end(session: &Session<'_>, id: i64, ended_at: i64) -> rusqlite::Result<()> {
    match note_polled(session, id, ended_at)? {
        Some(name) => note_change(session, &name, ended_at),
        None => Ok(()),
    }
}

/// Notes that a service, which is still in its table, polled its queues until a moment. Answers its name.
pub(super) fn note_polled(session: &Session<'_>, id: i64, polled_at: i64) -> rusqlite::Result<Option<String>> {
    let mut statement = session.connection.prepare_cached(queries::SERVICE_END)?;
    let read = |row: &Row<'_>| Ok((row.get(0)?, row.get(1)?));
    let Some((name, queues)): Option<(String, String)> = statement.query_row([id], read).optional()? else {
        return Ok(None);
    };
    let patterns: Vec<String> = serde_json::from_str(&queues).unwrap_or_default();
    for pattern in patterns {
        session.execute(queries::POLLED_NOTE, params![pattern, polled_at])?;
    }
    Ok(Some(name))
}

/// The verb *presence*.
pub(crate) fn presence(session: &mut Session<'_>) -> rusqlite::Result<Presence> {
    let name = |row: &Row<'_>| Ok(NamePresence { name: row.get(0)?, changed_at: from_microseconds(row.get(1)?) });
    let queue = |row: &Row<'_>| Ok(PolledQueue { pattern: row.get(0)?, polled_at: from_microseconds(row.get(1)?) });
    let mut names = session.connection.prepare_cached(queries::PRESENCE)?;
    let mut queues = session.connection.prepare_cached(queries::POLLED)?;
    Ok(Presence {
        names: names.query_map([], name)?.collect::<rusqlite::Result<_>>()?,
        queues: queues.query_map([], queue)?.collect::<rusqlite::Result<_>>()?,
    })
}
