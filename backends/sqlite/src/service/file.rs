//! The file of one service: a lock, a beat and marks of started jobs.
//!
//! ```text
//! 0   "egretsv1"     8  beats so far    16  time of the last beat (µs)    24  phase
//! 32  resident bytes 40 jobs ended      48  unused
//! 64  slots of 32 bytes: record, claim, time of the start (µs), unused; all zero when free
//! ```
//!
//! Numbers are little-endian, eight bytes each.

use std::collections::HashMap;
use std::fs::{self, File, OpenOptions};
use std::os::unix::fs::{FileExt, OpenOptionsExt};
use std::path::{Path, PathBuf};
use std::sync::Mutex;

use egret_core::{Beat, ClaimToken, ServicePhase};
use rustix::fs::{FlockOperation, flock};

const MAGIC: &[u8; 8] = b"egretsv1";
const HEADER_BYTES: usize = 64;
const SLOT_BYTES: usize = 32;

/// The file of a service of this process.
#[derive(Debug)]
pub(crate) struct ServiceFile {
    path: PathBuf,
    file: File,
    /// Guards the header and the book of slots.
    state: Mutex<State>,
}

#[derive(Debug, Default)]
struct State {
    header: Header,
    slots: HashMap<(u64, u64), u32>,
    /// Slots with the mark of a job that has ended, to be written over by the next start. A service at work so writes once
    /// for each job; what is left is emptied with the next ends that the store takes, or the next beat.
    ended: Vec<u32>,
    free: Vec<u32>,
    n_slots: u32,
}

/// What a service tells of itself.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Header {
    pub(crate) n_beats: u64,
    pub(crate) beat_at: i64,
    pub(crate) phase: ServicePhase,
    pub(crate) resident_bytes: u64,
    pub(crate) n_finished: u64,
}

/// A job that has started.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Mark {
    pub(crate) record: i64,
    pub(crate) claim: i64,
    pub(crate) started_at: i64,
}

/// The file of any service as it is now.
#[derive(Clone, Debug, Default)]
pub(crate) struct Snapshot {
    pub(crate) header: Header,
    pub(crate) marks: Vec<Mark>,
}

impl ServiceFile {
    /// Makes the file and locks it, with a first beat.
    pub(crate) fn create(path: &Path, now: i64) -> std::io::Result<Self> {
        let file = OpenOptions::new().read(true).write(true).create_new(true).mode(0o600).open(path)?;
        flock(&file, FlockOperation::NonBlockingLockExclusive)?;
        let service = Self { path: path.to_owned(), file, state: Mutex::default() };
        service.beat(now, None)?;
        Ok(service)
    }

    /// Beats; without anything new to tell, the last word stands.
    pub(crate) fn beat(&self, now: i64, beat: Option<&Beat>) -> std::io::Result<()> {
        let mut state = self.state.lock().expect("nothing panics with the header");
        state.header.n_beats += 1;
        state.header.beat_at = now;
        if let Some(beat) = beat {
            state.header.phase = beat.phase;
            state.header.resident_bytes = beat.resident_bytes;
            state.header.n_finished = beat.n_finished;
        }
        self.empty_ended(&mut state)?;
        self.file.write_all_at(&state.header.to_bytes(), 0)
    }

    /// Marks a job as started.
    pub(crate) fn mark(&self, token: ClaimToken, now: i64) -> std::io::Result<()> {
        let slot = {
            let mut state = self.state.lock().expect("nothing panics with the slots");
            if state.slots.contains_key(&(token.record, token.claim)) {
                return Ok(());
            }
            let reused = state.ended.pop().or_else(|| state.free.pop());
            let slot = reused.unwrap_or_else(|| {
                state.n_slots += 1;
                state.n_slots - 1
            });
            state.slots.insert((token.record, token.claim), slot);
            slot
        };
        let mut bytes = [0; SLOT_BYTES];
        bytes[..8].copy_from_slice(&token.record.to_le_bytes());
        bytes[8..16].copy_from_slice(&token.claim.to_le_bytes());
        bytes[16..24].copy_from_slice(&now.to_le_bytes());
        self.file.write_all_at(&bytes, place(slot))
    }

    /// Gives the slot of an ended job to the next one that starts. Until then, or until [`settle`](Self::settle), a death of
    /// this process still counts against the job: it did start, and its end is not in the store.
    pub(crate) fn unmark(&self, token: ClaimToken) {
        let mut state = self.state.lock().expect("nothing panics with the slots");
        if let Some(slot) = state.slots.remove(&(token.record, token.claim)) {
            state.ended.push(slot);
        }
    }

    /// Takes away every mark of a job that has ended.
    pub(crate) fn settle(&self) -> std::io::Result<()> {
        self.empty_ended(&mut self.state.lock().expect("nothing panics with the slots"))
    }

    /// Under the lock, so that a slot is empty before another job gets it.
    fn empty_ended(&self, state: &mut State) -> std::io::Result<()> {
        while let Some(slot) = state.ended.last().copied() {
            self.file.write_all_at(&[0; SLOT_BYTES], place(slot))?;
            state.ended.pop();
            state.free.push(slot);
        }
        Ok(())
    }

