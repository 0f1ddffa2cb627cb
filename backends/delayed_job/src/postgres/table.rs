//! The statements on the table, each an atomic step of its own or part of the caller's transaction.

use std::time::SystemTime;

use egret_core::{Error, ErrorKind, Result};
use jiff::Timestamp;
use tokio_postgres::types::{ToSql, Type};
use tokio_postgres::{GenericClient, Row as Columns};

use super::error::failed;
use super::{queries, time};
use crate::table::{End, LockName, NewRow, Reservation, Row};

/// The table of one database, as it was found when it was opened.
///
/// Every method takes the client or the transaction, so that an application enqueues within its own transaction, and a job
/// exists exactly when what it belongs to does. Each costs one round trip.
#[derive(Clone, Debug)]
pub struct PostgresTable {
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

impl PostgresTable {
    /// The table that the client's search path finds, with the prefix that the application sets for all of its tables;
    /// empty for none.
    ///
    /// # Errors
    /// [`ErrorKind::NotFound`] when there is none: [`create`](Self::create) makes one.
    pub async fn open(client: &impl GenericClient, prefix: &str) -> Result<Self> {
        let name = format!("{prefix}{NAME}");
        let query = queries::COLUMNS.replace("?", "$1");
        let columns = client.query_typed(&query, &[(&name, Type::TEXT)]).await;
        let columns = columns.map_err(|error| failed("look at the table of Delayed Job", error))?;
        if columns.is_empty() {
            let message = format!(
                "the database has no table `{name}`; `egret migrate` makes one, as Delayed Job's generator does"
            );
            return Err(Error::new(ErrorKind::NotFound, message));
        }
        let has_queue = columns.iter().any(|column| column.get::<_, &str>(0) == "queue");
        Ok(Self { layout: Layout { name, has_queue } })
    }

    /// Makes the table as upstream's generator does.
    ///
    /// # Errors
    /// When it is there already, or the database cannot be written.
    pub async fn create(client: &impl GenericClient, prefix: &str) -> Result<Self> {
        let layout = Layout { name: format!("{prefix}{NAME}"), has_queue: true };
        let created = client.batch_execute(&queries::for_layout(queries::CREATE, &layout)).await;
        created.map_err(|error| failed("make the table of Delayed Job", error))?;
        Ok(Self { layout })
    }

    /// Stores a row and gives its number.
    ///
    /// # Errors
    /// [`ErrorKind::Refused`] when the row names a queue and the table has none.
    pub async fn insert(&self, client: &impl GenericClient, row: &NewRow, now: Timestamp) -> Result<i64> {
        let (run_at, now) = (time::system(row.run_at), time::system(now));
        let mut parameters: Vec<Parameter<'_>> = vec![
            (&row.priority, Type::INT4),
            (&row.handler, Type::TEXT),
            (&run_at, Type::TIMESTAMP),
            (&now, Type::TIMESTAMP),
        ];
        let query = match (self.layout.has_queue, &row.queue) {
            (true, queue) => {
                parameters.push((queue, Type::VARCHAR));
                queries::INSERT
            }
            (false, None) => queries::INSERT_WITHOUT_QUEUE,
            (false, Some(queue)) => return Err(self.has_no_queues(queue)),
        };
        self.number(client, query, &parameters).await.map_err(|error| failed("store a job for Delayed Job", error))
    }

    /// Takes the next row, if there is one that nobody else is just taking.
    ///
    /// # Errors
    /// When the database does not answer; and [`ErrorKind::Refused`] when queues are asked for and the table has none.
    pub async fn reserve(&self, client: &impl GenericClient, reservation: &Reservation) -> Result<Option<Row>> {
        if let (false, Some(queue)) = (self.layout.has_queue, reservation.queues.iter().flatten().next()) {
            return Err(self.has_no_queues(queue));
        }
        let (now, expired) = (time::system(reservation.now), time::system(reservation.expired_before()));
        let name = reservation.name.as_str();
        let [min_priority, max_priority] = reservation.priorities;
        let parameters: [Parameter<'_>; 7] = [
            (&now, Type::TIMESTAMP),
            (&expired, Type::TIMESTAMP),
            (&name, Type::VARCHAR),
            (&min_priority, Type::INT4),
            (&max_priority, Type::INT4),
            (&reservation.queues, Type::TEXT_ARRAY),
            (&reservation.skipped, Type::INT8_ARRAY),
        ];
        let reserved = self.rows(client, queries::RESERVE, &parameters).await;
        reserved
            .and_then(|rows| rows.first().map(read_row).transpose())
            .map_err(|error| failed("reserve a job of Delayed Job", error))
    }

