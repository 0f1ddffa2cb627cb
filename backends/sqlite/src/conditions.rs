//! Conditions of an enqueue: full queues, users at their limit, keys that are taken.

use egret_core::{Conditions, LimitReached, UniqueKey};
use rusqlite::{OptionalExtension, params};

use crate::enqueue::{NewRow, RowOutcome};
use crate::job_key::JobKey;
use crate::queries;
use crate::writer::Session;

/// Why a row is not stored, if it is not.
pub(crate) fn judge(
    session: &mut Session<'_>,
    row: &NewRow,
    conditions: &Conditions,
    now: i64,
) -> rusqlite::Result<Option<RowOutcome>> {
    let mut live = session.connection.prepare_cached(queries::LIVE_ID)?;
    if live.exists(params![row.job_key])? {
        return Ok(Some(RowOutcome::SameId));
    }
    if let Some(unique) = &conditions.unique
        && let Some(holder) = key_holder(session, &unique.key, now)?
    {
        return Ok(Some(RowOutcome::SameKey(holder)));
    }
    if let Some(limit) = conditions.max_queue_size {
        let n_live: i64 = session.books.lanes.of_queue(&row.queue).map(crate::lanes::Lane::n_live).sum();
        if n_live.cast_unsigned() >= limit {
            return Ok(Some(RowOutcome::Refused(LimitReached::QueueSize { queue: row.queue.clone(), limit })));
        }
    }
    let Some(user) = &conditions.user_limit else { return Ok(None) };
    let mut statement = session.connection.prepare_cached(queries::LIVE_OF_USER)?;
    let n_live: i64 = statement.query_row([&user.user_id], |row| row.get(0))?;
    let refusal = LimitReached::PerUser { user_id: user.user_id.clone(), limit: user.limit };
    Ok((n_live.cast_unsigned() >= user.limit).then_some(RowOutcome::Refused(refusal)))
}

/// Takes a key for longer than its job lives, if it has a window. A live job holds its key by its row.
pub(crate) fn take_key(session: &Session<'_>, unique: &UniqueKey, job_key: &JobKey, now: i64) -> rusqlite::Result<()> {
    let Some(window) = unique.window else { return Ok(()) };
    let ends_at = now.saturating_add(i64::try_from(window.as_micros()).unwrap_or(i64::MAX));
    session.execute(queries::WINDOW_OPEN, params![unique.key, job_key, ends_at]).map(|_| ())
}

fn key_holder(session: &Session<'_>, key: &str, now: i64) -> rusqlite::Result<Option<JobKey>> {
    session.execute(queries::WINDOWS_CLOSE, [now])?;
    let mut statement = session.connection.prepare_cached(queries::KEY_HOLDER)?;
    statement.query_row([key], |row| row.get(0)).optional()
}
