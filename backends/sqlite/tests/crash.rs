//! The crash suite of the conformance suite on the embedded store: real processes, killed and frozen.

use std::path::PathBuf;
use std::sync::Arc;

use egret_core::{Backend, Result, Timing};
use egret_sqlite::{SqliteBackend, SqliteOptions};

async fn open(folder: PathBuf, timing: Timing) -> Result<Arc<dyn Backend>> {
    let options = SqliteOptions { timing, ..SqliteOptions::new(folder.join("egret.db")) };
    Ok(SqliteBackend::open(options)?)
}

mod suite {
    egret_conformance::crash_suite!(super::open);
}
