//! The databases on which the table may lie: sessions that run the same statements on each.
//!
//! Statements are written once, with `?` for their parameters; `IN (?)` takes a list. What databases say differently is a
//! [`Dialect`]'s word in braces.

mod conflict;
mod dialect;
mod io_thread;
mod lists;
mod mysql;
mod mysql_url;
mod postgres;
mod postgres_error;
mod postgres_time;
mod postgres_url;
mod sqlite;
mod sqlite_error;
mod tls;
mod value;

use std::fmt::Debug;

use async_trait::async_trait;
use egret_core::{Result, Words, words};

pub(crate) use conflict::gave_way;
pub(crate) use dialect::Dialect;
pub(crate) use io_thread::IoThread;
pub(crate) use lists::{marks, rows_of_marks};
pub(crate) use mysql::MysqlDatabase;
pub(crate) use mysql_url::MysqlAddress;
pub(crate) use postgres::PostgresDatabase;
pub(crate) use postgres_url::PostgresAddress;
pub(crate) use sqlite::SqliteDatabase;
pub(crate) use value::{Cell, Columns, Value};

/// A database that can be reached.
#[async_trait]
pub(crate) trait Database: Debug + Send + Sync {
    /// How its statements are written.
    fn dialect(&self) -> Dialect;

    /// Where it is, for people; never a password.
    fn location(&self) -> String;

    /// Begins a transaction in which rows may be written. Dropped without a commit, it has done nothing.
    async fn begin(&self) -> Result<Box<dyn Session>>;

    /// A session for looking, in which statements may see different moments. It waits for nobody who writes.
    async fn look(&self) -> Result<Box<dyn Session>>;

    /// A session for looking, in which all statements see one moment.
    async fn snapshot(&self) -> Result<Box<dyn Session>>;
}

/// One use of a connection.
#[async_trait]
pub(crate) trait Session: Send {
    /// Rows of a statement.
    async fn query(&mut self, statement: &str, parameters: Vec<Value>) -> Result<Vec<Columns>>;

    /// Runs a statement and says how many rows it has written.
    async fn execute(&mut self, statement: &str, parameters: Vec<Value>) -> Result<u64>;

    /// Inserts one row and gives its number; the statement has no `RETURNING`.
    async fn insert(&mut self, statement: &str, parameters: Vec<Value>) -> Result<i64>;

    /// Inserts rows of a table of ours, each with all the columns that the statement names, in the place of its `{rows}`. They
    /// hold numbers and texts.
    async fn insert_rows(&mut self, statement: &str, rows: Vec<Vec<Value>>) -> Result<u64> {
        let values = format!("VALUES {}", rows_of_marks(rows.len(), rows.first().map_or(0, Vec::len)));
        self.execute(&statement.replace("{rows}", &values), rows.into_iter().flatten().collect()).await
    }

    /// Runs several statements without parameters.
    async fn run(&mut self, statements: &str) -> Result<()>;

    /// Makes what was written last.
    async fn commit(self: Box<Self>) -> Result<()>;
}

/// The fault of a URL that the driver refuses, whose words are the cause.
fn unreadable_url(product: &str) -> Words {
    words!("database-url-unreadable", "the URL of the {product} server cannot be read", product = product)
}
