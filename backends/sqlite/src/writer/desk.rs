//! The desk: the connection that writes, and all that is needed to write with it.
//!
//! Whoever has it writes. Mostly that is the thread, which does together what waits in its queue. A caller who finds the desk
//! free and nothing in the queue does a small operation on its own thread, which saves two changes of thread; it gives the
//! operation to the thread instead of waiting for anything.

use std::sync::Arc;
use std::time::Duration;

use rusqlite::Connection;

use super::committed::{Committed, Promise};
use super::syncer::{Syncer, answer_synced};
use super::thread::CROWD;
use super::transaction::{Interruption, Patience, Writing};
use super::{Operation, Session, WriteError};
use crate::books::Books;
use crate::connection::{Impatience, is_busy};
use crate::damage::{Cause, Trouble};
use crate::options::Durability;

/// A caller waits for the disk on its own thread if the last sync took at most so long: about as long as it takes to have
/// another thread do it. A slower disk must not keep a thread of an asynchronous runtime.
const QUICK_SYNC: Duration = Duration::from_micros(250);

/// Everything that is needed to write.
pub(crate) struct Desk {
    /// First, so that everything is answered before the connection is closed.
    syncer: Syncer,
    connection: Connection,
    books: Books,
    writing: Writing,
}

/// What became of an operation that its caller tried to do.
pub(super) enum Attempt {
    /// Something was in the way; nothing was done.
    InTheWay(Box<dyn Operation>),
    /// It was answered. What undoes it, if it has to be undone.
    Done(Option<Box<dyn Operation>>),
    /// It is committed.
    Committed(Committed),
}

impl std::fmt::Debug for Desk {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.debug_struct("Desk").finish_non_exhaustive()
    }
}

impl Desk {
    pub(crate) fn new(connection: Connection, writing: Writing) -> Self {
        Self { syncer: Syncer::default(), connection, books: Books::default(), writing }
    }

    /// Does one operation without waiting for anybody or for the disk.
    pub(super) fn attempt(&mut self, mut operation: Box<dyn Operation>) -> Attempt {
        let _impatience = Impatience::begin();
        if self.writing.settings.watch.glance().is_some() {
            return Attempt::InTheWay(operation);
        }
        match operation.look(&mut Session::new(&self.connection, &mut self.books, &self.writing.settings)) {
            Ok(true) => return Attempt::Done(operation.answer()),
            Ok(false) => {}
            Err(_) => return Attempt::InTheWay(operation),
        }
        let mut group = vec![operation];
        let outcome = self.writing.transact(&self.connection, &mut self.books, &mut group, Patience::None);
        let operation = group.pop().expect("a transaction takes nothing out of its group");
        match outcome {
            Ok(outcome) => Attempt::Committed(Committed { outcome, promise: self.promise(&*operation), operation }),
            Err(Interruption::Sqlite(error)) if !is_busy(&error) => {
                operation.fail(WriteError::Sqlite(error));
                Attempt::Done(None)
            }
            Err(_) => Attempt::InTheWay(operation),
        }
    }

    /// What has to be waited for before the operation is answered.
    fn promise(&mut self, operation: &dyn Operation) -> Promise {
        if !operation.is_durable() || self.writing.durability == Durability::Normal {
            return Promise::Nothing;
        }
        let log = &self.writing.log;
        let line = if log.took_at_most(QUICK_SYNC) { None } else { self.syncer.line(log) };
        Promise::Durable { log: log.clone(), line: line.cloned() }
    }

    /// Executes a group, and then what undoes answers that nobody took.
    pub(super) fn settle(&mut self, group: Vec<Box<dyn Operation>>) {
        let mut undone = self.execute(group);
        while !undone.is_empty() {
            undone = self.execute(undone);
        }
    }

    fn execute(&mut self, mut group: Vec<Box<dyn Operation>>) -> Vec<Box<dyn Operation>> {
        group.retain(|operation| !operation.is_abandoned());
        if let Some(trouble) = self.writing.settings.watch.glance() {
            self.give_up(group, trouble);
            return Vec::new();
        }
        let mut undone = Vec::new();
        let mut writing = Vec::with_capacity(group.len());
        for mut operation in group {
            let mut session = Session::new(&self.connection, &mut self.books, &self.writing.settings);
            // An error of the look will come again from the run, with the operation still there to take it.
            if operation.look(&mut session).unwrap_or(false) {
                undone.extend(operation.answer());
            } else {
                writing.push(operation);
            }
        }
        if !writing.is_empty() {
            undone.extend(self.write(writing));
        }
        undone
    }