    /// Removes the file, when the service has left. The lock ends with the value.
    pub(crate) fn remove(&self) {
        let _ = fs::remove_file(&self.path);
    }
}

impl Snapshot {
    /// Reads the file of a service; `None` if there is none.
    pub(crate) fn read(path: &Path) -> std::io::Result<Option<Self>> {
        match fs::read(path) {
            Ok(bytes) => Ok(Self::parse(&bytes)),
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(None),
            Err(error) => Err(error),
        }
    }

    fn parse(bytes: &[u8]) -> Option<Self> {
        let (head, slots) = bytes.split_at_checked(HEADER_BYTES)?;
        let header = head.starts_with(MAGIC).then(|| Header::parse(head))?;
        let marks = slots.chunks_exact(SLOT_BYTES).map(|slot| Mark {
            record: signed(slot, 0),
            claim: signed(slot, 8),
            started_at: signed(slot, 16),
        });
        Some(Self { header, marks: marks.filter(|mark| mark.record != 0).collect() })
    }

    /// The mark of a claim, if its job has started.
    pub(crate) fn mark_of(&self, record: i64, claim: i64) -> Option<&Mark> {
        self.marks.iter().find(|mark| mark.record == record && mark.claim == claim)
    }
}

impl Header {
    fn to_bytes(self) -> [u8; HEADER_BYTES] {
        let mut bytes = [0; HEADER_BYTES];
        bytes[..8].copy_from_slice(MAGIC);
        bytes[8..16].copy_from_slice(&self.n_beats.to_le_bytes());
        bytes[16..24].copy_from_slice(&self.beat_at.to_le_bytes());
        bytes[24] = match self.phase {
            ServicePhase::Running => 0,
            ServicePhase::Quiet => 1,
            ServicePhase::Stopping => 2,
        };
        bytes[32..40].copy_from_slice(&self.resident_bytes.to_le_bytes());
        bytes[40..48].copy_from_slice(&self.n_finished.to_le_bytes());
        bytes
    }

    fn parse(bytes: &[u8]) -> Self {
        Self {
            n_beats: unsigned(bytes, 8),
            beat_at: signed(bytes, 16),
            phase: match bytes[24] {
                1 => ServicePhase::Quiet,
                2 => ServicePhase::Stopping,
                _ => ServicePhase::Running,
            },
            resident_bytes: unsigned(bytes, 32),
            n_finished: unsigned(bytes, 40),
        }
    }
}

fn place(slot: u32) -> u64 {
    HEADER_BYTES as u64 + u64::from(slot) * SLOT_BYTES as u64
}

fn unsigned(bytes: &[u8], at: usize) -> u64 {
    u64::from_le_bytes(bytes[at..at + 8].try_into().expect("eight bytes"))
}

fn signed(bytes: &[u8], at: usize) -> i64 {
    i64::from_le_bytes(bytes[at..at + 8].try_into().expect("eight bytes"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use egret_core::ServiceId;

    fn token(record: u64, claim: u64) -> ClaimToken {
        ClaimToken { service: ServiceId::from_number(1), record, claim }
    }

    #[test]
    fn shows_beats_and_marks_to_others_and_uses_slots_again() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("service");
        let service = ServiceFile::create(&path, 5).unwrap();
        service.mark(token(1, 10), 100).unwrap();
        service.mark(token(2, 11), 101).unwrap();
        service.mark(token(2, 11), 102).unwrap();
        service.unmark(token(1, 10));
        service.mark(token(3, 12), 103).unwrap();
        let beat = Beat { phase: ServicePhase::Quiet, resident_bytes: 7, n_finished: 8, ..Beat::default() };
        service.beat(6, Some(&beat)).unwrap();
        service.beat(9, None).unwrap();
        let seen = Snapshot::read(&path).unwrap().unwrap();
        let header = Header { n_beats: 3, beat_at: 9, phase: ServicePhase::Quiet, resident_bytes: 7, n_finished: 8 };
        assert_eq!(seen.header, header);
        let marks = [Mark { record: 3, claim: 12, started_at: 103 }, Mark { record: 2, claim: 11, started_at: 101 }];
        assert_eq!(seen.marks, marks);
        assert_eq!(fs::metadata(&path).unwrap().len(), 64 + 2 * 32);
        service.unmark(token(2, 11));
        service.settle().unwrap();
        assert_eq!(Snapshot::read(&path).unwrap().unwrap().marks, marks[..1]);
    }

    #[test]
    fn is_locked_until_it_is_dropped() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("service");
        let service = ServiceFile::create(&path, 0).unwrap();
        let other = File::open(&path).unwrap();
        assert!(flock(&other, FlockOperation::NonBlockingLockShared).is_err());
        drop(service);
        assert!(flock(&other, FlockOperation::NonBlockingLockShared).is_ok());
    }
}
