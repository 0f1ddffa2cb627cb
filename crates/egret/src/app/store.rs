//! Opening the store that a URL names.

use std::sync::Arc;

use egret_core::memory::{MemoryOptions, MemoryRows};
use egret_core::{Backend, Timing};

use crate::config::Config;
use crate::{Error, ErrorKind};

/// Opens the store of the configuration.
pub(super) async fn open(config: &Config, timing: Timing) -> Result<Arc<dyn Backend>, Error> {
    match config.url.scheme() {
        #[cfg(feature = "sqlite")]
        "sqlite" => open_sqlite(config, timing).await,
        "memory" => Ok(Arc::new(MemoryRows::new(MemoryOptions { timing, ..MemoryOptions::default() }))),
        scheme => Err(unknown_scheme(scheme)),
    }
}

fn unknown_scheme(scheme: &str) -> Error {
    let known: &[&str] = if cfg!(feature = "sqlite") { &["sqlite", "memory"] } else { &["memory"] };
    Error::new(
        ErrorKind::Configuration,
        format!("unknown scheme `{scheme}` in the store's URL, this program knows {}", known.join(", ")),
    )
}

/// Opens the embedded store; a relative path starts at the application's folder.
#[cfg(feature = "sqlite")]
async fn open_sqlite(config: &Config, timing: Timing) -> Result<Arc<dyn Backend>, Error> {
    use egret_sqlite::{Durability, SqliteBackend, SqliteOptions};

    let mut options = SqliteOptions::new(config.root.join(config.url.rest()));
    options.timing = timing;
    options.head_logs = config.head_logs;
    options.durability = match config.durability {
        crate::config::Durability::Full => Durability::Full,
        crate::config::Durability::Normal => Durability::Normal,
    };
    let opened = tokio::task::spawn_blocking(move || SqliteBackend::open(options)).await;
    match opened {
        Ok(backend) => Ok(backend?),
        Err(_) => Err(Error::internal("opening the store ended with a panic")),
    }
}
