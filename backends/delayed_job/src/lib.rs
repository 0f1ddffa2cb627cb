//! Delayed Job's own table as a store of Egret.
//!
//! Ruby's workers and ours run beside each other on the same rows. The format is that of delayed_job 4.1 and 4.2 with
//! delayed_job_active_record 4.1.

mod database;
pub mod handler;
mod options;
pub mod ruby;
mod store;
pub mod table;
pub mod yaml;

pub use options::DelayedJobOptions;
pub use store::{ADAPTER, DelayedJob, TablesFound};
