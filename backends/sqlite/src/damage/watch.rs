//! Looking whether the database is still the file that was opened, and still whole.

use std::path::Path;
use std::sync::{Arc, Mutex, MutexGuard};

use egret_core::{Clock, Damage, Error, ErrorKind, Result, Words};
use rusqlite::Connection;

use super::calm::Surroundings;
use super::cause::{Cause, is_corruption};
use super::identity::FileIdentity;
use super::salvor::{Damaged, Salvor};
use crate::error::{failed, failed_io};
use crate::folder::Folder;

/// One opened store under watch.
#[derive(Debug)]
pub(crate) struct Watch {
    salvor: Salvor,
    /// SQLite's write-ahead log. Without its name, others would write another one.
    log: FileIdentity,
    surroundings: Surroundings,
    /// Guarded for a few instructions, or while the copy is made.
    state: Mutex<State>,
}

#[derive(Debug, Default)]
struct State {
    /// What a thread that reads came upon.
    reported: Option<String>,
    damage: Option<Arc<Damaged>>,
}

/// What a look found.
#[derive(Debug)]
pub(crate) enum Trouble {
    /// It is known what happened, and what could be saved is saved.
    Known(Arc<Damaged>),
    /// It has just been noticed.
    New(Cause),
}

impl Watch {
    /// Watches the files that have the names of the store and of its log now. A connection must have them open.
    pub(crate) fn new(folder: Folder, clock: Arc<dyn Clock>) -> Result<Self> {
        let identify =
            |path: &Path| FileIdentity::of(path).map_err(|error| failed_io("look at the store", path.display(), error));
        let (file, log) = (identify(folder.database())?, identify(&folder.log())?);
        let surroundings = Surroundings::of(folder.database());
        Ok(Self { salvor: Salvor { folder, file, clock }, log, surroundings, state: Mutex::default() })
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
        if let Some(notice) = self.salvor.notice() {
            return Some(Trouble::Known(Arc::new(self.salvor.known(&notice))));
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
        let cause = lost(self.store(), self.salvor.file, Cause::Deleted, Cause::Replaced)
            .or_else(|| lost(&self.salvor.folder.log(), self.log, Cause::LogDeleted, Cause::LogReplaced));
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
                Err(Error::new(ErrorKind::Corrupt, Words::refused(Words::verb(verb), cause.words(self.store()))))
            }
        }
    }

    /// Ends all writing to the database and saves what can be saved. The connection must not be in a transaction.
    pub(crate) fn give_up(&self, connection: &Connection, cause: &Cause) -> Arc<Damaged> {
        let mut state = self.lock();
        if let Some(damaged) = &state.damage {
            return Arc::clone(damaged);
        }
        let damaged = Arc::new(self.salvor.give_up(connection, cause));
        // What another process has not saved yet is asked for again.
        if damaged.is_final {
            state.damage = Some(Arc::clone(&damaged));
        }
        damaged
    }

    /// The refusal of a verb of which the reading failed, once what can be saved is saved if it failed for a destroyed page.
    /// Whoever only looks is told where the jobs are as well.
    pub(crate) fn refusal(&self, connection: &Connection, verb: &str, error: rusqlite::Error) -> Error {
        match Cause::of(&error) {
            Some(cause) => self.give_up(connection, &cause).error(verb),
            None => failed(verb, error),
        }
    }

    /// What is known, also from another process.
    pub(crate) fn damage(&self) -> Option<Damage> {
        match self.look()? {
            Trouble::Known(damaged) => Some(damaged.damage.clone()),
            Trouble::New(cause) => Some(Damage {
                cause: cause.words(self.store()).to_string(),
                noticed_at: self.salvor.clock.now(),
                copy: None,
                remedy: "the next write makes a copy of what can be read".to_owned(),
            }),
        }
    }

    fn store(&self) -> &Path {
        self.salvor.folder.database()
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().expect("nothing panics while it holds what is known of the store")
    }
}
