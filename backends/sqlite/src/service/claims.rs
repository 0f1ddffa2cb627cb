//! Everything that one service has claimed.

use rusqlite::Row;

use crate::finish::Held;
use crate::queries;
use crate::writer::Session;

/// Jobs claimed by a service, in the order of enqueue.
pub(super) fn claims_of(session: &Session<'_>, service: i64) -> rusqlite::Result<Vec<Held>> {
    let mut statement = session.connection.prepare_cached(queries::SERVICE_CLAIMS)?;
    let read = |row: &Row<'_>| {
        Ok(Held {
            record: row.get(0)?,
            claim: row.get(1)?,
            service,
            lane: row.get(2)?,
            attempt: row.get(3)?,
            interruptions: row.get(4)?,
            flags: row.get(5)?,
        })
    };
    statement.query_map([service], read)?.collect()
}
