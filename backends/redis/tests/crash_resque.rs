//! The crash suite of the conformance suite on Resque's queues: real processes, killed and frozen.

use std::path::PathBuf;
use std::sync::Arc;

use egret_core::{Backend, Result, Timing};
use egret_redis::resque::{self, ResqueOptions};

#[expect(dead_code, reason = "each test program uses its part")]
mod support;

/// A database of its own for each folder, in which the workers find its URL.
async fn open(folder: PathBuf, timing: Timing) -> Result<Arc<dyn Backend>> {
    let mut options = ResqueOptions::parse(&url(&folder)).expect("a URL of a server");
    options.timing = timing;
    resque::open(options).await
}

/// The URL that the first who asks has leased.
fn url(folder: &std::path::Path) -> String {
    let file = folder.join("url");
    if let Ok(url) = std::fs::read_to_string(&file) {
        return url;
    }
    // Leased until the test program ends; the lease itself ends by its time.
    let database = support::Database::lease();
    let url = database.url();
    std::mem::forget(database);
    std::fs::write(&file, &url).expect("the folder takes a file");
    url
}

mod suite {
    egret_conformance::crash_suite!(super::open);
}
