//! Queues: their list, and pauses.

use egret_core::job_data::from_microseconds;
use egret_core::{QueueRecord, Result};
use rusqlite::{Row, params};

use crate::backend::SqliteBackend;
use crate::queries;
use crate::writer::{Nature, Session};

impl SqliteBackend {
    pub(crate) async fn pause_queue(&self, queue: &str) -> Result<()> {
        let queue = queue.to_owned();
        let pause = move |session: &mut Session<'_>| {
            session.execute(queries::PAUSE, params![queue, session.now()])?;
            session.books.load_pauses(session.connection)
        };
        self.writer.call(Nature::durable("pause a queue", 1), pause).await
    }

    pub(crate) async fn resume_queue(&self, queue: &str) -> Result<()> {
        let queue = queue.to_owned();
        let resume = move |session: &mut Session<'_>| {
            session.execute(queries::RESUME, [&queue])?;
            session.is_hint_due = true;
            session.books.load_pauses(session.connection)
        };
        self.writer.call(Nature::durable("resume a queue", 1), resume).await
    }

    pub(crate) async fn list_queues(&self) -> Result<Vec<QueueRecord>> {
        let read = |row: &Row<'_>| {
            let paused_at: Option<i64> = row.get(1)?;
            Ok(QueueRecord { name: row.get(0)?, paused_at: paused_at.map(from_microseconds) })
        };
        let list = move |session: &mut Session<'_>| {
            session.connection.prepare_cached(queries::QUEUES)?.query_map([], read)?.collect()
        };
        self.listings.call("list queues", list).await
    }
}
