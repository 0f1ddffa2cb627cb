//! Which file a database is, whatever its name.

use std::fs;
use std::os::unix::fs::MetadataExt;
use std::path::Path;
use std::time::UNIX_EPOCH;

use serde::{Deserialize, Serialize};

/// A file. The number of a deleted file is given to another one, so its birth belongs to it, where the file system knows it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct FileIdentity {
    device: u64,
    number: u64,
    born_at_nanoseconds: Option<u64>,
}

impl FileIdentity {
    /// The file that has the name now.
    pub(crate) fn of(path: &Path) -> std::io::Result<Self> {
        let metadata = fs::metadata(path)?;
        let born = metadata.created().ok().and_then(|born| born.duration_since(UNIX_EPOCH).ok());
        Ok(Self {
            device: metadata.dev(),
            number: metadata.ino(),
            born_at_nanoseconds: born.and_then(|born| u64::try_from(born.as_nanos()).ok()),
        })
    }
}
