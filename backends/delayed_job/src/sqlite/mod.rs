//! The table on SQLite, for an application's own transactions.

mod error;
mod queries;
mod table;
mod time;

pub(crate) use error::failed;
pub use table::SqliteTable;
