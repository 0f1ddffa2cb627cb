//! `egret jobs:clear` and `egret jobs:check`: what Delayed Job's rake tasks of these names do, on any store.

use std::time::Duration;

use clap::Args;
use egret_core::{Change, JobFilter, Target};
use serde::Serialize;

use super::arguments::Json;
use super::{Exit, Failure, Session};

/// Removes every job; what runs is left to end
#[derive(Args, Debug)]
pub(super) struct Clear {
    #[command(flatten)]
    pub(super) format: Json,
}

#[derive(Serialize)]
struct Cleared {
    n_removed: usize,
    n_running: usize,
}

impl Clear {
    pub(super) async fn perform(self, session: &Session) -> Result<Exit, Failure> {
        let backend = session.app_for_changing().await?.backend();
        let report = backend.change(Target::Filter(JobFilter::all()), Change::Delete).await?;
        let cleared = Cleared { n_removed: report.changed.len(), n_running: report.refused.len() };
        let output = session.output();
        if output.is_json() {
            output.json(&cleared)?;
        } else {
            let arguments =
                [("removed", (cleared.n_removed as u64).into()), ("running", (cleared.n_running as u64).into())];
            output.line(session.language().text_with("jobs-cleared", &arguments))?;
        }
        Ok(Exit::Success)
    }
}

/// Ends with status 1 when jobs that have never run are older than so many seconds
///
/// Jobs that wait for a time of their own count as well, as in Ruby.
#[derive(Args, Debug)]
pub(super) struct CheckAge {
    /// The age
    #[arg(value_name = "SECONDS", default_value_t = 300)]
    max_age: u64,
    #[command(flatten)]
    pub(super) format: Json,
}

#[derive(Serialize)]
struct Checked {
    n_late: u64,
    max_age: u64,
}

impl CheckAge {
    pub(super) async fn perform(self, session: &Session) -> Result<Exit, Failure> {
        let backend = session.app_for_looking().await?.backend();
        let age = egret_core::job_data::to_microseconds(backend.now().await?)
            .saturating_sub(i64::try_from(Duration::from_secs(self.max_age).as_micros()).unwrap_or(i64::MAX));
        let before = egret_core::job_data::from_microseconds(age);
        let n_late = backend.count_never_run(before).await?;
        let output = session.output();
        if output.is_json() {
            output.json(&Checked { n_late, max_age: self.max_age })?;
        } else {
            let message = if n_late == 0 { "jobs-not-late" } else { "jobs-late" };
            let arguments = [("count", n_late.into()), ("seconds", self.max_age.into())];
            let text = session.language().text_with(message, &arguments);
            match n_late {
                0 => output.line(text)?,
                _ => output.note(text),
            }
        }
        Ok(if n_late == 0 { Exit::Success } else { Exit::Failure })
    }
}
