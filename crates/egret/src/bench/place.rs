//! Where a row is measured: a folder of its own with a fresh store, which goes away with it.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

use egret_sqlite::{SqliteBackend, SqliteOptions};

use super::BenchOptions;
use super::jobs::{Noop, Pickup};
use crate::config::{Config, Durability, LoadOptions};
use crate::{App, Error};

/// A fresh store with an application on it that starts no service by itself.
pub(super) struct Place<'a> {
    pub(super) options: &'a BenchOptions,
    pub(super) app: App,
    pub(super) store: Arc<SqliteBackend>,
    pub(super) durability: Durability,
    folder: Scratch,
}

impl<'a> Place<'a> {
    pub(super) async fn new(options: &'a BenchOptions, durability: Durability) -> Result<Self, Error> {
        let folder = Scratch::new(&options.folder)?;
        let config = config(&folder.path, durability)?;
        let mut store = SqliteOptions::new(folder.path.join(config.url.rest()));
        store.durability = of_store(durability);
        let opened = tokio::task::spawn_blocking(move || SqliteBackend::open(store)).await;
        let store = opened.map_err(|_| Error::internal("opening the bench's store ended with a panic"))??;
        let backend: Arc<dyn egret_core::Backend> = Arc::clone(&store) as _;
        let app = App::builder().config(config).backend(backend).register::<Noop>().register::<Pickup>();
        let app = app.start_nothing().build().await?;
        Ok(Self { options, app, store, durability, folder })
    }

    /// The application's folder.
    pub(super) fn root(&self) -> &Path {
        &self.folder.path
    }
}

/// What the configuration of a bench's store is, in this process and in the other one.
pub(super) fn config(root: &Path, durability: Durability) -> Result<Config, Error> {
    let mut load = LoadOptions::in_folder(root);
    load.overrides.insert("durability".to_owned(), durability.as_str().to_owned());
    Ok(Config::load(&load)?)
}

pub(super) const fn of_store(durability: Durability) -> egret_sqlite::Durability {
    match durability {
        Durability::Full => egret_sqlite::Durability::Full,
        Durability::Normal => egret_sqlite::Durability::Normal,
    }
}

/// A folder that goes away with the value.
struct Scratch {
    path: PathBuf,
}

impl Scratch {
    fn new(parent: &Path) -> Result<Self, Error> {
        static NUMBER: AtomicU32 = AtomicU32::new(0);
        let number = NUMBER.fetch_add(1, Ordering::Relaxed);
        let path = parent.join(format!("egret-bench-{}-{number}", std::process::id()));
        // The whole path, for the other process.
        let made = std::fs::create_dir_all(&path).and_then(|()| path.canonicalize());
        let path = made.map_err(|error| {
            Error::io(format!("failed to make the folder `{}` for the measurement", path.display()), error)
        })?;
        Ok(Self { path })
    }
}

impl Drop for Scratch {
    fn drop(&mut self) {
        // What cannot be removed is in a folder for temporary files.
        let _ = std::fs::remove_dir_all(&self.path);
    }
}
