//! Saving what can be read of a database that was destroyed.

use std::fs::{self, File, OpenOptions};
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};

use egret_core::{CareProgress, Timestamp};
use rusqlite::{Connection, OpenFlags};

use super::identity::FileIdentity;
use super::raw_copy::copy_raw;
use super::salvage::salvage;
use super::watch::free_name;
use crate::care::{copy_pages, is_whole};
use crate::folder::{Folder, make_folder};

/// What was saved.
#[derive(Debug)]
pub(super) struct Copied {
    /// A whole database.
    pub(super) path: PathBuf,
    /// Every page as it was, when some could not be read.
    pub(super) damaged: Option<PathBuf>,
}

/// Copies everything that can still be read of the file, which the connection has open, beside the store. Answers with why it
/// could not.
pub(super) fn copy_everything(connection: &Connection, folder: &Folder, file: FileIdentity) -> Result<Copied, String> {
    let store = folder.database();
    // The folder may have gone with the database.
    store.parent().map_or(Ok(()), make_folder).map_err(|error| error.to_string())?;
    let stamp = Timestamp::now().strftime("%Y%m%d-%H%M%S").to_string();
    let pages = free_name(store, "damaged", &stamp);
    let path = free_name(store, "rescued", &stamp);
    make(&pages).map_err(|error| format!("`{}`: {error}", pages.display()))?;
    let failed = |error: rusqlite::Error| error.to_string();
    if let Err(error) = copy_pages(connection, &pages, &CareProgress::silent()) {
        if FileIdentity::of(store).ok() != Some(file) {
            return Err(error.to_string());
        }
        tracing::warn!(%error, "SQLite cannot copy the damaged store; its pages are copied as they are");
        copy_raw(store, &folder.log(), &pages).map_err(|error| error.to_string())?;
    }
    let image = Connection::open_with_flags(&pages, OpenFlags::SQLITE_OPEN_READ_ONLY).map_err(failed)?;
    if is_whole(&image) {
        drop(image);
        fs::rename(&pages, &path).map_err(|error| error.to_string())?;
        sync(&path).map_err(|error| error.to_string())?;
        return Ok(Copied { path, damaged: None });
    }
    make(&path).map_err(|error| format!("`{}`: {error}", path.display()))?;
    salvage(&image, &pages, &path).map_err(failed)?;
    sync(&path).map_err(|error| error.to_string())?;
    Ok(Copied { path, damaged: Some(pages) })
}

/// An empty file for the owner alone.
fn make(path: &Path) -> std::io::Result<()> {
    OpenOptions::new().write(true).create_new(true).mode(0o600).open(path).map(|_| ())
}

fn sync(path: &Path) -> std::io::Result<()> {
    File::open(path)?.sync_all()?;
    path.parent().map_or(Ok(()), |folder| File::open(folder)?.sync_all())
}
