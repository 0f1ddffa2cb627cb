//! One operation in the writer's queue.

use std::sync::Arc;

use egret_core::{Error, Result};
use tokio::sync::oneshot;

use super::Session;
use crate::damage::Damaged;
use crate::enqueue::{NewRow, RowOutcome};
use crate::error::failed;

/// Why an operation was not done.
#[derive(Debug)]
pub(crate) enum WriteError {
    Sqlite(rusqlite::Error),
    /// The database was destroyed.
    Damaged(Arc<Damaged>),
}

impl WriteError {
    /// The error of the seam for the verb that failed.
    pub(crate) fn of_verb(self, verb: &str) -> Error {
        match self {
            Self::Sqlite(error) => failed(verb, error),
            Self::Damaged(damaged) => damaged.error(verb),
        }
    }
}

/// Something to be done in a transaction that it shares with others.
///
/// It may be run several times: when a transaction of a group fails, each operation of it is run again in one of its own.
pub(crate) trait Operation: Send {
    /// Whether nobody waits for the answer any more.
    fn is_abandoned(&self) -> bool;

    /// Looks without writing, outside of any transaction, whether the answer is known already; most do not.
    fn look(&mut self, session: &mut Session<'_>) -> rusqlite::Result<bool>;

    /// Does it.
    fn run(&mut self, session: &mut Session<'_>) -> rusqlite::Result<()>;

    /// Rows to be stored, if that is what it does: those of neighbours go into the table together.
    fn rows(&self) -> &[NewRow] {
        &[]
    }

    /// Does the rest, in place of [`run`](Self::run), once its rows were stored or refused.
    fn run_stored(&mut self, session: &mut Session<'_>, _outcomes: Vec<RowOutcome>) -> rusqlite::Result<()> {
        self.run(session)
    }

    /// Gives the answer, after the commit. When nobody is there to take it, answers with what undoes the operation, if it
    /// has to be undone.
    fn answer(self: Box<Self>) -> Option<Box<dyn Operation>>;

    /// Gives the error instead.
    fn fail(self: Box<Self>, error: WriteError);

    /// Whether the commit has to wait for the disk.
    fn is_durable(&self) -> bool;

    /// About how many rows it writes.
    fn weight(&self) -> usize;
}

/// What an operation is, beside its code.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Nature {
    /// For errors: "failed to …".
    pub(crate) verb: &'static str,
    /// Whether the commit has to wait for the disk, if the store is durable at all.
    pub(crate) is_durable: bool,
    /// About how many rows it writes.
    pub(crate) weight: usize,
}

impl Nature {
    /// An operation whose loss in a power cut does no harm: it undoes itself.
    pub(crate) const fn light(verb: &'static str) -> Self {
        Self { verb, is_durable: false, weight: 1 }
    }

    /// An operation whose answer is a promise.
    pub(crate) const fn durable(verb: &'static str, weight: usize) -> Self {
        Self { verb, is_durable: true, weight }
    }
}

/// An operation whose answer is awaited.
pub(crate) struct Call<T, L, R> {
    pub(crate) nature: Nature,
    pub(crate) look: L,
    pub(crate) run: R,
    pub(crate) undo: fn(T) -> Option<Box<dyn Operation>>,
    pub(crate) value: Option<T>,
    pub(crate) reply: oneshot::Sender<Result<T>>,
}

impl<T, L, R> Operation for Call<T, L, R>
where
    T: Send,
    L: FnMut(&mut Session<'_>) -> rusqlite::Result<Option<T>> + Send,
    R: FnMut(&mut Session<'_>) -> rusqlite::Result<T> + Send,
{
    fn is_abandoned(&self) -> bool {
        self.reply.is_closed()
    }

    fn look(&mut self, session: &mut Session<'_>) -> rusqlite::Result<bool> {
        self.value = (self.look)(session)?;
        Ok(self.value.is_some())
    }

    fn run(&mut self, session: &mut Session<'_>) -> rusqlite::Result<()> {
        self.value = Some((self.run)(session)?);
        Ok(())
    }

    fn answer(self: Box<Self>) -> Option<Box<dyn Operation>> {
        let value = self.value.expect("an operation is answered after it ran");
        match self.reply.send(Ok(value)) {
            Ok(()) | Err(Err(_)) => None,
            Err(Ok(value)) => (self.undo)(value),
        }
    }

    fn fail(self: Box<Self>, error: WriteError) {
        // Nobody being there to take the error is no error.
        let _ = self.reply.send(Err(error.of_verb(self.nature.verb)));
    }

    fn is_durable(&self) -> bool {
        self.nature.is_durable
    }

    fn weight(&self) -> usize {
        self.nature.weight
    }
}
