//! The right of this program to start itself again.

use std::fmt;
use std::fs::Metadata;
use std::os::unix::fs::MetadataExt as _;
use std::path::{Path, PathBuf};

use egret_core::{Words, words};

use crate::{Error, ErrorKind};

/// The executable of this process, wherever its path leads.
const RUNNING_EXECUTABLE: &str = "/proc/self/exe";

/// The right of this program to start itself again, as a service or as a guard of programs.
///
/// Only a program whose `main` handles the private arguments may have one: `egret::cli::run` does. Any other one would,
/// started again, do whatever it does when it is started; a test binary would run its tests.
#[derive(Clone, Debug)]
pub struct Reexec {
    path: PathBuf,
    /// Device and inode of the file that this process runs.
    identity: (u64, u64),
}

impl Reexec {
    /// The program of this process.
    ///
    /// # Errors
    /// When the system does not tell which file it is.
    pub fn current() -> Result<Self, Error> {
        let failed = |error| Error::io(Words::failed(Words::verb("find the executable of this process")), error);
        let path = std::env::current_exe().map_err(failed)?;
        let metadata = std::fs::metadata(RUNNING_EXECUTABLE).or_else(|_| std::fs::metadata(&path)).map_err(failed)?;
        Ok(Self { path, identity: identity(&metadata) })
    }

    /// The file to start for another life of this program.
    ///
    /// # Errors
    /// When the file has been replaced or deleted since this process began: what lies there now may not be this program.
    pub fn executable(&self) -> Result<&Path, Error> {
        match std::fs::metadata(&self.path) {
            Ok(metadata) if identity(&metadata) == self.identity => Ok(&self.path),
            Ok(_) => Err(self.refused(words!("program-replaced", "has been replaced since this process began"))),
            Err(error) => Err(self
                .refused(words!("program-unreadable", "cannot be read, it may have been deleted or moved"))
                .with_source(error)),
        }
    }

    /// The file to start for a helper of this very process: the same code, also when the file has been replaced.
    pub(crate) fn helper(&self) -> Result<&Path, Error> {
        self.executable().or_else(|refused| {
            let running = Path::new(RUNNING_EXECUTABLE);
            let is_same = std::fs::metadata(running).is_ok_and(|metadata| identity(&metadata) == self.identity);
            if is_same { Ok(running) } else { Err(refused) }
        })
    }

    fn refused(&self, why: Words) -> Error {
        let words =
            words!("program-refused", "the executable `{path}` {why}; restart the process that runs it", path = self);
        Error::new(ErrorKind::System, words.with_part("why", &why))
    }
}

fn identity(metadata: &Metadata) -> (u64, u64) {
    (metadata.dev(), metadata.ino())
}

impl fmt::Display for Reexec {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.path.display().fmt(formatter)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn reexec_of(path: &Path) -> Reexec {
        let metadata = std::fs::metadata(path).unwrap();
        Reexec { path: path.to_owned(), identity: identity(&metadata) }
    }

    #[test]
    fn names_this_program() {
        let reexec = Reexec::current().unwrap();
        assert_eq!(reexec.executable().unwrap(), std::env::current_exe().unwrap());
        assert_eq!(reexec.helper().unwrap(), std::env::current_exe().unwrap());
    }

    #[test]
    fn a_helper_is_the_same_code_whatever_became_of_the_file() {
        let reexec = Reexec { path: "/nonexistent/program".into(), ..Reexec::current().unwrap() };
        assert!(reexec.executable().is_err());
        assert_eq!(reexec.helper().unwrap(), Path::new(RUNNING_EXECUTABLE));
    }

    #[test]
    fn refuses_a_replaced_and_a_deleted_file_by_name() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("program");
        std::fs::write(&path, "old").unwrap();
        let reexec = reexec_of(&path);
        assert_eq!(reexec.executable().unwrap(), path);

        let new = folder.path().join("new");
        std::fs::write(&new, "new").unwrap();
        std::fs::rename(&new, &path).unwrap();
        let message = reexec.executable().unwrap_err().to_string();
        assert!(message.contains("has been replaced") && message.contains("/program`"), "{message}");

        assert!(reexec.helper().is_err());

        std::fs::remove_file(&path).unwrap();
        let message = reexec.executable().unwrap_err().to_string();
        assert!(message.contains("may have been deleted") && message.contains("/program`"), "{message}");
    }
}
