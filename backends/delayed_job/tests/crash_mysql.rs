//! The crash suite on a table in MySQL or MariaDB: real processes, killed and frozen.

use std::path::PathBuf;
use std::sync::Arc;

use egret_core::{Backend, Result, Timing};

#[expect(dead_code, reason = "each test program uses its part")]
mod support;

async fn open(folder: PathBuf, timing: Timing) -> Result<Arc<dyn Backend>> {
    support::open(support::options(&support::crash::url(&folder, support::Database::mysql)), timing).await
}

mod suite {
    egret_conformance::crash_suite!(super::open);
}
