//! The log file of a service that was started on demand.

use std::io;
use std::path::{Path, PathBuf};

use crate::start::{SERVICE_LOG, identity, open_log, rotate};

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
        leads_to(2, &path).then(|| Self { has_stdout: leads_to(1, &path), path })
    }

    /// Has the log begin anew when it has grown large, and follows when somebody else has moved it away.
    ///
    /// # Errors
    /// No new file can be opened; then everything goes on as before.
    pub(super) fn keep_small(&self) -> io::Result<()> {
        rotate(&self.path);
        match leads_to(2, &self.path) {
            true => Ok(()),
            false => self.reopen(),
        }
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

/// Whether an open file of this process is the one of that name.
fn leads_to(number: u32, path: &Path) -> bool {
    let of = |path: &Path| path.metadata().ok().map(|metadata| identity(&metadata));
    of(path).is_some_and(|file| of(Path::new(&format!("/proc/self/fd/{number}"))) == Some(file))
}
