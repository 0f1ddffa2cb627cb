//! Giving a destroyed store up: nobody writes to it any more, and what can be read is saved, once.

use std::sync::Arc;
use std::thread;
use std::time::{Duration, Instant};

use egret_core::{Clock, Damage, Error, ErrorKind, Words};
use rusqlite::Connection;

use super::calm::LOOK_HOLDS;
use super::cause::Cause;
use super::copy::{Places, copy_everything};
use super::identity::FileIdentity;
use super::lock::SalvageLock;
use super::notice::{Notice, Outcome};
use super::words::{damage, told};
use crate::folder::Folder;

/// Between two looks for the notice of whoever has just begun.
const MOMENT: Duration = Duration::from_millis(10);

/// Whoever gives a database file up.
#[derive(Debug)]
pub(crate) struct Salvor {
    pub(super) folder: Folder,
    pub(super) file: FileIdentity,
    pub(super) clock: Arc<dyn Clock>,
}

/// Why nothing is taken any more, with the sentence that every error of the store has from then on.
#[derive(Debug)]
pub(crate) struct Damaged {
    pub(crate) damage: Damage,
    words: Words,
    /// Whether nothing more will become of it.
    pub(super) is_final: bool,
}

impl Damaged {
    /// The refusal of a verb.
    pub(crate) fn error(&self, verb: &str) -> Error {
        Error::new(ErrorKind::Corrupt, Words::refused(Words::verb(verb), self.words.clone()))
    }
}

impl Salvor {
    /// For the file that has the name of the store now.
    pub(crate) fn of_present(folder: Folder, clock: Arc<dyn Clock>) -> std::io::Result<Self> {
        let file = FileIdentity::of(folder.database())?;
        Ok(Self { folder, file, clock })
    }

    /// What has been left about the file by a process that has saved what can be, or is at it.
    pub(super) fn notice(&self) -> Option<Notice> {
        self.any_notice().filter(|notice| !notice.is_abandoned(&self.folder))
    }

    /// What a notice tells.
    pub(super) fn known(&self, notice: &Notice) -> Damaged {
        let is_final = notice.outcome != Outcome::Pending;
        Damaged { damage: damage(notice, &self.folder), words: told(notice, &self.folder), is_final }
    }

    /// Ends all writing to the file and saves what can be saved, unless another process does. The connection must not be in
    /// a transaction; nothing else is done with it after that.
    pub(crate) fn give_up(&self, connection: &Connection, cause: &Cause) -> Damaged {
        let (pending, _lock) = match self.announce(connection, cause) {
            Announcement::OfAnother(notice) => return self.known(&notice),
            Announcement::Own(pending, lock) => (pending, lock),
        };
        await_others(connection);
        let places = Places::of(self.folder.database(), pending.noticed_at);
        let outcome = match copy_everything(connection, &self.folder, self.file, &places) {
            Ok(copied) => Outcome::Saved(copied),
            Err(error) => Outcome::Failed(error),
        };
        let notice = Notice { outcome, ..pending };
        self.leave(&notice);
        let damaged = self.known(&notice);
        tracing::error!("{}", damaged.words);
        damaged
    }

    /// Leaves the notice, unless somebody else has.
    fn announce(&self, connection: &Connection, cause: &Cause) -> Announcement {
        // With SQLite's lock, no other process is between its look for a notice and its commit. A database that is destroyed
        // may not give it; then nobody else gets it either, and the lock of our own sees to it that only one copies.
        let is_locked = lock(connection);
        let announcement = match self.lock_or_notice() {
            Ok(lock) => {
                // The copies of whoever died over them have the names that ours will have.
                let noticed_at = self.any_notice().map_or_else(|| self.clock.now(), |left| left.noticed_at);
                Places::of(self.folder.database(), noticed_at).clear();
                let notice = Notice { file: self.file, cause: cause.clone(), noticed_at, outcome: Outcome::Pending };
                self.leave(&notice);
                Announcement::Own(notice, lock)
            }
            Err(notice) => Announcement::OfAnother(notice),
        };
        unlock(connection, is_locked);
        announcement
    }

    /// The lock of whoever saves what can be read, or what another one has told. Nobody has the lock on a disk that takes no
    /// files.
    fn lock_or_notice(&self) -> Result<Option<SalvageLock>, Box<Notice>> {
        let begin = Instant::now();
        loop {
            let lock = SalvageLock::take(&self.folder);
            match (lock, self.any_notice()) {
                (Ok(Some(_)), Some(notice)) if notice.outcome != Outcome::Pending => return Err(Box::new(notice)),
                (Ok(Some(lock)), _) => return Ok(Some(lock)),
                (_, Some(notice)) => return Err(Box::new(notice)),
                // Whoever has the lock leaves the notice within moments.
                (Ok(None), None) if begin.elapsed() < LOOK_HOLDS => thread::sleep(MOMENT),
                (_, None) => return Ok(None),
            }
        }
    }

    fn any_notice(&self) -> Option<Notice> {
        // Nearly always there is none, and finding that out is one look at a name.
        Notice::read(&self.folder).filter(|notice| notice.file == self.file)
    }

    fn leave(&self, notice: &Notice) {
        if let Err(error) = notice.leave(&self.folder) {
            tracing::error!(%error, "failed to tell other processes that the store is destroyed");
        }
    }
}

/// Who saves what can be saved.
enum Announcement {
    Own(Notice, Option<SalvageLock>),
    OfAnother(Box<Notice>),
}

/// Waits until everybody has come upon the notice before the next commit: for as long as a look holds, and then for the
/// transaction that was begun meanwhile.
fn await_others(connection: &Connection) {
    thread::sleep(LOOK_HOLDS);
    let is_locked = lock(connection);
    unlock(connection, is_locked);
}

fn lock(connection: &Connection) -> bool {
    // A connection that reads may not even lock.
    let _ = connection.pragma_update(None, "query_only", false);
    connection.execute_batch("BEGIN IMMEDIATE").is_ok()
}

fn unlock(connection: &Connection, is_locked: bool) {
    if is_locked && !connection.is_autocommit() {
        let _ = connection.execute_batch("ROLLBACK");
    }
}
