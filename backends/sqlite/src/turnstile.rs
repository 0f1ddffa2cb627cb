//! The turnstile: how processes queue in front of SQLite's write lock.
//!
//! SQLite lets waiters poll, so that a process which writes in a loop retakes the lock before a waiter looks again, and
//! others starve for seconds. Here a writer locks the file A, then the file B, then frees A, and frees B after its commit.
//! Whoever waits for B holds A, so the last holder of B cannot overtake.
//!
//! It is courtesy only: SQLite's own lock stays behind it. So nobody waits for ever for a process that was stopped in the
//! queue; after [`PATIENCE`] it is passed by.

use std::fs::{File, OpenOptions};
use std::os::unix::fs::OpenOptionsExt;
use std::path::Path;
use std::thread;
use std::time::{Duration, Instant};

use egret_core::Result;
use rustix::fs::{FlockOperation, flock};

use crate::error::failed_io;

/// For how long a turn waits for each of the two locks. A hundred processes that write at once, with a slow disk, take
/// turns within a second.
const PATIENCE: Duration = Duration::from_secs(3);
/// The same after a turn that had to pass somebody by, until one goes well again.
const LITTLE_PATIENCE: Duration = Duration::from_millis(100);
/// The pause between two looks at a lock is a part of the time waited so far, within these bounds: a short wait ends
/// promptly, and many that wait long leave the processors to the one that works.
const SHORTEST_PAUSE: Duration = Duration::from_micros(50);
const LONGEST_PAUSE: Duration = Duration::from_millis(20);
const PART_OF_WAIT: u32 = 4;

/// One place in the queue. Every thread that writes has its own.
#[derive(Debug)]
pub(crate) struct Turnstile {
    outer: File,
    inner: File,
    has_passed_somebody: bool,
}

impl Turnstile {
    /// Opens the two files in the folder, and makes them where they are not.
    pub(crate) fn open(folder: &Path) -> Result<Self> {
        let open = |name: &str| {
            let path = folder.join(name);
            let file = OpenOptions::new().read(true).write(true).create(true).truncate(false).mode(0o600).open(&path);
            file.map_err(|error| failed_io("open the lock", path.display(), error))
        };
        Ok(Self { outer: open("turnstile-a")?, inner: open("turnstile-b")?, has_passed_somebody: false })
    }

    /// Waits for this thread's turn, which lasts until the answer is dropped.
    pub(crate) fn enter(&mut self) -> Turn<'_> {
        let patience = if self.has_passed_somebody { LITTLE_PATIENCE } else { PATIENCE };
        let has_outer = lock(&self.outer, patience);
        let has_inner = lock(&self.inner, if has_outer { patience } else { Duration::ZERO });
        if has_outer {
            unlock(&self.outer);
        }
        self.has_passed_somebody = !(has_outer && has_inner);
        Turn { inner: has_inner.then_some(&self.inner) }
    }
}

impl Turnstile {
    /// This thread's turn, if nobody is before it.
    pub(crate) fn enter_at_once(&mut self) -> Option<Turn<'_>> {
        if !try_lock(&self.outer) {
            return None;
        }
        let has_inner = try_lock(&self.inner);
        unlock(&self.outer);
        has_inner.then_some(Turn { inner: Some(&self.inner) })
    }
}

/// A turn at writing.
#[derive(Debug)]
pub(crate) struct Turn<'a> {
    inner: Option<&'a File>,
}

impl Drop for Turn<'_> {
    fn drop(&mut self) {
        if let Some(inner) = self.inner {
            unlock(inner);
        }
    }
}

/// Locks the file, looking again and again for as long as the patience lasts.
fn lock(file: &File, patience: Duration) -> bool {
    if try_lock(file) {
        return true;
    }
    let start = Instant::now();
    loop {
        let waited = start.elapsed();
        if waited >= patience {
            return false;
        }
        thread::sleep((waited / PART_OF_WAIT).clamp(SHORTEST_PAUSE, LONGEST_PAUSE));
        if try_lock(file) {
            return true;
        }
    }
}

/// Locks the file if nobody else has.
fn try_lock(file: &File) -> bool {
    flock(file, FlockOperation::NonBlockingLockExclusive).is_ok()
}

fn unlock(file: &File) {
    if let Err(error) = flock(file, FlockOperation::NonBlockingUnlock) {
        tracing::warn!(%error, "failed to unlock a turnstile; it is free when this process ends");
    }
}
