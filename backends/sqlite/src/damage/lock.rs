//! The lock of whoever saves what can be read, held until that is done: the system frees it when the process ends, however
//! it ends.

use std::fs::{File, OpenOptions};
use std::io;
use std::os::unix::fs::OpenOptionsExt as _;

use rustix::fs::{FlockOperation, flock};

use super::owner::give_to_owner;
use crate::folder::{Folder, make_folder};

/// Held while it lives.
#[derive(Debug)]
pub(super) struct SalvageLock(#[expect(dead_code, reason = "held for the lock on it")] File);

impl SalvageLock {
    /// Takes it; `None` when another process has it.
    ///
    /// # Errors
    /// The file cannot be made, such as on a read-only disk.
    pub(super) fn take(folder: &Folder) -> io::Result<Option<Self>> {
        // The folder may have gone with the database.
        make_folder(folder.root()).map_err(io::Error::other)?;
        let path = folder.salvage_lock();
        let file = OpenOptions::new().read(true).write(true).create(true).truncate(false).mode(0o600).open(path)?;
        give_to_owner(&file, folder.root());
        match flock(&file, FlockOperation::NonBlockingLockExclusive) {
            Ok(()) => Ok(Some(Self(file))),
            Err(rustix::io::Errno::WOULDBLOCK) => Ok(None),
            Err(error) => Err(error.into()),
        }
    }
}
