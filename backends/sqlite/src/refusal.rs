//! Reasons not to open a store, found before anything is written.

use std::fs::{File, OpenOptions};
use std::os::unix::fs::OpenOptionsExt;
use std::path::Path;

use egret_core::{Error, ErrorKind, Result, words};
use rustix::fs::{FlockOperation, flock, statfs};

use crate::error::failed_io;

/// The first SQLite in which several processes can write and checkpoint without losing commits ("WAL reset bug" of 3.7.0 to
/// 3.51.2).
const MIN_SQLITE: i32 = 3_051_003;

/// File systems of other machines by their `statfs` numbers (statfs(2), `linux/magic.h`): their locks do not hold between
/// machines as SQLite's log needs, and nothing of ours could tell.
const NETWORK_FILE_SYSTEMS: [(u32, &str); 12] = [
    (0x6969, "NFS"),
    (0x517b, "SMB"),
    (0xfe53_4d42, "SMB2"),
    (0xff53_4d42, "CIFS"),
    (0x0102_1997, "9p"),
    (0x00c3_6400, "Ceph"),
    (0x5346_414f, "AFS"),
    (0x6b41_4653, "AFS"),
    (0x7375_7245, "Coda"),
    (0x0bd0_0bd0, "Lustre"),
    (0x0116_1970, "GFS2"),
    (0x7461_636f, "OCFS2"),
];

/// Refuses a SQLite that can lose commits.
pub(crate) fn check_library(version: i32, name: &str) -> Result<()> {
    if version >= MIN_SQLITE {
        return Ok(());
    }
    let words = words!(
        "store-old-library",
        "SQLite `{version}` can lose commits when several processes use a store, 3.51.3 or newer is needed; \
         build with the feature `bundled` of rusqlite",
        version = name
    );
    Err(Error::new(ErrorKind::Refused, words))
}

/// Refuses folders on which the locks of processes cannot be relied on. FUSE is judged by whether its locks work at all,
/// because local encrypted and overlaid folders are FUSE as well.
pub(crate) fn check_file_system(folder: &Path) -> Result<()> {
    let found = statfs(folder).map_err(|error| failed_io("look at the file system of", folder.display(), error))?;
    // The field's type differs between architectures; the numbers have 32 bits.
    #[allow(
        clippy::unnecessary_cast,
        clippy::cast_possible_truncation,
        reason = "the type depends on the architecture"
    )]
    let number = found.f_type as u32;
    match network_file_system(number) {
        Some(name) => Err(Error::new(
            ErrorKind::Refused,
            words!(
                "store-network-disk",
                "`{folder}` is on a network file system ({name}), on which several processes cannot share a SQLite store; \
                 use a local folder or another backend",
                folder = folder.display(),
                name = name
            ),
        )),
        None => check_locks(folder),
    }
}

/// The name of a network file system.
fn network_file_system(number: u32) -> Option<&'static str> {
    NETWORK_FILE_SYSTEMS.iter().find(|(known, _)| *known == number).map(|(_, name)| *name)
}

/// Refuses folders in which a file can be locked twice: every live service would look dead.
fn check_locks(folder: &Path) -> Result<()> {
    let path = folder.join(format!("lock-check-{:016x}", rand::random::<u64>()));
    let failed = |error: std::io::Error| failed_io("write to the folder", folder.display(), error);
    let open = || OpenOptions::new().read(true).write(true).create(true).truncate(false).mode(0o600).open(&path);
    let files = open().and_then(|first| Ok((first, open()?)));
    let _ = std::fs::remove_file(&path);
    let (first, second) = files.map_err(failed)?;
    if is_locked(&first) && !is_locked(&second) {
        return Ok(());
    }
    let words = words!(
        "store-no-locks",
        "the file system of `{folder}` has no file locks between processes",
        folder = folder.display()
    );
    Err(Error::new(ErrorKind::Refused, words))
}

fn is_locked(file: &File) -> bool {
    flock(file, FlockOperation::NonBlockingLockExclusive).is_ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn refuses_libraries_that_lose_commits() {
        let error = check_library(3_051_002, "3.51.2").unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Refused);
        assert!(error.to_string().contains("3.51.3"), "{error}");
        assert!(check_library(3_051_003, "3.51.3").is_ok());
    }

    #[test]
    fn knows_network_file_systems() {
        assert_eq!(network_file_system(0x6969), Some("NFS"));
        assert_eq!(network_file_system(0xff53_4d42), Some("CIFS"));
        // ext4, tmpfs, overlayfs, FUSE.
        for local in [0xef53, 0x0102_1994, 0x794c_7630, 0x6573_5546] {
            assert_eq!(network_file_system(local), None);
        }
    }

    #[test]
    fn accepts_a_local_folder_and_leaves_nothing_in_it() {
        let folder = tempfile::tempdir().unwrap();
        check_file_system(folder.path()).unwrap();
        assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 0);
    }
}
