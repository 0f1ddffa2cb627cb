//! Changes of many jobs: found by a filter, shown to a person, then made in portions.
//!
//! What a person agrees to is what is changed: the jobs are found first, and one that has moved on by the time its turn
//! comes (it no longer has the state that the filter asks for) is left as it is. Portions are small, so that enqueues and
//! services never wait long, and between two of them whoever drives the change can show how far it is, or stop.
//!
//! ```no_run
//! use egret::bulk::{BulkChange, Found};
//! use egret_core::{Change, JobFilter, JobState};
//!
//! # async fn example(app: &egret::App) -> Result<(), egret::Error> {
//! let found = Found::by_filter(app, JobFilter::all().state(JobState::Discarded)).await?;
//! println!("{} jobs, for example {:?}", found.n_jobs(), found.samples().first().map(|job| &job.class));
//! let mut change = BulkChange::new(app, found, Change::Retry);
//! while change.step().await? {}
//! println!("{} run again", change.end().await?.n_changed);
//! # Ok(()) }
//! ```

mod change;
mod found;
mod report;

pub use self::change::{BulkChange, is_supported, usual_states};
pub use self::found::{Found, SAMPLES};
pub use self::report::BulkReport;
