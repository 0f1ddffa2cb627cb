//! The table on PostgreSQL, for an application's own transactions.

mod error;
mod queries;
mod table;
mod time;

pub(crate) use error::failed;
pub use table::PostgresTable;
pub(crate) use time::{moment, system};
