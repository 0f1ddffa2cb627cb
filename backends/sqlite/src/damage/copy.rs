//! Saving what can be read of a database that was destroyed.

use std::fs::{self, File, OpenOptions};
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};

use egret_core::{CareProgress, Timestamp};
use rusqlite::{Connection, OpenFlags};

use super::identity::FileIdentity;
use super::notice::Copied;
use super::owner::give_to_owner;
use super::raw_copy::copy_raw;
use super::salvage::salvage;
use crate::care::{copy_pages, is_whole};
use crate::folder::{Folder, make_folder};
use crate::migrate::version;

/// Where copies of a store go: beside it, named by the moment at which it was found destroyed, so that whoever takes over
/// from a process that died over them finds them.
#[derive(Debug)]
pub(super) struct Places {
    /// Every page as it is.
    pages: PathBuf,
    /// A whole database.
    rescued: PathBuf,
}

impl Places {
    pub(super) fn of(store: &Path, noticed_at: Timestamp) -> Self {
        let name = |kind: &str| {
            let mut name = store.as_os_str().to_owned();
            name.push(format!(".{kind}-{}", noticed_at.strftime("%Y%m%d-%H%M%S%.3f")));
            PathBuf::from(name)
        };
        Self { pages: name("damaged"), rescued: name("rescued") }
    }

    /// Removes what somebody left who died over it, or failed.
    pub(super) fn clear(&self) {
        for path in [&self.pages, &self.rescued] {
            for suffix in ["", "-journal", "-wal", "-shm"] {
                let mut path = path.as_os_str().to_owned();
                path.push(suffix);
                let _ = fs::remove_file(path);
            }
        }
    }
}

/// Copies everything that can still be read of the file, which the connection has open, beside the store. Answers with why it
/// could not; then nothing is left of it but a whole copy of the pages of a file that has no name any more.
pub(super) fn copy_everything(
    connection: &Connection,
    folder: &Folder,
    file: FileIdentity,
    places: &Places,
) -> Result<Copied, String> {
    let store = folder.database();
    // The folder may have gone with the database.
    store.parent().map_or(Ok(()), make_folder).map_err(|error| error.to_string())?;
    if let Err(error) = copy_pages_of(connection, folder, file, &places.pages) {
        places.clear();
        return Err(error);
    }
    rescue(folder, places).map_err(|error| {
        match FileIdentity::of(store).ok() == Some(file) {
            true => places.clear(),
            false => {
                let _ = fs::remove_file(&places.rescued);
            }
        }
        error.to_string()
    })
}

fn copy_pages_of(connection: &Connection, folder: &Folder, file: FileIdentity, pages: &Path) -> Result<(), String> {
    let store = folder.database();
    make(pages, folder).map_err(|error| format!("`{}`: {error}", pages.display()))?;
    let Err(error) = copy_pages(connection, pages, &CareProgress::silent()) else { return Ok(()) };
    if FileIdentity::of(store).ok() != Some(file) {
        return Err(error.to_string());
    }
    tracing::warn!(%error, "SQLite cannot copy the damaged store; its pages are copied as they are");
    copy_raw(store, &folder.log(), pages).map_err(|error| error.to_string())
}

/// From the copy of the pages to a database that is whole: the copy itself, or a new one with what can be read of it.
fn rescue(folder: &Folder, Places { pages, rescued }: &Places) -> Result<Copied, Box<dyn std::error::Error>> {
    let image = Connection::open_with_flags(pages, OpenFlags::SQLITE_OPEN_READ_ONLY)?;
    if is_whole_store(&image) {
        drop(image);
        fs::rename(pages, rescued)?;
        sync(rescued)?;
        return Ok(Copied { path: rescued.clone(), damaged: None, n_live: None });
    }
    make(rescued, folder)?;
    let n_live = salvage(&image, pages, rescued)?;
    sync(rescued)?;
    Ok(Copied { path: rescued.clone(), damaged: Some(pages.clone()), n_live: Some(n_live) })
}

/// Whether the copy can take the place of the store: a destroyed first page can look like an empty database.
fn is_whole_store(image: &Connection) -> bool {
    is_whole(image) && version(image).is_ok_and(|version| version > 0)
}

/// An empty file for the owner of the store alone.
fn make(path: &Path, folder: &Folder) -> std::io::Result<()> {
    let file = OpenOptions::new().write(true).create_new(true).mode(0o600).open(path)?;
    give_to_owner(&file, folder.root());
    Ok(())
}

fn sync(path: &Path) -> std::io::Result<()> {
    File::open(path)?.sync_all()?;
    path.parent().map_or(Ok(()), |folder| File::open(folder)?.sync_all())
}
