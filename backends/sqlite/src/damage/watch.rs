//! Looking whether the database is still the file that was opened, and still whole.

use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard};
use std::thread;

use egret_core::{Clock, Damage, Error, ErrorKind, ProcessIdentity, Result};
use rusqlite::{Connection, ErrorCode, ffi};

use super::calm::{LOOK_HOLDS, Surroundings};
use super::copy::{Copied, copy_everything};
use super::identity::FileIdentity;
use super::notice::{Notice, text};
use crate::error::failed_io;
use crate::folder::Folder;

/// One opened store under watch.
#[derive(Debug)]
pub(crate) struct Watch {
    folder: Folder,
    file: FileIdentity,
    /// SQLite's write-ahead log. Without its name, others would write another one.
    log: FileIdentity,
    surroundings: Surroundings,
    clock: Arc<dyn Clock>,
    /// Guarded for a few instructions, or while the copy is made.
    state: Mutex<State>,
}

#[derive(Debug, Default)]
struct State {
    /// What a thread that reads came upon.
    reported: Option<String>,
    damage: Option<Arc<Damaged>>,
}

/// Why nothing is taken any more, with the sentence that every error of the store has from then on.
#[derive(Debug)]
pub(crate) struct Damaged {
    pub(crate) damage: Damage,
    sentence: String,
}

/// What a look found.
#[derive(Debug)]
pub(crate) enum Trouble {
    /// It is known what happened, and what could be saved is saved.
    Known(Arc<Damaged>),
    /// It has just been noticed.
    New(Cause),
}

/// What happened to the database.
#[derive(Debug)]
pub(crate) enum Cause {
    /// Nothing has its name any more.
    Deleted,
    /// Another file has its name.
    Replaced,
    /// Nothing has the name of its write-ahead log any more.
    LogDeleted,
    /// Another file has the name of its write-ahead log.
    LogReplaced,
    /// Something on its pages cannot be.
    Corrupt(String),
}

impl Watch {
    /// Watches the files that have the names of the store and of its log now. A connection must have them open.
    pub(crate) fn new(folder: Folder, clock: Arc<dyn Clock>) -> Result<Self> {
        let identify = |path: &Path| {
            FileIdentity::of(path)
                .map_err(|error| failed_io(format!("failed to look at the store `{}`", path.display()), error))
        };
        let (file, log) = (identify(folder.database())?, identify(&folder.log())?);
        let surroundings = Surroundings::of(folder.database());
        Ok(Self { folder, file, log, surroundings, clock, state: Mutex::default() })
    }

    /// Whether something is wrong, for those who look often: nothing has happened in the folder of the store since the last
    /// thorough look, which is not long ago, or else there is another one.
    pub(crate) fn glance(&self) -> Option<Trouble> {
        let knows_nothing = {
            let state = self.lock();
            state.damage.is_none() && state.reported.is_none()
        };
        if knows_nothing && self.surroundings.are_calm() {
            return None;
        }
        self.look()
    }

    /// Whether something is wrong: a look at three names.
    pub(crate) fn look(&self) -> Option<Trouble> {
        let state = self.lock();
        if let Some(damaged) = &state.damage {
            return Some(Trouble::Known(Arc::clone(damaged)));
        }
        let before = self.surroundings.before_look();
        if let Some(notice) = self.notice() {
            return Some(Trouble::Known(self.known(notice)));
        }
        if let Some(reported) = &state.reported {
            return Some(Trouble::New(Cause::Corrupt(reported.clone())));
        }
        let lost = |path: &Path, file, deleted, replaced| match FileIdentity::of(path) {
            Ok(present) if present == file => None,
            Ok(_) => Some(replaced),
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => Some(deleted),
            // A folder that cannot be looked into says nothing about the file.
            Err(_) => None,
        };
        let cause = lost(self.folder.database(), self.file, Cause::Deleted, Cause::Replaced)
            .or_else(|| lost(&self.folder.log(), self.log, Cause::LogDeleted, Cause::LogReplaced));
        if cause.is_none() {
            self.surroundings.found_nothing(before);
        }
        cause.map(Trouble::New)
    }

