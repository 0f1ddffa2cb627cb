//! The crash suite on a table in SQLite: real processes, killed and frozen.

use std::path::PathBuf;
use std::sync::Arc;

use egret_core::{Backend, Result, Timing};
use egret_delayed_job::DelayedJob;

#[expect(dead_code, reason = "each test program uses its part")]
mod support;

/// A database in each folder.
async fn open(folder: PathBuf, timing: Timing) -> Result<Arc<dyn Backend>> {
    let options = support::options(&format!("sqlite:{}", folder.join("app.sqlite3").display()));
    DelayedJob::migrate(&options).await?;
    support::open(options, timing).await
}

mod suite {
    egret_conformance::crash_suite!(super::open);
}
