//! The statements on the table, each an atomic step of its own or part of the caller's transaction.

use egret_core::{Error, ErrorKind, Result};
use jiff::Timestamp;
use rusqlite::{Connection, OptionalExtension, named_params};

use super::error::failed;
use super::{queries, time};
use crate::table::{End, LockName, NewRow, Reservation, Row};

/// The table of one database, as it was found when it was opened.
///
/// Every method takes the connection, so that an application enqueues within its own transaction, and a job exists exactly
/// when what it belongs to does.
#[derive(Clone, Debug)]
pub struct SqliteTable {
    layout: Layout,
}

/// What differs between the tables of applications.
#[derive(Clone, Debug)]
pub(super) struct Layout {
    /// Its name, with the application's prefix.
    pub(super) name: String,
    /// Tables made by Delayed Job 2 and not upgraded have no queues.
    pub(super) has_queue: bool,
}

/// Its name without a prefix.
const NAME: &str = "delayed_jobs";

impl SqliteTable {
    /// The table of the database, with the prefix that the application sets for all of its tables; empty for none.
    ///
    /// # Errors
    /// [`ErrorKind::NotFound`] when there is none: [`create`](Self::create) makes one.
    pub fn open(connection: &Connection, prefix: &str) -> Result<Self> {
        let name = format!("{prefix}{NAME}");
        let columns = columns(connection, &name).map_err(|error| failed("look at the table of Delayed Job", error))?;
        if columns.is_empty() {
            let message = format!(
                "the database has no table `{name}`; `egret migrate` makes one, as Delayed Job's generator does"
            );
            return Err(Error::new(ErrorKind::NotFound, message));
        }
        Ok(Self { layout: Layout { has_queue: columns.iter().any(|column| column == "queue"), name } })
    }

    /// Makes the table as upstream's generator does.
    ///
    /// # Errors
    /// When it is there already, or the database cannot be written.
    pub fn create(connection: &Connection, prefix: &str) -> Result<Self> {
        let layout = Layout { name: format!("{prefix}{NAME}"), has_queue: true };
        let create = queries::for_layout(queries::CREATE, &layout);
        connection.execute_batch(&create).map_err(|error| failed("make the table of Delayed Job", error))?;
        Ok(Self { layout })
    }

    /// Stores a row and gives its number.
    ///
    /// # Errors
    /// [`ErrorKind::Refused`] when the row names a queue and the table has none.
    pub fn insert(&self, connection: &Connection, row: &NewRow, now: Timestamp) -> Result<i64> {
        let inserted = match (self.layout.has_queue, &row.queue) {
            (true, queue) => self.query_one(
                connection,
                queries::INSERT,
                named_params! {
                    ":priority": row.priority,
                    ":handler": row.handler,
                    ":run_at": time::text(row.run_at),
                    ":queue": queue,
                    ":now": time::text(now),
                },
            ),
            (false, None) => self.query_one(
                connection,
                queries::INSERT_WITHOUT_QUEUE,
                named_params! {
                    ":priority": row.priority,
                    ":handler": row.handler,
                    ":run_at": time::text(row.run_at),
                    ":now": time::text(now),
                },
            ),
            (false, Some(queue)) => return Err(self.has_no_queues(queue)),
        };
        inserted.map_err(|error| failed("store a job for Delayed Job", error))
    }

    /// Takes the next row, if there is one.
    ///
    /// # Errors
    /// When the database does not answer, or a row that was taken cannot be read; and [`ErrorKind::Refused`] when queues are
    /// asked for and the table has none.
    pub fn reserve(&self, connection: &Connection, reservation: &Reservation) -> Result<Option<Row>> {
        if let (false, Some(queue)) = (self.layout.has_queue, reservation.queues.iter().flatten().next()) {
            return Err(self.has_no_queues(queue));
        }
        let [min_priority, max_priority] = reservation.priorities;
        let queues = reservation.queues.as_ref().map(|queues| serde_json::json!(queues).to_string());
        let query = queries::for_layout(queries::RESERVE, &self.layout);
        let reserved = connection.prepare_cached(&query).and_then(|mut statement| {
            let parameters = named_params! {
                ":now": time::text(reservation.now),
                ":expired": time::text(reservation.expired_before()),
                ":name": reservation.name.as_str(),
                ":min_priority": min_priority,
                ":max_priority": max_priority,
                ":queues": queues,
                ":skipped": serde_json::json!(reservation.skipped).to_string(),
            };
            statement.query_row(parameters, read_row).optional()
        });
        reserved.map_err(|error| failed("reserve a job of Delayed Job", error))
    }

    /// The row of the number.
    ///
    /// # Errors
    /// When the database does not answer, or the row cannot be read.
    pub fn find(&self, connection: &Connection, id: i64) -> Result<Option<Row>> {
        let query = queries::for_layout(queries::FIND, &self.layout);
        let found = connection
            .prepare_cached(&query)
            .and_then(|mut statement| statement.query_row(named_params! { ":id": id }, read_row).optional());
        found.map_err(|error| failed("find a job of Delayed Job", error))
    }

