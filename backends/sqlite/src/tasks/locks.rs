//! The locks by which a process shows that it has a task.

use std::collections::HashMap;
use std::fs::{self, File, OpenOptions};
use std::io::ErrorKind;
use std::os::unix::fs::OpenOptionsExt;
use std::path::PathBuf;
use std::sync::Mutex;
use std::time::Duration;

use egret_core::Result;
use rustix::fs::{FlockOperation, flock};

use crate::error::failed_io;

/// A file that nobody has locked and that is so old is of a process that was killed before its hold was written.
const ABANDONED: Duration = Duration::from_secs(7 * 24 * 3600);

/// Locked files, one for each task that this handle has for its process. The operating system frees them when the process
/// ends, however it ends.
#[derive(Debug)]
pub(crate) struct TaskLocks {
    folder: PathBuf,
    own: Mutex<HashMap<u64, Own>>,
}

/// The lock of one hold of this process.
#[derive(Debug)]
struct Own {
    _file: File,
    /// Whether the hold has been written: a row names it, or did.
    is_written: bool,
}

impl TaskLocks {
    pub(crate) fn new(folder: PathBuf) -> Self {
        Self { folder, own: Mutex::default() }
    }

    /// Locks the file of a new hold.
    pub(crate) fn add(&self, hold: u64) -> Result<()> {
        let path = self.path(hold);
        let lock = || {
            let file = OpenOptions::new().write(true).create_new(true).mode(0o600).open(&path)?;
            flock(&file, FlockOperation::NonBlockingLockExclusive)?;
            Ok(file)
        };
        let file =
            lock().map_err(|error: std::io::Error| failed_io("make the lock of a task", path.display(), error))?;
        self.own.lock().expect("nothing panics with the locks").insert(hold, Own { _file: file, is_written: false });
        Ok(())
    }

    /// Says that a row names the hold.
    pub(crate) fn written(&self, hold: u64) {
        if let Some(own) = self.own.lock().expect("nothing panics with the locks").get_mut(&hold) {
            own.is_written = true;
        }
    }

    /// Holds of this process that a row named. Those that none names any more can be removed.
    pub(crate) fn all_written(&self) -> Vec<u64> {
        let own = self.own.lock().expect("nothing panics with the locks");
        own.iter().filter(|(_, own)| own.is_written).map(|(hold, _)| *hold).collect()
    }

    /// Lets go of a hold whose row still names it: the file stays, unlocked, and tells that its owner has gone.
    pub(crate) fn abandon(&self, hold: u64) {
        self.own.lock().expect("nothing panics with the locks").remove(&hold);
    }

    /// Lets go of a hold that no row names any more, of any process.
    pub(crate) fn remove(&self, hold: u64) {
        let _ = fs::remove_file(self.path(hold));
        self.abandon(hold);
    }

    /// Whether a living process has the hold; `None` when its file is not there.
    pub(crate) fn is_held(&self, hold: u64) -> Option<bool> {
        match File::open(self.path(hold)) {
            Ok(file) => Some(flock(&file, FlockOperation::NonBlockingLockShared).is_err()),
            Err(error) if error.kind() == ErrorKind::NotFound => None,
            Err(_) => Some(true),
        }
    }

    /// Whether the hold is one of this handle.
    pub(crate) fn is_own(&self, hold: u64) -> bool {
        self.own.lock().expect("nothing panics with the locks").contains_key(&hold)
    }

    /// Removes files that nobody locks and no row can name any more.
    pub(crate) fn sweep(&self) {
        let Ok(entries) = fs::read_dir(&self.folder) else { return };
        for entry in entries.flatten() {
            let age = entry.metadata().and_then(|metadata| metadata.modified()).map(|at| at.elapsed());
            let is_old = matches!(age, Ok(Ok(age)) if age > ABANDONED);
            let is_free = || {
                File::open(entry.path())
                    .is_ok_and(|file| flock(&file, FlockOperation::NonBlockingLockExclusive).is_ok())
            };
            if is_old && is_free() {
                let _ = fs::remove_file(entry.path());
            }
        }
    }

    fn path(&self, hold: u64) -> PathBuf {
        self.folder.join(format!("{hold:016x}"))
    }
}
