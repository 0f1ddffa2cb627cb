//! The log into which services that were started on demand write. It never grows without end: whoever starts a service
//! and each service that runs move it away when it has become large.

use std::fs::{DirBuilder, File, Metadata, OpenOptions};
use std::os::unix::fs::{DirBuilderExt as _, MetadataExt as _, OpenOptionsExt as _};
use std::path::Path;

use egret_core::{Words, words};

use crate::Error;

/// Where services that were started on demand write, below the application's folder.
pub(crate) const SERVICE_LOG: &str = "var/log/egret-service.log";
/// From this size in bytes on the log begins anew; one older log is kept beside it.
const LARGEST_LOG: u64 = 16 << 20;

/// Opens the log for appending; the folder is made for its owner alone.
pub(crate) fn open_log(path: &Path) -> Result<File, Error> {
    let verb = words!("verb-open-the-service-s-log", "open the service's log file `{path}`", path = path.display());
    let failed = |error| Error::io(Words::failed(verb.clone()), error);
    if let Some(folder) = path.parent() {
        DirBuilder::new().recursive(true).mode(0o700).create(folder).map_err(failed)?;
    }
    OpenOptions::new().create(true).append(true).mode(0o600).open(path).map_err(failed)
}

/// Moves a log away that has grown large; the one before it goes. That it cannot be moved is no reason not to run.
pub(crate) fn rotate(path: &Path) {
    if is_large(path) {
        let _ = move_away(path);
    }
}

/// Several processes may find the log large. The first one has the lock, and the others find another file in its place,
/// which they must not move over the one that was kept.
fn move_away(path: &Path) -> std::io::Result<()> {
    let file = File::open(path)?;
    file.lock()?;
    if is_large(path) && identity(&file.metadata()?) == identity(&path.metadata()?) {
        std::fs::rename(path, path.with_extension("log.1"))?;
    }
    Ok(())
}

fn is_large(path: &Path) -> bool {
    path.metadata().is_ok_and(|metadata| metadata.len() > LARGEST_LOG)
}

/// Which file it is, whatever its name.
pub(crate) fn identity(metadata: &Metadata) -> (u64, u64) {
    (metadata.dev(), metadata.ino())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_log_begins_anew_when_it_has_grown_large() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("egret-service.log");
        let old = folder.path().join("egret-service.log.1");
        rotate(&path);
        let log = open_log(&path).unwrap();
        rotate(&path);
        assert!(path.exists() && !old.exists());
        log.set_len(LARGEST_LOG + 1).unwrap();
        rotate(&path);
        assert!(!path.exists() && old.exists());
    }

    #[test]
    fn of_several_who_find_it_large_one_moves_it() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("egret-service.log");
        open_log(&path).unwrap().set_len(LARGEST_LOG + 1).unwrap();
        std::thread::scope(|scope| {
            for _ in 0..8 {
                scope.spawn(|| {
                    let _ = move_away(&path);
                    open_log(&path).unwrap();
                });
            }
        });
        assert_eq!(path.metadata().unwrap().len(), 0);
        assert_eq!(path.with_extension("log.1").metadata().unwrap().len(), LARGEST_LOG + 1, "it is kept");
    }
}
