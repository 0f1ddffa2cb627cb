//! The files beside the database.
//!
//! ```text
//! egret.db, egret.db-wal, egret.db-shm    SQLite's own
//! egret.db.d/turnstile-a, turnstile-b     the queue of writers; in the first the id of the store, once it is made
//! egret.db.d/services/ID                  lock, beat and marks of one live service
//! egret.db.d/services/ID.guard            held by whoever guards a program of that service
//! egret.db.d/tasks/HOLD                    held by the process that has a task
//! egret.db.d/wake/NAME.sock               hints
//! egret.db.d/logs/                        whole logs of attempts
//! egret.db.d/damage.json                  left when the database was found destroyed
//! egret.db.d/damage.lock                  held by whoever copies what can be read of it
//! ```

use std::ffi::OsString;
use std::fs::{self, DirBuilder, OpenOptions};
use std::io::ErrorKind;
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt};
use std::path::{Path, PathBuf};

use egret_core::{Result, ServiceId};

use crate::emptied::unmark;
use crate::error::failed_io;

/// Where everything of one store is.
#[derive(Clone, Debug)]
pub(crate) struct Folder {
    database: PathBuf,
    root: PathBuf,
}

impl Folder {
    /// Names the places for a database; makes nothing.
    pub(crate) fn beside(database: &Path) -> Self {
        let mut root = OsString::from(database);
        root.push(".d");
        Self { database: database.to_owned(), root: root.into() }
    }

    /// Makes what is not there beside the database: folders for the owner alone, and an empty database file that only the owner can read.
    /// What is there already is left as it is.
    pub(crate) fn make(&self) -> Result<()> {
        for folder in [self.root(), &self.services(), &self.tasks(), &self.wake(), &self.logs()] {
            make_folder(folder)?;
        }
        if matches!(self.database.try_exists(), Ok(false)) {
            unmark(self)?;
        }
        // SQLite gives its other files the permissions of this one. An existing file must not even be opened: closing it
        // would take away the locks that another connection of this process has on it.
        match OpenOptions::new().write(true).create_new(true).mode(0o600).open(&self.database) {
            Ok(_) => Ok(()),
            Err(error) if error.kind() == ErrorKind::AlreadyExists => Ok(()),
            Err(error) => Err(failed_io("make the store", self.database.display(), error)),
        }
    }

    pub(crate) fn database(&self) -> &Path {
        &self.database
    }

    /// SQLite's write-ahead log.
    pub(crate) fn log(&self) -> PathBuf {
        let mut path = self.database.as_os_str().to_owned();
        path.push("-wal");
        path.into()
    }

    pub(crate) fn root(&self) -> &Path {
        &self.root
    }

    /// Holds the id of a store that was made. The locks that are taken on the file are not disturbed by what is in it.
    pub(crate) fn mark(&self) -> PathBuf {
        self.root.join("turnstile-a")
    }

    pub(crate) fn services(&self) -> PathBuf {
        self.root.join("services")
    }

    pub(crate) fn service(&self, service: ServiceId) -> PathBuf {
        self.services().join(service.to_string())
    }

    pub(crate) fn guard(&self, service: ServiceId) -> PathBuf {
        self.services().join(format!("{service}.guard"))
    }

    pub(crate) fn tasks(&self) -> PathBuf {
        self.root.join("tasks")
    }

    pub(crate) fn wake(&self) -> PathBuf {
        self.root.join("wake")
    }

    pub(crate) fn notice(&self) -> PathBuf {
        self.root.join("damage.json")
    }

    pub(crate) fn salvage_lock(&self) -> PathBuf {
        self.root.join("damage.lock")
    }

    pub(crate) fn logs(&self) -> PathBuf {
        self.root.join("logs")
    }
}

/// Makes a folder for the owner alone, with those above it, unless it is there.
pub(crate) fn make_folder(path: &Path) -> Result<()> {
    if fs::metadata(path).is_ok_and(|metadata| metadata.is_dir()) {
        return Ok(());
    }
    DirBuilder::new()
        .recursive(true)
        .mode(0o700)
        .create(path)
        .map_err(|error| failed_io("make the folder", path.display(), error))
}
