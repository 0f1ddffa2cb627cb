//! The verb *back_up*: everything as of one moment in one file, while services go on.

use std::fs::{self, File, OpenOptions};
use std::io::ErrorKind as IoErrorKind;
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};

use egret_core::{BackupReport, CareProgress, Error, ErrorKind, Result, words};
use rusqlite::backup::{Backup, StepResult};
use rusqlite::{Connection, OpenFlags};

use super::{apart, is_whole};
use crate::backend::SqliteBackend;
use crate::connection::open_reader;
use crate::error::{failed, failed_at, failed_io};
use crate::queries;

/// Pages copied between two words about the progress.
const PAGES_A_STEP: i32 = 2048;

impl SqliteBackend {
    pub(crate) async fn back_up_store(&self, target: &Path, progress: CareProgress) -> Result<BackupReport> {
        self.watch.assure("copy the store")?;
        let (source, target) = (self.folder.database().to_owned(), target.to_owned());
        apart("copy the store", move || back_up(&source, &target, &progress)).await
    }
}

fn back_up(source: &Path, target: &Path, progress: &CareProgress) -> Result<BackupReport> {
    let target = std::path::absolute(target).map_err(|error| failed_io("use the path", target.display(), error))?;
    refuse_existing(&target)?;
    let draft = Draft::beside(&target)?;
    copy(source, &draft.path, progress)?;
    progress.tell("checking the copy", 0, 1);
    let (n_live, n_finished) = look_into(&draft.path)?;
    let bytes = draft.publish(&target)?;
    progress.tell("checking the copy", 1, 1);
    Ok(BackupReport { path: target, bytes, n_live, n_finished })
}

fn refuse_existing(target: &Path) -> Result<()> {
    if fs::symlink_metadata(target).is_err() {
        return Ok(());
    }
    let words = words!(
        "store-backup-exists",
        "`{path}` exists already, and a backup overwrites nothing; name another file",
        path = target.display()
    );
    Err(Error::new(ErrorKind::Conflict, words))
}

/// All pages as of one moment. The reading transaction keeps that moment while others go on writing.
fn copy(source: &Path, target: &Path, progress: &CareProgress) -> Result<()> {
    let verb = words!("verb-copy-the-store-to", "copy the store to `{path}`", path = target.display());
    let failed = |error| failed_at(verb.clone(), error);
    let source = open_reader(source).map_err(failed)?;
    source.execute_batch("BEGIN; SELECT 1 FROM sqlite_schema").map_err(failed)?;
    copy_pages(&source, target, progress).map_err(failed)
}

/// Copies every page that the connection sees, whatever is on them. The copy is one file that needs no other.
pub(crate) fn copy_pages(source: &Connection, target: &Path, progress: &CareProgress) -> rusqlite::Result<()> {
    let mut copy = Connection::open_with_flags(target, OpenFlags::SQLITE_OPEN_READ_WRITE)?;
    {
        let backup = Backup::new(source, &mut copy)?;
        while backup.step(PAGES_A_STEP)? != StepResult::Done {
            let pages = backup.progress();
            let total = u64::from(pages.pagecount.unsigned_abs());
            progress.tell("copying", total.saturating_sub(u64::from(pages.remaining.unsigned_abs())), total);
        }
    }
    // Not the log that the store itself has beside it.
    copy.query_row("PRAGMA journal_mode = DELETE", [], |_| Ok(()))?;
    copy.close().map_err(|(_, error)| error)
}

/// Opens the copy as somebody would who needs it, and counts what is in it.
fn look_into(copy: &Path) -> Result<(u64, u64)> {
    let failed = |error| failed("check the copy of the store", error);
    let connection = Connection::open_with_flags(copy, OpenFlags::SQLITE_OPEN_READ_ONLY).map_err(failed)?;
    if !is_whole(&connection) {
        let words = words!(
            "store-copy-not-whole",
            "the copy is not whole, since the store is not; `egret store check` tells what is wrong with it"
        );
        return Err(Error::new(ErrorKind::Corrupt, words));
    }
    let count =
        |row: &rusqlite::Row<'_>| Ok((row.get::<_, i64>(0)?.unsigned_abs(), row.get::<_, i64>(1)?.unsigned_abs()));
    connection.query_row(queries::COUNT_COPY, [], count).map_err(failed)
}

/// A file under another name until it is whole. Removed when it is given up.
struct Draft {
    path: PathBuf,
}

impl Draft {
    fn beside(target: &Path) -> Result<Self> {
        let mut name = target.as_os_str().to_owned();
        name.push(format!(".partial-{:08x}", rand::random::<u32>()));
        let path = PathBuf::from(name);
        let made = OpenOptions::new().write(true).create_new(true).mode(0o600).open(&path);
        made.map_err(|error| failed_io("make the backup", target.display(), error))?;
        Ok(Self { path })
    }

    /// Gives the file its name, unless that is taken meanwhile, and makes sure that it survives a power loss.
    fn publish(self, target: &Path) -> Result<u64> {
        let failed = |error: std::io::Error| match error.kind() {
            IoErrorKind::AlreadyExists => {
                refuse_existing(target).err().unwrap_or_else(|| failed_io("make the backup", target.display(), error))
            }
            _ => failed_io("make the backup", target.display(), error),
        };
        let file = File::open(&self.path).map_err(failed)?;
        file.sync_all().map_err(failed)?;
        let bytes = file.metadata().map_err(failed)?.len();
        // A link, unlike a rename, replaces nothing.
        fs::hard_link(&self.path, target).map_err(failed)?;
        if let Some(folder) = target.parent() {
            File::open(folder).and_then(|folder| folder.sync_all()).map_err(failed)?;
        }
        Ok(bytes)
    }
}

impl Drop for Draft {
    fn drop(&mut self) {
        let _ = fs::remove_file(&self.path);
    }
}
