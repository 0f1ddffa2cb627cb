//! The loop of the thread that writes.

use std::sync::Arc;
use std::sync::mpsc::Receiver;
use std::time::Duration;

use rusqlite::Connection;
use tokio::sync::oneshot;

use super::syncer::{Syncer, answer_synced};
use super::transaction::{Interruption, Writing};
use super::{Call, Nature, Operation, Session, WriteError};
use crate::books::Books;
use crate::damage::Trouble;
use crate::options::Durability;

/// At which weight a group is full.
const MAX_GROUP: usize = 4096;

/// When so many operations shared the last durable commit, others are likely to come at once: producers that were answered
/// together ask together. Less is what a service does by itself, which must not be kept waiting.
const CROWD: usize = 4;
/// For so long, a few times, a commit waits for the rest of the crowd: little beside what the disk takes.
const GATHERING: Duration = Duration::from_micros(50);
const GATHERINGS: u32 = 4;

/// Everything the thread owns.
pub(crate) struct WriterThread {
    /// First, so that everything is answered before the connection is closed.
    syncer: Syncer,
    connection: Connection,
    books: Books,
    writing: Writing,
}

/// Operations that will share a transaction.
struct Group {
    operations: Vec<Box<dyn Operation>>,
    weight: usize,
    is_durable: bool,
}

impl Group {
    fn of(first: Box<dyn Operation>) -> Self {
        Self { weight: first.weight(), is_durable: first.is_durable(), operations: vec![first] }
    }

    /// Takes what waits.
    fn take(&mut self, queue: &Receiver<Box<dyn Operation>>) {
        while self.weight < MAX_GROUP {
            let Ok(next) = queue.try_recv() else { break };
            self.weight += next.weight();
            self.is_durable |= next.is_durable();
            self.operations.push(next);
        }
    }
}

impl std::fmt::Debug for WriterThread {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.debug_struct("WriterThread").finish_non_exhaustive()
    }
}

impl WriterThread {
    pub(crate) fn new(connection: Connection, writing: Writing) -> Self {
        Self { syncer: Syncer::default(), connection, books: Books::default(), writing }
    }

    /// Works until every handle has gone and the queue is empty.
    pub(crate) fn run(mut self, operations: &Receiver<Box<dyn Operation>>) {
        let mut crowd = 0;
        while let Ok(first) = operations.recv() {
            let mut group = Group::of(first);
            group.take(operations);
            for _ in 0..GATHERINGS {
                if crowd < CROWD || group.operations.len() >= crowd || !group.is_durable {
                    break;
                }
                std::thread::sleep(GATHERING);
                group.take(operations);
            }
            crowd = if group.is_durable { group.operations.len() } else { 0 };
            self.settle(group.operations);
        }
    }

    /// Executes a group, and then what undoes answers that nobody took.
    fn settle(&mut self, group: Vec<Box<dyn Operation>>) {
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
        match self.writing.transact(&self.connection, &mut self.books, &mut group) {
            Ok(()) => self.answer(group),
            Err(Interruption::Destroyed(trouble)) => {
                self.give_up(group, trouble);
                Vec::new()
            }
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

impl WriterThread {
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

/// An operation whose answer nobody waits for.
pub(crate) fn undo_operation<R>(verb: &'static str, run: R) -> Box<dyn Operation>
where
    R: FnMut(&mut Session<'_>) -> rusqlite::Result<()> + Send + 'static,
{
    Box::new(Unattended(Call {
        nature: Nature::light(verb),
        look: |_: &mut Session<'_>| Ok(None),
        run,
        undo: |()| None,
        value: None,
        reply: oneshot::channel().0,
    }))
}

/// Runs although nobody waits for it.
struct Unattended<O>(O);

impl<O: Operation> Operation for Unattended<O> {
    fn is_abandoned(&self) -> bool {
        false
    }

    fn look(&mut self, _: &mut Session<'_>) -> rusqlite::Result<bool> {
        Ok(false)
    }

    fn run(&mut self, session: &mut Session<'_>) -> rusqlite::Result<()> {
        self.0.run(session)
    }

    fn answer(self: Box<Self>) -> Option<Box<dyn Operation>> {
        None
    }

    fn fail(self: Box<Self>, error: WriteError) {
        tracing::warn!(?error, "failed to undo an operation whose caller has gone");
    }

    fn is_durable(&self) -> bool {
        false
    }

    fn weight(&self) -> usize {
        self.0.weight()
    }
}