    /// Ends the lock of a row, and says whether the row was still held under the name. If it was not, nothing has changed.
    ///
    /// # Errors
    /// When the database does not answer.
    pub fn end(&self, connection: &Connection, id: i64, name: &LockName, end: &End, now: Timestamp) -> Result<bool> {
        let name = name.as_str();
        let now = time::text(now);
        let ended = match end {
            End::Remove => self.execute(connection, queries::REMOVE, named_params! { ":id": id, ":name": name }),
            End::Retry { run_at, last_error } => self.execute(
                connection,
                queries::RETRY,
                named_params! {
                    ":id": id, ":name": name, ":now": now, ":run_at": time::text(*run_at), ":last_error": last_error,
                },
            ),
            End::Keep { counts, last_error } => self.execute(
                connection,
                queries::KEEP,
                named_params! { ":id": id, ":name": name, ":now": now, ":counts": counts, ":last_error": last_error },
            ),
            End::Unlock => self.execute(connection, queries::UNLOCK, named_params! { ":id": id, ":name": name }),
            End::Postpone { run_at } => self.execute(
                connection,
                queries::POSTPONE,
                named_params! { ":id": id, ":name": name, ":now": now, ":run_at": time::text(*run_at) },
            ),
        };
        ended.map(|n_rows| n_rows > 0).map_err(|error| failed("end a run of Delayed Job", error))
    }

    /// Makes a lock young again, and says whether the row was still held under the name.
    ///
    /// # Errors
    /// When the database does not answer.
    pub fn renew(&self, connection: &Connection, id: i64, name: &LockName, now: Timestamp) -> Result<bool> {
        let parameters = named_params! { ":id": id, ":name": name.as_str(), ":now": time::text(now) };
        let renewed = self.execute(connection, queries::RENEW, parameters);
        renewed.map(|n_rows| n_rows > 0).map_err(|error| failed("renew a lock of Delayed Job", error))
    }

    /// Frees all rows that are held under a name, and says how many.
    ///
    /// # Errors
    /// When the database does not answer.
    pub fn clear_locks(&self, connection: &Connection, name: &LockName) -> Result<usize> {
        let cleared = self.execute(connection, queries::CLEAR_LOCKS, named_params! { ":name": name.as_str() });
        cleared.map_err(|error| failed("clear locks of Delayed Job", error))
    }

    /// Removes every row, also those that run (`jobs:clear`), and says how many.
    ///
    /// # Errors
    /// When the database does not answer.
    pub fn clear(&self, connection: &Connection) -> Result<usize> {
        self.execute(connection, queries::CLEAR, &[]).map_err(|error| failed("clear the jobs of Delayed Job", error))
    }

    /// How many rows that have never failed were stored before a moment (`jobs:check`).
    ///
    /// # Errors
    /// When the database does not answer.
    pub fn n_older(&self, connection: &Connection, before: Timestamp) -> Result<u64> {
        let counted = self.query_one(connection, queries::N_OLDER, named_params! { ":before": time::text(before) });
        let counted = counted.map_err(|error| failed("count the jobs of Delayed Job", error))?;
        Ok(u64::try_from(counted).expect("a count is not negative"))
    }

    fn execute(&self, connection: &Connection, query: &str, parameters: Parameters<'_>) -> rusqlite::Result<usize> {
        connection.prepare_cached(&queries::for_layout(query, &self.layout))?.execute(parameters)
    }

    fn query_one(&self, connection: &Connection, query: &str, parameters: Parameters<'_>) -> rusqlite::Result<i64> {
        let mut statement = connection.prepare_cached(&queries::for_layout(query, &self.layout))?;
        statement.query_row(parameters, |row| row.get(0))
    }

    fn has_no_queues(&self, queue: &str) -> Error {
        let message = format!(
            "the table `{}` has no column `queue`, so that nothing can be in the queue `{queue}`; Delayed Job's generator \
             `delayed_job:upgrade` adds it",
            self.layout.name
        );
        Error::new(ErrorKind::Refused, message)
    }
}

type Parameters<'a> = &'a [(&'a str, &'a dyn rusqlite::ToSql)];

fn columns(connection: &Connection, table: &str) -> rusqlite::Result<Vec<String>> {
    let mut statement = connection.prepare("SELECT name FROM pragma_table_info(?1)")?;
    statement.query_map([table], |row| row.get(0))?.collect()
}

fn read_row(row: &rusqlite::Row<'_>) -> rusqlite::Result<Row> {
    Ok(Row {
        id: row.get("id")?,
        priority: row.get("priority")?,
        attempts: row.get::<_, i64>("attempts")?.try_into().unwrap_or(0),
        handler: row.get("handler")?,
        is_utf8: true,
        last_error: row.get("last_error")?,
        run_at: time::column(row, "run_at")?,
        locked_at: time::column(row, "locked_at")?,
        locked_by: row.get("locked_by")?,
        failed_at: time::column(row, "failed_at")?,
        queue: row.get(9)?,
        created_at: time::column(row, "created_at")?,
    })
}
