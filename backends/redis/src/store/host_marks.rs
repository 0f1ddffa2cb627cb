//! Marks of jobs that have started, on this host: for what a process could not tell the server any more before it died.
//!
//! Each service has a small file in a folder of the user, in shared memory where a host has it as files, else below the folder for
//! temporary files. A mark is one write into memory, which outlives the process and costs no round trip. Whoever rescues the
//! service's jobs on the same host, as the same user, reads it; anybody else knows what the server was told, a few milliseconds less.
//!
//! ```text
//! slots of 16 bytes: number of the claim, time of the start in microseconds since the epoch; little-endian, zero when unused
//! ```

use std::collections::HashMap;
use std::fs::{self, DirBuilder, File, OpenOptions};
use std::io;
use std::os::unix::fs::{DirBuilderExt, FileExt, MetadataExt, OpenOptionsExt};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard};
use std::time::Duration;

use egret_core::job_data::{from_microseconds, to_microseconds};
use egret_core::{ClaimToken, ServiceId, Timestamp};

const SLOT_BYTES: usize = 16;
/// A file that has not changed for so long is of no use: its service is long dead.
const ABANDONED: Duration = Duration::from_secs(7 * 24 * 3600);

/// Files in memory, as Linux has them (shm_overview(7)). What is written there costs half of what a disk's file system takes.
const SHARED_MEMORY: &str = "/dev/shm";

/// Files of the services of this handle, and the folders in which those of others lie.
#[derive(Debug)]
pub(super) struct HostMarks {
    /// The first one that can be used is.
    folders: Vec<PathBuf>,
    own: Mutex<HashMap<ServiceId, Slots>>,
}

#[derive(Debug)]
struct Slots {
    file: Arc<File>,
    /// Slots of jobs that run.
    taken: HashMap<u64, u64>,
    /// Slots with the mark of a job that has ended, to be written over by the next start or emptied by the next beat. Until then a
    /// death counts against the ended job, if its end was not told: it did start.
    ended: Vec<u64>,
    free: Vec<u64>,
    n_slots: u64,
}

impl Default for HostMarks {
    fn default() -> Self {
        let name = format!("egret-marks-{}", rustix::process::getuid().as_raw());
        let folders = [PathBuf::from(SHARED_MEMORY), std::env::temp_dir()].map(|place| place.join(&name));
        Self { folders: folders.into(), own: Mutex::default() }
    }
}

impl Slots {
    fn of(file: File) -> Self {
        Self { file: Arc::new(file), taken: HashMap::new(), ended: Vec::new(), free: Vec::new(), n_slots: 0 }
    }

    /// A slot for a claim; `None` if it has one.
    fn take(&mut self, claim: u64) -> Option<u64> {
        if self.taken.contains_key(&claim) {
            return None;
        }
        let slot = self.ended.pop().or_else(|| self.free.pop()).unwrap_or_else(|| {
            self.n_slots += 1;
            self.n_slots - 1
        });
        self.taken.insert(claim, slot);
        Some(slot)
    }
}

impl HostMarks {
    /// Makes the file of a new service. Without one, marks are told to the server alone.
    pub(super) fn open(&self, service: ServiceId) {
        let mut refusals = Vec::new();
        for folder in &self.folders {
            match prepare(folder).and_then(|()| create(&folder.join(service.to_string()))) {
                Ok(file) => {
                    self.lock().insert(service, Slots::of(file));
                    return;
                }
                Err(error) => refusals.push(format!("{}: {error}", folder.display())),
            }
        }
        tracing::warn!(?refusals, "jobs that kill their process at once will not be counted against");
    }

    /// Marks a job as started.
    pub(super) fn start(&self, token: ClaimToken) {
        let mut own = self.lock();
        let Some(slots) = own.get_mut(&token.service) else { return };
        let Some(slot) = slots.take(token.claim) else { return };
        let file = Arc::clone(&slots.file);
        // Others start and end meanwhile; the slot is this job's.
        drop(own);
        let mut bytes = [0; SLOT_BYTES];
        bytes[..8].copy_from_slice(&token.claim.to_le_bytes());
        bytes[8..].copy_from_slice(&to_microseconds(Timestamp::now()).to_le_bytes());
        if let Err(error) = file.write_all_at(&bytes, slot * SLOT_BYTES as u64) {
            tracing::debug!(%error, "failed to mark a job as started on this host; the server is told of it");
        }
    }

    /// Gives the slot of an ended job to the next.
    pub(super) fn end(&self, token: ClaimToken) {
        if let Some(slots) = self.lock().get_mut(&token.service)
            && let Some(slot) = slots.taken.remove(&token.claim)
        {
            slots.ended.push(slot);
        }
    }

    /// Takes away the marks of jobs that have ended.
    pub(super) fn settle(&self, service: ServiceId) {
        let mut own = self.lock();
        let Some(slots) = own.get_mut(&service) else { return };
        while let Some(slot) = slots.ended.pop() {
            if slots.file.write_all_at(&[0; SLOT_BYTES], slot * SLOT_BYTES as u64).is_err() {
                slots.ended.push(slot);
                return;
            }
            slots.free.push(slot);
        }
    }