    /// Remembers an error of a thread that reads, if it means that the database is destroyed; the next write acts on it.
    pub(crate) fn report(&self, error: &rusqlite::Error) {
        if is_corruption(error) {
            self.lock().reported.get_or_insert_with(|| error.to_string());
        }
    }

    /// Remembers what a check found; the next write acts on it.
    pub(crate) fn suspect(&self, finding: &str) {
        self.lock().reported.get_or_insert_with(|| finding.to_owned());
    }

    /// The refusal of a verb that opens the database by its name, while that name may mean something else.
    pub(crate) fn assure(&self, verb: &str) -> Result<()> {
        match self.look() {
            None | Some(Trouble::New(Cause::Corrupt(_))) => Ok(()),
            Some(Trouble::Known(damaged)) => Err(damaged.error(verb)),
            Some(Trouble::New(cause)) => {
                let message = format!("failed to {verb}: {}", cause.text(self.folder.database()));
                Err(Error::new(ErrorKind::Corrupt, message))
            }
        }
    }

    /// Ends all writing to the database and saves what can be saved. The connection must not be in a transaction.
    pub(crate) fn give_up(&self, connection: &Connection, cause: &Cause) -> Arc<Damaged> {
        let mut state = self.lock();
        if let Some(damaged) = &state.damage {
            return Arc::clone(damaged);
        }
        // With the lock, no other process is between its look for a notice and its commit. A database that is destroyed may
        // not give the lock; then nobody else gets it either.
        let is_locked = connection.execute_batch("BEGIN IMMEDIATE").is_ok();
        if let Some(notice) = self.notice() {
            unlock(connection, is_locked);
            return self.known(notice);
        }
        self.leave_notice(cause, None);
        unlock(connection, is_locked);
        await_others(connection);
        let copied = copy_everything(connection, &self.folder, self.file);
        let damaged = Arc::new(self.concluded(cause, copied));
        tracing::error!("{}", damaged.sentence);
        state.damage = Some(Arc::clone(&damaged));
        damaged
    }

    /// What is known, also from another process.
    pub(crate) fn damage(&self) -> Option<Damage> {
        match self.look()? {
            Trouble::Known(damaged) => Some(damaged.damage.clone()),
            Trouble::New(cause) => Some(Damage {
                cause: cause.text(self.folder.database()),
                noticed_at: self.clock.now(),
                copy: None,
                remedy: "the next write makes a copy of what can be read".to_owned(),
            }),
        }
    }

    fn notice(&self) -> Option<Notice> {
        // Nearly always there is none, and finding that out is one look at a name.
        Notice::read(&self.folder).filter(|notice| notice.file == self.file)
    }

    fn known(&self, notice: Notice) -> Arc<Damaged> {
        let sentence = notice.text(self.folder.database());
        let Notice { cause, noticed_at, copy, remedy, .. } = notice;
        Arc::new(Damaged { damage: Damage { cause, noticed_at, copy, remedy }, sentence })
    }

    fn leave_notice(&self, cause: &Cause, damage: Option<&Damage>) {
        let pending = "another process is copying what can be read".to_owned();
        let notice = Notice {
            file: self.file,
            cause: damage.map_or_else(|| cause.text(self.folder.database()), |damage| damage.cause.clone()),
            noticed_at: self.clock.now(),
            copier: damage.is_none().then(ProcessIdentity::current),
            copy: damage.and_then(|damage| damage.copy.clone()),
            remedy: damage.map_or(pending, |damage| damage.remedy.clone()),
        };
        if let Err(error) = notice.leave(&self.folder) {
            tracing::error!(%error, "failed to tell other processes that the store is destroyed");
        }
    }

