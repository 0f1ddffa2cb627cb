//! The crash suite on a table in MySQL or MariaDB: real processes, killed and frozen.

use std::path::PathBuf;
use std::sync::Arc;

use egret_core::{Backend, Result, Timing};

#[expect(dead_code, reason = "each test program uses its part")]
mod support;

/// A database for each folder, in which the workers find its URL.
async fn open(folder: PathBuf, timing: Timing) -> Result<Arc<dyn Backend>> {
    support::open(support::options(&url(&folder)), timing).await
}

/// The URL of the database that the first who asks has made.
fn url(folder: &std::path::Path) -> String {
    let file = folder.join("url");
    if let Ok(url) = std::fs::read_to_string(&file) {
        return url;
    }
    let database = support::Database::mysql();
    let url = database.url().to_owned();
    // It goes with the server of the tests.
    std::mem::forget(database);
    std::fs::write(&file, &url).expect("the folder takes a file");
    url
}

mod suite {
    egret_conformance::crash_suite!(super::open);
}
