//! The files of one attempt: made private, only ever appended to.

use std::fs::{DirBuilder, File, OpenOptions};
use std::io::{self, Write as _};
use std::os::unix::fs::{DirBuilderExt as _, OpenOptionsExt as _};
use std::path::{Path, PathBuf};

use super::{LogFile, pending::Pending};

/// The files of one attempt. Nothing is held open between two writes, so that a thousand running jobs need no
/// thousand descriptors.
#[derive(Debug)]
pub(super) struct AttemptFiles {
    folder: PathBuf,
    attempt: u32,
}

impl AttemptFiles {
    pub(super) fn new(folder: PathBuf, attempt: u32) -> Self {
        Self { folder, attempt }
    }

    pub(super) fn path(&self, file: LogFile) -> PathBuf {
        self.folder.join(format!("{}.{}", self.attempt, file.extension()))
    }

    /// Bytes that earlier runs of the same attempt left.
    pub(super) fn size(&self) -> u64 {
        [LogFile::Text, LogFile::Stdout, LogFile::Stderr]
            .into_iter()
            .filter_map(|file| std::fs::symlink_metadata(self.path(file)).ok())
            .map(|metadata| metadata.len())
            .sum()
    }

    pub(super) fn append(&self, pending: &Pending) -> io::Result<()> {
        for (file, bytes) in pending.parts() {
            self.open(file)?.write_all(bytes)?;
        }
        Ok(())
    }

    fn open(&self, file: LogFile) -> io::Result<File> {
        let path = self.path(file);
        match open(&path) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => {
                DirBuilder::new().recursive(true).mode(0o700).create(&self.folder)?;
                open(&path)
            }
            opened => opened,
        }
    }
}

fn open(path: &Path) -> io::Result<File> {
    // A link in the place of a log would let somebody else choose the file that we write.
    let flags = i32::try_from(rustix::fs::OFlags::NOFOLLOW.bits()).expect("flags of open(2) are an int");
    OpenOptions::new().append(true).create(true).mode(0o600).custom_flags(flags).open(path)
}
