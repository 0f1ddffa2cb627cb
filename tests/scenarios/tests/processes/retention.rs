//! What services forget of their own accord.

use std::fs;
use std::path::Path;

use egret_scenarios::patience::{holds, wait_for};

use crate::application;

/// `retention.max_size` of the test.
const MOST_BYTES: u64 = 2 << 20;
const N_JOBS: usize = 12;

/// What the files in a folder and in those below take.
fn bytes_below(folder: &Path) -> u64 {
    let entries = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap());
    entries
        .map(|entry| match entry.metadata().unwrap() {
            metadata if metadata.is_dir() => bytes_below(&entry.path()),
            metadata => metadata.len(),
        })
        .sum()
}

#[test]
fn a_service_keeps_store_and_logs_together_within_their_bound() {
    let application = application("default:\n  linger: 100ms\nretention: {completed: 30d, max_size: 2M}\n");
    // Each leaves 200 KB in a log file, and as much in the store, which keeps the first lines of each log.
    let script = "yes \"$(printf '%099d' 0)\" | head -n 1000";
    let ids: Vec<String> = (0..N_JOBS).map(|_| application.enqueue_script(script)).collect();
    let store = application.store();
    wait_for("the end of every job", || {
        let live = store.counts().live();
        holds(live == 0, || format!("{live} live"))
    });
    // Before a service leaves, it looks how much there is.
    application.wait_for_no_service();

    let logs = bytes_below(&application.root().join("var/egret.db.d/logs"));
    let used = store.size().used_bytes;
    assert!(logs + used <= MOST_BYTES, "{logs} bytes of logs and {used} of the store");
    let kept = store.ended();
    assert!(
        kept.contains(ids.last().unwrap()),
        "the newest are kept: {kept:?}, {logs} bytes of logs, {used} of the store, {:?}",
        store.counts()
    );
    assert!(!kept.contains(&ids[0]), "the oldest are forgotten: {kept:?}");
    assert!(logs >= 100_000 * kept.len() as u64, "the log of every job that is kept is kept: {logs}, {kept:?}");
    assert!(kept.len() > 2, "no more is forgotten than has to be: {kept:?}");
}
