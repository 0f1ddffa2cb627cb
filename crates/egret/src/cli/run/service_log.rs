//! The log file of a service that was started on demand.

use std::fs::Metadata;
use std::io;
use std::os::unix::fs::MetadataExt as _;
use std::path::{Path, PathBuf};

use crate::start::{SERVICE_LOG, open_log};

/// The file behind the standard streams of this process, so that it can be rotated.
#[derive(Debug)]
pub(super) struct ServiceLog {
    path: PathBuf,
    has_stdout: bool,
}

impl ServiceLog {
    /// The one of this process; `None` when its standard error goes elsewhere.
    pub(super) fn of_process(root: &Path) -> Option<Self> {
        let path = root.join(SERVICE_LOG);
        let file = identity(&std::fs::metadata(&path).ok()?);
        let leads_there = |number: u32| {
            std::fs::metadata(format!("/proc/self/fd/{number}")).is_ok_and(|metadata| identity(&metadata) == file)
        };
        leads_there(2).then(|| Self { path, has_stdout: leads_there(1) })
    }

    /// Writes on in a file of the same name, which is made if there is none.
    ///
    /// # Errors
    /// It cannot be opened; then everything goes on as before.
    pub(super) fn reopen(&self) -> io::Result<()> {
        let file = open_log(&self.path).map_err(io::Error::other)?;
        rustix::stdio::dup2_stderr(&file)?;
        if self.has_stdout {
            rustix::stdio::dup2_stdout(&file)?;
        }
        Ok(())
    }
}

fn identity(metadata: &Metadata) -> (u64, u64) {
    (metadata.dev(), metadata.ino())
}