    /// Writes a group in one transaction, or each member in one of its own if that fails.
    fn write(&mut self, mut group: Vec<Box<dyn Operation>>) -> Vec<Box<dyn Operation>> {
        match self.writing.transact(&self.connection, &mut self.books, &mut group, Patience::Enough) {
            Ok(outcome) => {
                let mut undone = Vec::from_iter(outcome.announce());
                undone.extend(self.answer(group));
                undone
            }
            Err(Interruption::Destroyed(trouble)) => {
                self.give_up(group, trouble);
                Vec::new()
            }
            Err(Interruption::OfClaim) => self.write(group),
            Err(Interruption::Sqlite(error)) if group.len() == 1 || is_hopeless(&error) => {
                fail_all(group, error);
                Vec::new()
            }
            Err(Interruption::Sqlite(_)) => {
                group.into_iter().flat_map(|operation| self.write(vec![operation])).collect()
            }
        }
    }
}

impl Desk {
    /// Answers what is committed, promises once they survive a power loss.
    ///
    /// Claims and the like need not wait for the disk: what a power loss takes of them is a claim of a service that the power
    /// loss has ended as well.
    fn answer(&mut self, group: Vec<Box<dyn Operation>>) -> Vec<Box<dyn Operation>> {
        let (promises, others): (Vec<_>, Vec<_>) = match self.writing.durability {
            Durability::Full => group.into_iter().partition(|operation| operation.is_durable()),
            Durability::Normal => (Vec::new(), group),
        };
        let undone = others.into_iter().filter_map(Operation::answer).collect();
        if !promises.is_empty() {
            self.sync(promises);
        }
        undone
    }

    fn sync(&mut self, promises: Vec<Box<dyn Operation>>) {
        // A crowd is worth waiting for: its next operations gather meanwhile and share a commit.
        let is_crowd = promises.len() >= CROWD;
        let rest = match !is_crowd && self.writing.hints.are_heard() {
            true => self.syncer.hand_over(&self.writing.log, promises).err(),
            false => Some(promises),
        };
        if let Some(promises) = rest {
            answer_synced(&self.writing.log, promises);
        }
    }

    /// Saves what can be saved of a database of which somebody here has read destroyed pages, if no write has done so.
    pub(super) fn act_on_reports(&mut self) {
        let watch = &self.writing.settings.watch;
        if let Some(Trouble::New(cause @ Cause::Corrupt(_))) = watch.look() {
            watch.give_up(&self.connection, &cause);
        }
    }

    /// Fails everything because the database was destroyed; the first who does also saves what can be saved.
    fn give_up(&mut self, group: Vec<Box<dyn Operation>>, trouble: Trouble) {
        let damaged = match trouble {
            Trouble::Known(damaged) => damaged,
            Trouble::New(cause) => self.writing.settings.watch.give_up(&self.connection, &cause),
        };
        for operation in group {
            operation.fail(WriteError::Damaged(Arc::clone(&damaged)));
        }
    }
}

/// Whether running the members one by one would only fail each of them the same way, after a long wait, or might do twice
/// what is done already: a disk may fail after the commit.
fn is_hopeless(error: &rusqlite::Error) -> bool {
    use rusqlite::ErrorCode::{DatabaseBusy, DatabaseCorrupt, DatabaseLocked, ReadOnly, SystemIoFailure};
    matches!(
        error.sqlite_error_code(),
        Some(DatabaseBusy | DatabaseLocked | DatabaseCorrupt | ReadOnly | SystemIoFailure)
    )
}

pub(super) fn fail_all(group: Vec<Box<dyn Operation>>, error: rusqlite::Error) {
    let mut group = group.into_iter();
    let first = group.next();
    if let rusqlite::Error::SqliteFailure(code, message) = &error {
        for operation in group {
            operation.fail(WriteError::Sqlite(rusqlite::Error::SqliteFailure(*code, message.clone())));
        }
    }
    if let Some(first) = first {
        first.fail(WriteError::Sqlite(error));
    }
}
