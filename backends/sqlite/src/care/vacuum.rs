//! The verb *vacuum*: room that is free inside the database goes back to the system.

use std::path::{Path, PathBuf};

use egret_core::{Error, ErrorKind, Result, StoreSize, VacuumReport, words};
use rustix::fs::statvfs;

use super::apart;
use crate::backend::SqliteBackend;
use crate::connection::open_writer;
use crate::error::{failed, failed_io};
use crate::options::VacuumLimits;
use crate::size::read_size;
use crate::turnstile::Turnstile;

impl SqliteBackend {
    pub(crate) async fn vacuum_store(&self) -> Result<VacuumReport> {
        self.watch.assure("give room back")?;
        let services = egret_core::Backend::services(self).await?;
        let n_alive = services.iter().filter(|service| service.is_alive).count();
        let (path, folder) = (self.folder.database().to_owned(), self.folder.root().to_owned());
        let limits = self.settings.vacuum;
        apart("give room back", move || vacuum(&path, &folder, limits, n_alive)).await
    }
}

fn vacuum(path: &Path, folder: &Path, limits: VacuumLimits, n_alive: usize) -> Result<VacuumReport> {
    let failed = |error| failed("give room back", error);
    let connection = open_writer(path).map_err(failed)?;
    let before = read_size(&connection).map_err(failed)?;
    refuse_beside_services(&before, limits, n_alive)?;
    refuse_without_room(&before, limits, folder)?;
    let mut turnstile = Turnstile::open(folder)?;
    let _turn = turnstile.enter();
    connection.execute_batch("VACUUM").map_err(failed)?;
    // Until now all of it is in the write-ahead log.
    connection.query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |_| Ok(())).map_err(failed)?;
    Ok(VacuumReport { before, after: read_size(&connection).map_err(failed)? })
}

fn refuse_beside_services(size: &StoreSize, limits: VacuumLimits, n_alive: usize) -> Result<()> {
    if n_alive == 0 || size.used_bytes <= limits.most_beside_services {
        return Ok(());
    }
    let (services, them) = if n_alive == 1 {
        ("the service that lives".to_owned(), "it")
    } else {
        (format!("the {n_alive} services that live"), "them")
    };
    let words = words!(
        "store-vacuum-beside-services",
        "the store uses {size} MiB, so that a vacuum would keep {services} waiting for too long; stop {them} first, such as \
         with `systemctl stop egret-job`",
        size = size.used_bytes >> 20,
        n = n_alive
    );
    Err(Error::new(ErrorKind::Conflict, words))
}

/// SQLite writes everything once into a temporary file and once into the log beside the database.
fn refuse_without_room(size: &StoreSize, limits: VacuumLimits, folder: &Path) -> Result<()> {
    let temporary = temporary_folder();
    let needed = size.used_bytes.saturating_add(limits.spare_bytes);
    let is_shared = is_same_file_system(folder, &temporary);
    for (place, needed) in [(folder, if is_shared { needed.saturating_mul(2) } else { needed }), (&temporary, needed)] {
        let free = free_bytes(place)?;
        if free < needed {
            let words = words!(
                "store-vacuum-without-room",
                "a vacuum needs {needed} MiB free in `{folder}`, where {free} MiB are; make room there, or name another \
                 folder for the temporary file by `SQLITE_TMPDIR`",
                needed = needed.div_ceil(1 << 20),
                folder = place.display(),
                free = free >> 20
            );
            return Err(Error::new(ErrorKind::Conflict, words));
        }
    }
    Ok(())
}

/// Where SQLite puts temporary files (SQLite 3.54.1, `src/os_unix.c`, `unixTempFileDir`).
fn temporary_folder() -> PathBuf {
    let named = ["SQLITE_TMPDIR", "TMPDIR"].into_iter().filter_map(std::env::var_os).map(PathBuf::from);
    let usual = ["/var/tmp", "/usr/tmp", "/tmp"].into_iter().map(PathBuf::from);
    named.chain(usual).find(|folder| folder.is_dir()).unwrap_or_else(|| PathBuf::from("."))
}

fn is_same_file_system(one: &Path, other: &Path) -> bool {
    use std::os::unix::fs::MetadataExt;
    let device = |path: &Path| std::fs::metadata(path).map(|metadata| metadata.dev()).ok();
    device(one).is_some() && device(one) == device(other)
}

fn free_bytes(folder: &Path) -> Result<u64> {
    let found = statvfs(folder).map_err(|error| failed_io("look at the file system of", folder.display(), error))?;
    Ok(found.f_bavail.saturating_mul(found.f_frsize))
}
