//! The lock that tells the store's rescue that a program may still live.

use std::fs::{File, OpenOptions};
use std::io;
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::Path;

use rustix::fs::{FlockOperation, flock};
use rustix::io::Errno;

/// Makes the file if it is not there. Only the service does: it lives, so that no rescue removes the file meanwhile.
pub(super) fn make(path: &Path) -> io::Result<()> {
    OpenOptions::new().write(true).create(true).truncate(false).mode(0o600).open(path).map(drop)
}

/// Takes the lock, shared, without waiting. Held until the file is dropped or the process dies.
pub(super) fn take(path: &Path) -> Result<File, String> {
    let failed = |error: io::Error| format!("failed to lock `{}`: {error}", path.display());
    let file = File::open(path).map_err(failed)?;
    match flock(&file, FlockOperation::NonBlockingLockShared) {
        Ok(()) => Ok(file),
        Err(Errno::WOULDBLOCK) => Err(format!("`{}` is locked: the store takes this service for dead", path.display())),
        Err(error) => Err(failed(error.into())),
    }
}
