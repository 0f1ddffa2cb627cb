//! The table on PostgreSQL.

mod error;
mod queries;
mod table;
mod time;

pub use table::PostgresTable;