    fn concluded(&self, cause: &Cause, copied: std::result::Result<Copied, String>) -> Damaged {
        let store = self.folder.database();
        let (copy, remedy) = match copied {
            Ok(copied) => (Some(copied.path.clone()), remedy(store, cause, &copied)),
            Err(error) => {
                (None, format!("no copy could be made ({error}); restore a backup before anything is started"))
            }
        };
        let damage = Damage { cause: cause.text(store), noticed_at: self.clock.now(), copy, remedy };
        self.leave_notice(cause, Some(&damage));
        let sentence = text(store, &damage.cause, &damage.remedy);
        Damaged { damage, sentence }
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().expect("nothing panics while it holds what is known of the store")
    }
}

impl Damaged {
    /// The refusal of a verb.
    pub(crate) fn error(&self, verb: &str) -> Error {
        Error::new(ErrorKind::Corrupt, format!("failed to {verb}: {}", self.sentence))
    }
}

impl Cause {
    /// The cause that an error of SQLite tells, if it is one.
    pub(crate) fn of(error: &rusqlite::Error) -> Option<Self> {
        is_corruption(error).then(|| Self::Corrupt(error.to_string()))
    }

    fn text(&self, store: &Path) -> String {
        let name = store.file_name().unwrap_or(store.as_os_str()).display();
        match self {
            Self::Deleted => format!("`{name}` was deleted while it was in use"),
            Self::Replaced => format!("`{name}` was replaced by another file while it was in use"),
            Self::LogDeleted => format!("`{name}-wal` was deleted while it was in use"),
            Self::LogReplaced => format!("`{name}-wal` was replaced by another file while it was in use"),
            Self::Corrupt(error) => format!("`{name}` holds pages that cannot be ({error})"),
        }
    }
}

/// A database that is destroyed shows as such, as a file of another kind, or as too short for its own pages.
pub(crate) fn is_corruption(error: &rusqlite::Error) -> bool {
    let is_short = |code: &ffi::Error| code.extended_code == ffi::SQLITE_IOERR_SHORT_READ;
    matches!(error.sqlite_error_code(), Some(ErrorCode::DatabaseCorrupt | ErrorCode::NotADatabase))
        || error.sqlite_error().is_some_and(is_short)
}

/// Waits until everybody has come upon the notice before the next commit: for as long as a look holds, and then for the
/// transaction that was begun meanwhile.
fn await_others(connection: &Connection) {
    thread::sleep(LOOK_HOLDS);
    let is_locked = connection.execute_batch("BEGIN IMMEDIATE").is_ok();
    unlock(connection, is_locked);
}

fn unlock(connection: &Connection, is_locked: bool) {
    if is_locked && !connection.is_autocommit() {
        let _ = connection.execute_batch("ROLLBACK");
    }
}

fn remedy(store: &Path, cause: &Cause, copied: &Copied) -> String {
    let (store, copy) = (store.display(), copied.path.display());
    let kept = match &copied.damaged {
        Some(damaged) => format!(" (all pages as they were: `{}`)", damaged.display()),
        None => String::new(),
    };
    let away = match cause {
        Cause::Replaced => format!("move the file that is at `{store}` now out of the way, "),
        Cause::Deleted | Cause::LogDeleted | Cause::LogReplaced | Cause::Corrupt(_) => String::new(),
    };
    format!(
        "everything that could be read is in `{copy}`{kept}: stop all services, {away}delete `{store}-wal` and `{store}-shm`, \
         then `mv {copy} {store}`, `egret store check`, and start the services again"
    )
}

/// Where a copy of the kind goes: beside the store, under a name that nothing has.
pub(super) fn free_name(store: &Path, kind: &str, noticed_at: &str) -> PathBuf {
    let name = |suffix: &str| {
        let mut name = store.as_os_str().to_owned();
        name.push(format!(".{kind}-{noticed_at}{suffix}"));
        PathBuf::from(name)
    };
    let is_free = |path: &PathBuf| std::fs::symlink_metadata(path).is_err();
    let numbered = (2..).map(|number| name(&format!("-{number}")));
    std::iter::once(name("")).chain(numbered).find(is_free).unwrap_or_else(|| name(""))
}
