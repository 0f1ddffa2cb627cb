//! A store to which nobody writes for a while.

use std::fs::File;
use std::path::Path;

use egret_sqlite::rusqlite::Connection;

use crate::patience::PATIENCE;

/// Keeps everybody else from writing to the store of an application until it goes out of scope. Whoever wants to write waits,
/// and holds nothing for which others would have to wait.
#[derive(Debug)]
pub struct Standstill {
    /// Holds the lock of SQLite, which goes before the places in the queue do.
    _writer: Connection,
    _queue: [File; 2],
}

impl Standstill {
    /// Takes its turn, as every writer does.
    pub(crate) fn of_root(root: &Path) -> Self {
        let queue = ["turnstile-a", "turnstile-b"].map(|name| {
            let file = File::open(root.join("var/egret.db.d").join(name)).unwrap();
            file.lock().unwrap();
            file
        });
        let writer = Connection::open(root.join("var/egret.db")).unwrap();
        writer.busy_timeout(PATIENCE).unwrap();
        writer.execute_batch("BEGIN IMMEDIATE").unwrap();
        Self { _writer: writer, _queue: queue }
    }
}
