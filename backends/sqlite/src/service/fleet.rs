//! The services of this process, and what it has seen of those of others.

use std::collections::HashMap;
use std::fs::{self, File};
use std::path::PathBuf;
use std::sync::{Arc, Mutex, RwLock};
use std::time::{Duration, Instant};

use egret_core::{ClaimToken, Result, ServiceId};
use rustix::fs::{FlockOperation, flock};

use super::file::{ServiceFile, Snapshot};
use crate::error::failed_io;
use crate::folder::Folder;

/// A file that nobody has locked and that has not changed for so long is of no use. A dead service whose file has gone is
/// known as dead by its process.
const ABANDONED: Duration = Duration::from_secs(7 * 24 * 3600);
const EXCLUSIVE: FlockOperation = FlockOperation::NonBlockingLockExclusive;

/// Files of services.
#[derive(Debug)]
pub(crate) struct Fleet {
    folder: Folder,
    own: RwLock<HashMap<ServiceId, Arc<ServiceFile>>>,
    /// How many beats each service had made, and since when, by our own clock, that has not changed.
    seen: Mutex<HashMap<ServiceId, (Option<u64>, Instant)>>,
}

impl Fleet {
    pub(crate) fn new(folder: Folder) -> Self {
        Self { folder, own: RwLock::default(), seen: Mutex::default() }
    }

    /// Makes the file of a new service of this process.
    pub(crate) fn add(&self, service: ServiceId, now: i64) -> Result<()> {
        let path = self.folder.service(service);
        let file = ServiceFile::create(&path, now)
            .map_err(|error| failed_io("make the file of a service", path.display(), error))?;
        self.own.write().expect("nothing panics with the services").insert(service, Arc::new(file));
        Ok(())
    }

    /// The file of a service of this process.
    pub(crate) fn own(&self, service: ServiceId) -> Option<Arc<ServiceFile>> {
        self.own.read().expect("nothing panics with the services").get(&service).cloned()
    }

    /// Lets go of a service of this process: it has left, or was taken for dead.
    pub(crate) fn drop_own(&self, service: ServiceId) {
        let file = self.own.write().expect("nothing panics with the services").remove(&service);
        if let Some(file) = file {
            file.remove();
        }
        self.forget(service);
    }

    /// Removes what a service of any process has left behind.
    pub(crate) fn forget(&self, service: ServiceId) {
        let _ = fs::remove_file(self.folder.service(service));
        let _ = fs::remove_file(self.folder.guard(service));
        self.seen.lock().expect("nothing panics with the observations").remove(&service);
    }

    pub(crate) fn mark_started(&self, token: ClaimToken, now: i64) {
        if let Some(Err(error)) = self.own(token.service).map(|file| file.mark(token, now)) {
            tracing::warn!(%error, "failed to mark a job as started; a crash would not count against it");
        }
    }

    pub(crate) fn mark_ended(&self, token: ClaimToken) {
        if let Some(file) = self.own(token.service) {
            file.unmark(token);
        }
    }

    /// The store knows how these claims ended: no mark of them is left.
    pub(crate) fn settle(&self, tokens: &[ClaimToken]) {
        for of_service in tokens.chunk_by(|one, next| one.service == next.service) {
            let Some(file) = self.own(of_service[0].service) else { continue };
            of_service.iter().for_each(|token| file.unmark(*token));
            if let Err(error) = file.settle() {
                tracing::warn!(%error, "failed to mark a job as ended; a crash might count against it");
            }
        }
    }

    /// The file of a service of any process. An unreadable one is as good as none.
    pub(crate) fn snapshot(&self, service: ServiceId) -> Option<Snapshot> {
        match Snapshot::read(&self.folder.service(service)) {
            Ok(snapshot) => snapshot,
            Err(error) => {
                tracing::warn!(%error, %service, "failed to read the file of a service");
                None
            }
        }
    }

    /// Whether a living process holds the service's lock; `None` when there is no file.
    pub(crate) fn is_held(&self, service: ServiceId) -> Option<bool> {
        match File::open(self.folder.service(service)) {
            Ok(file) => Some(flock(&file, FlockOperation::NonBlockingLockShared).is_err()),
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => None,
            Err(_) => Some(true),
        }
    }

    /// Locks the guard of a dead service, so that no program of it can live any more. `Err` when one does.
    pub(crate) fn take_guard(&self, service: ServiceId) -> std::result::Result<Option<File>, ()> {
        match File::open(self.folder.guard(service)) {
            Ok(file) => match flock(&file, EXCLUSIVE) {
                Ok(()) => Ok(Some(file)),
                Err(_) => Err(()),
            },
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(None),
            Err(_) => Err(()),
        }
    }

    /// Since when we have seen this number of beats.
    pub(crate) fn observe(&self, service: ServiceId, n_beats: Option<u64>) -> Instant {
        let now = Instant::now();
        let mut seen = self.seen.lock().expect("nothing panics with the observations");
        let entry = seen.entry(service).or_insert((n_beats, now));
        if entry.0 != n_beats {
            *entry = (n_beats, now);
        }
        entry.1
    }

    /// Removes files that nobody locks and that no service can want any more. A process that is killed while it registers
    /// leaves one, and nothing in the database tells of it.
    pub(crate) fn sweep(&self) {
        let Ok(entries) = fs::read_dir(self.folder.services()) else { return };
        for entry in entries.flatten() {
            let age = entry.metadata().and_then(|metadata| metadata.modified()).map(|at| at.elapsed());
            let is_old = matches!(age, Ok(Ok(age)) if age > ABANDONED);
            let is_free = || File::open(entry.path()).is_ok_and(|file| flock(&file, EXCLUSIVE).is_ok());
            if is_old && is_free() {
                let _ = fs::remove_file(entry.path());
            }
        }
    }

    pub(crate) fn guard_path(&self, service: ServiceId) -> PathBuf {
        self.folder.guard(service)
    }
}
