//! Whether nothing can have happened to the files of a store since the last thorough look, so that most transactions pay for
//! one question to an open file instead of several searches by name.

use std::fs::File;
use std::os::unix::fs::MetadataExt as _;
use std::path::Path;
use std::sync::Mutex;
use std::time::{Duration, Instant, SystemTime};

/// A thorough look holds for so long: what happens to folders above, and a notice, do not show in the folder itself.
pub(super) const LOOK_HOLDS: Duration = Duration::from_secs(1);
/// Two changes of a folder can have the same time: file systems count in steps of up to two seconds (FAT).
const LONG_STEP: Duration = Duration::from_secs(3);
/// Nearly all others take the time of the kernel's last tick: at least a hundred a second, at moments that are no round
/// figures.
const SHORT_STEP: Duration = Duration::from_millis(100);
/// What a time of a coarse file system is a multiple of, in nanoseconds.
const ROUND: i64 = 10_000_000;

/// The folder of a store, in which nothing has its name deleted, replaced or moved without the folder being changed.
#[derive(Debug)]
pub(super) struct Surroundings {
    /// None when it cannot be read; then every look is a thorough one.
    folder: Option<File>,
    /// Guarded for a few instructions.
    calm: Mutex<Option<Calm>>,
}

/// A thorough look that found nothing.
#[derive(Clone, Copy, Debug)]
struct Calm {
    /// How the folder was before the look.
    changed_at: (i64, i64),
    looked_at: Instant,
}

/// The moment before a thorough look.
#[derive(Debug)]
pub(super) struct Before(Option<Calm>);

impl Surroundings {
    pub(super) fn of(database: &Path) -> Self {
        Self { folder: database.parent().and_then(|folder| File::open(folder).ok()), calm: Mutex::default() }
    }

    /// Whether the last thorough look still holds.
    pub(super) fn are_calm(&self) -> bool {
        let calm = *self.lock();
        calm.is_some_and(|calm| calm.looked_at.elapsed() < LOOK_HOLDS && self.changed_at() == Some(calm.changed_at))
    }

    /// Must be called before a thorough look.
    pub(super) fn before_look(&self) -> Before {
        let looked_at = Instant::now();
        Before(self.changed_at().map(|changed_at| Calm { changed_at, looked_at }))
    }

    /// Must be called after a thorough look that found nothing.
    pub(super) fn found_nothing(&self, before: Before) {
        let since_epoch = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default();
        *self.lock() = before.0.filter(|calm| has_settled(calm.changed_at, since_epoch));
    }

    /// When an entry of the folder, or the folder itself, last got, changed or lost its name: seconds and nanoseconds.
    fn changed_at(&self) -> Option<(i64, i64)> {
        let metadata = self.folder.as_ref()?.metadata().ok()?;
        Some((metadata.ctime(), metadata.ctime_nsec()))
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, Option<Calm>> {
        self.calm.lock().expect("nothing panics while it holds the last look")
    }
}

/// Whether a change of the folder from now on would have another time than the last one.
fn has_settled((seconds, nanoseconds): (i64, i64), now: Duration) -> bool {
    let (Ok(seconds), Ok(subseconds)) = (u64::try_from(seconds), u32::try_from(nanoseconds)) else { return false };
    let step = if nanoseconds % ROUND == 0 { LONG_STEP } else { SHORT_STEP };
    now.checked_sub(Duration::new(seconds, subseconds)).is_some_and(|age| age > step)
}

#[cfg(test)]
mod tests {
    use rustix::fs::{Timespec, Timestamps, futimens};

    use super::*;

    /// Notes that the folder was last changed long ago, by a look that holds for longer than any test lasts.
    fn settle(surroundings: &Surroundings) {
        let looked_at = Instant::now() + Duration::from_secs(3_600);
        let before = Before(Some(Calm { changed_at: surroundings.changed_at().unwrap(), looked_at }));
        *surroundings.lock() = before.0;
    }

    #[test]
    fn a_file_that_loses_its_name_ends_the_calm() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("egret.db");
        std::fs::write(&path, "").unwrap();
        let surroundings = Surroundings::of(&path);
        assert!(!surroundings.are_calm(), "nobody has looked yet");
        settle(&surroundings);
        assert!(surroundings.are_calm());
        std::fs::write(&path, "more").unwrap();
        assert!(surroundings.are_calm(), "what is written into files changes no names");
        // The clock of the file system may not have moved since the file was made.
        wait_for_step(folder.path());
        std::fs::remove_file(&path).unwrap();
        assert!(!surroundings.are_calm());
    }

    #[test]
    fn a_folder_that_has_just_changed_is_looked_at_again() {
        let folder = tempfile::tempdir().unwrap();
        let surroundings = Surroundings::of(&folder.path().join("egret.db"));
        // On a busy machine the change may be old before anybody has looked.
        loop {
            let began = Instant::now();
            let other = folder.path().join("other");
            std::fs::write(&other, "").unwrap();
            std::fs::remove_file(&other).unwrap();
            surroundings.found_nothing(surroundings.before_look());
            if began.elapsed() < SHORT_STEP / 2 {
                break;
            }
        }
        assert!(!surroundings.are_calm(), "another change could have the same time");
    }

    #[test]
    fn a_change_settles_when_the_next_one_must_have_another_time() {
        let second = 1_700_000_000;
        let later = |milliseconds| Duration::from_secs(1_700_000_000) + Duration::from_millis(milliseconds);
        for (nanoseconds, milliseconds, settled) in [
            (123_456_789, 150, false),
            (123_456_789, 250, true),
            // As a file system writes it that counts in hundredths of seconds, or in seconds.
            (120_000_000, 2_000, false),
            (0, 2_999, false),
            (0, 3_001, true),
        ] {
            assert_eq!(
                has_settled((second, nanoseconds), later(milliseconds)),
                settled,
                "{nanoseconds} {milliseconds}"
            );
        }
        assert!(!has_settled((second + 1, 1), later(0)), "the clock was set back");
    }

    /// Until a change of another file has a later time than the folder's.
    fn wait_for_step(folder: &Path) {
        let now = Timespec { tv_sec: 0, tv_nsec: rustix::fs::UTIME_NOW };
        let before = std::fs::metadata(folder).unwrap();
        let probe = tempfile::tempfile().unwrap();
        loop {
            futimens(&probe, &Timestamps { last_access: now, last_modification: now }).unwrap();
            let probed = probe.metadata().unwrap();
            if (probed.ctime(), probed.ctime_nsec()) > (before.ctime(), before.ctime_nsec()) {
                return;
            }
        }
    }
}