    /// When jobs of a service of anybody on this host have started.
    pub(super) fn read(&self, service: ServiceId) -> HashMap<u64, Timestamp> {
        self.folders.iter().flat_map(|folder| read(folder, service)).collect()
    }

    /// A service is gone.
    pub(super) fn forget(&self, service: ServiceId) {
        self.lock().remove(&service);
        for folder in &self.folders {
            // There may be none.
            let _ = fs::remove_file(folder.join(service.to_string()));
        }
    }

    fn lock(&self) -> MutexGuard<'_, HashMap<ServiceId, Slots>> {
        self.own.lock().expect("nothing panics with the slots")
    }
}

fn read(folder: &Path, service: ServiceId) -> Vec<(u64, Timestamp)> {
    let Ok(bytes) = check(folder).and_then(|()| fs::read(folder.join(service.to_string()))) else { return Vec::new() };
    let number = |slot: &[u8], at: usize| -> [u8; 8] { slot[at..at + 8].try_into().expect("eight bytes") };
    let marks = bytes
        .chunks_exact(SLOT_BYTES)
        .map(|slot| (u64::from_le_bytes(number(slot, 0)), from_microseconds(i64::from_le_bytes(number(slot, 8)))));
    marks.filter(|(claim, _)| *claim != 0).collect()
}

/// Makes the folder, for this user alone, and takes away what nobody wants any more.
fn prepare(folder: &Path) -> io::Result<()> {
    match DirBuilder::new().mode(0o700).create(folder) {
        Err(error) if error.kind() != io::ErrorKind::AlreadyExists => return Err(error),
        _ => check(folder)?,
    }
    for entry in fs::read_dir(folder)?.flatten() {
        let age = entry.metadata().and_then(|metadata| metadata.modified()).map(|at| at.elapsed());
        if matches!(age, Ok(Ok(age)) if age > ABANDONED) {
            let _ = fs::remove_file(entry.path());
        }
    }
    Ok(())
}

/// Whether the folder is this user's alone: in a place where anybody can write, somebody else may have made it.
fn check(folder: &Path) -> io::Result<()> {
    let found = fs::symlink_metadata(folder)?;
    let is_ours = found.is_dir() && found.uid() == rustix::process::getuid().as_raw() && found.mode() & 0o077 == 0;
    match is_ours {
        true => Ok(()),
        false => Err(io::Error::other("the folder is not this user's alone")),
    }
}

fn create(path: &Path) -> io::Result<File> {
    OpenOptions::new().write(true).create(true).truncate(true).mode(0o600).open(path)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn token(service: ServiceId, claim: u64) -> ClaimToken {
        ClaimToken { service, record: 0, claim }
    }

    /// Marks in the first or else in the second folder below this one.
    fn marks(place: &Path) -> HostMarks {
        HostMarks { folders: ["first", "second"].map(|name| place.join(name)).into(), own: Mutex::default() }
    }

    fn n_files(folder: &Path) -> usize {
        fs::read_dir(folder).unwrap().count()
    }

    #[test]
    fn another_handle_sees_what_has_started_and_slots_are_used_again() {
        let folder = tempfile::tempdir().unwrap();
        let (marks, other) = (marks(folder.path()), marks(folder.path()));
        let service = ServiceId::from_number(7);
        marks.open(service);
        for claim in [10, 11, 11] {
            marks.start(token(service, claim));
        }
        marks.end(token(service, 10));
        marks.start(token(service, 12));
        let mut seen: Vec<u64> = other.read(service).into_keys().collect();
        seen.sort_unstable();
        assert_eq!(seen, [11, 12]);
        marks.end(token(service, 12));
        marks.settle(service);
        assert_eq!(other.read(service).into_keys().collect::<Vec<_>>(), [11]);
        assert_eq!(fs::metadata(marks.folders[0].join(service.to_string())).unwrap().len(), 32);
        marks.forget(service);
        assert!(other.read(service).is_empty());
        assert_eq!(n_files(&marks.folders[0]), 0);
        assert!(!marks.folders[1].exists(), "the first folder is enough");
    }

    #[test]
    fn a_folder_that_others_can_enter_is_not_used() {
        use std::os::unix::fs::PermissionsExt as _;
        let folder = tempfile::tempdir().unwrap();
        let (marks, other) = (marks(folder.path()), marks(folder.path()));
        let [first, second] = marks.folders.as_slice() else { panic!("two folders") };
        let enter_by_all = |folder: &Path| {
            fs::create_dir(folder).unwrap();
            fs::set_permissions(folder, fs::Permissions::from_mode(0o755)).unwrap();
        };
        enter_by_all(first);
        let service = ServiceId::from_number(7);
        marks.open(service);
        marks.start(token(service, 1));
        assert_eq!((n_files(first), n_files(second)), (0, 1), "the second one takes its place");
        assert_eq!(other.read(service).into_keys().collect::<Vec<_>>(), [1]);
        marks.forget(service);
        assert_eq!(n_files(second), 0);

        fs::remove_dir(second).unwrap();
        enter_by_all(second);
        marks.open(service);
        marks.start(token(service, 1));
        assert_eq!((n_files(first), n_files(second)), (0, 0));
        assert!(marks.read(service).is_empty());
    }
}