    /// The row of the number.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn find(&self, client: &impl GenericClient, id: i64) -> Result<Option<Row>> {
        let found = self.rows(client, queries::FIND, &[(&id, Type::INT8)]).await;
        found
            .and_then(|rows| rows.first().map(read_row).transpose())
            .map_err(|error| failed("find a job of Delayed Job", error))
    }

    /// Ends the lock of a row, and says whether the row was still held under the name. If it was not, nothing has changed.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn end(
        &self,
        client: &impl GenericClient,
        id: i64,
        name: &LockName,
        end: &End,
        now: Timestamp,
    ) -> Result<bool> {
        let name = name.as_str();
        let now = time::system(now);
        let run_at = match end {
            End::Retry { run_at, .. } | End::Postpone { run_at } => time::system(*run_at),
            End::Remove | End::Keep { .. } | End::Unlock => now,
        };
        let counted = i32::from(matches!(end, End::Keep { counts: true, .. }));
        let mut parameters: Vec<Parameter<'_>> = vec![(&id, Type::INT8), (&name, Type::VARCHAR)];
        let query = match end {
            End::Remove => queries::REMOVE,
            End::Unlock => queries::UNLOCK,
            End::Retry { last_error, .. } => {
                parameters.extend([
                    (&now as &(dyn ToSql + Sync), Type::TIMESTAMP),
                    (last_error, Type::TEXT),
                    (&run_at, Type::TIMESTAMP),
                ]);
                queries::RETRY
            }
            End::Keep { last_error, .. } => {
                parameters.extend([
                    (&now as &(dyn ToSql + Sync), Type::TIMESTAMP),
                    (last_error, Type::TEXT),
                    (&counted, Type::INT4),
                ]);
                queries::KEEP
            }
            End::Postpone { .. } => {
                parameters.extend([(&now as &(dyn ToSql + Sync), Type::TIMESTAMP), (&run_at, Type::TIMESTAMP)]);
                queries::POSTPONE
            }
        };
        let ended = self.rows(client, query, &parameters).await;
        ended.map(|rows| !rows.is_empty()).map_err(|error| failed("end a run of Delayed Job", error))
    }

    /// Makes a lock young again, and says whether the row was still held under the name.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn renew(&self, client: &impl GenericClient, id: i64, name: &LockName, now: Timestamp) -> Result<bool> {
        let (name, now) = (name.as_str(), time::system(now));
        let parameters: [Parameter<'_>; 3] = [(&id, Type::INT8), (&name, Type::VARCHAR), (&now, Type::TIMESTAMP)];
        let renewed = self.rows(client, queries::RENEW, &parameters).await;
        renewed.map(|rows| !rows.is_empty()).map_err(|error| failed("renew a lock of Delayed Job", error))
    }

    /// Frees all rows that are held under a name, and says how many.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn clear_locks(&self, client: &impl GenericClient, name: &LockName) -> Result<usize> {
        let name = name.as_str();
        let cleared = self.rows(client, queries::CLEAR_LOCKS, &[(&name, Type::VARCHAR)]).await;
        cleared.map(|rows| rows.len()).map_err(|error| failed("clear locks of Delayed Job", error))
    }

    /// Removes every row, also those that run (`jobs:clear`), and says how many.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn clear(&self, client: &impl GenericClient) -> Result<usize> {
        let cleared = client.execute(&queries::for_layout(queries::CLEAR, &self.layout), &[]).await;
        cleared
            .map(|n_rows| usize::try_from(n_rows).unwrap_or(usize::MAX))
            .map_err(|error| failed("clear the jobs of Delayed Job", error))
    }

    /// How many rows that have never failed were stored before a moment (`jobs:check`).
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn n_older(&self, client: &impl GenericClient, before: Timestamp) -> Result<u64> {
        let before = time::system(before);
        let counted = self.number(client, queries::N_OLDER, &[(&before, Type::TIMESTAMP)]).await;
        let counted = counted.map_err(|error| failed("count the jobs of Delayed Job", error))?;
        Ok(u64::try_from(counted).expect("a count is not negative"))
    }

    async fn rows(
        &self,
        client: &impl GenericClient,
        query: &str,
        parameters: &[Parameter<'_>],
    ) -> Answer<Vec<Columns>> {
        client.query_typed(&queries::for_layout(query, &self.layout), parameters).await
    }

    /// The number that a query answers in its only row.
    async fn number(&self, client: &impl GenericClient, query: &str, parameters: &[Parameter<'_>]) -> Answer<i64> {
        let rows = self.rows(client, query, parameters).await?;
        rows.first().expect("the query answers one row").try_get(0)
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

/// What the driver says.
type Answer<T> = std::result::Result<T, tokio_postgres::Error>;

type Parameter<'a> = (&'a (dyn ToSql + Sync), Type);

fn read_row(row: &Columns) -> Answer<Row> {
    Ok(Row {
        id: row.try_get("id")?,
        priority: row.try_get("priority")?,
        attempts: row.try_get::<_, i64>("attempts")?.try_into().unwrap_or(0),
        handler: row.try_get("handler")?,
        is_utf8: true,
        last_error: row.try_get("last_error")?,
        run_at: moment(row, "run_at")?,
        locked_at: moment(row, "locked_at")?,
        locked_by: row.try_get("locked_by")?,
        failed_at: moment(row, "failed_at")?,
        queue: row.try_get("queue")?,
        created_at: moment(row, "created_at")?,
    })
}

/// A time of the column.
fn moment(row: &Columns, column: &str) -> Answer<Option<Timestamp>> {
    Ok(row.try_get::<_, Option<SystemTime>>(column)?.map(time::moment))
}
