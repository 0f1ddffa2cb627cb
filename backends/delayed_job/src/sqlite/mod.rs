//! The table on SQLite.

mod error;
mod queries;
mod table;
mod time;

pub use table::SqliteTable;
