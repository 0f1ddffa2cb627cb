//! Delayed Job's table, on each database on which Ruby keeps it.

pub mod jobs;
pub mod place;
pub mod table;
