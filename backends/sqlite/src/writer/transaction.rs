//! One transaction of a group of operations.

use std::sync::Arc;

use rusqlite::Connection;

use super::{Operation, Session, Settings};
use crate::books::Books;
use crate::checkpoint::Checkpointer;
use crate::damage::{Cause, Trouble};
use crate::enqueue::insert_all;
use crate::options::Durability;
use crate::turnstile::Turnstile;
use crate::wake::Hints;

/// What transactions need beside the connection.
pub(crate) struct Writing {
    pub(crate) settings: Arc<Settings>,
    pub(crate) turnstile: Turnstile,
    pub(crate) hints: Arc<Hints>,
    pub(crate) checkpointer: Checkpointer,
    pub(crate) durability: Durability,
    /// What `PRAGMA synchronous` was last set to.
    pub(crate) is_synchronous: Option<bool>,
}

impl Writing {
    /// Runs the operations and commits, or changes nothing. Sends the hint if there is a reason.
    pub(crate) fn transact(
        &mut self,
        connection: &Connection,
        books: &mut Books,
        group: &mut [Box<dyn Operation>],
    ) -> Result<(), Interruption> {
        let is_durable = self.durability == Durability::Full && group.iter().any(|operation| operation.is_durable());
        self.set_synchronous(connection, is_durable)?;
        let turn = self.turnstile.enter();
        connection.prepare_cached("BEGIN IMMEDIATE")?.execute([])?;
        // Only now can no other process give the file up before this commit.
        if let Some(trouble) = self.settings.watch.look() {
            roll_back(connection, books);
            return Err(Interruption::Destroyed(trouble));
        }
        let (outcome, is_hint_due) = {
            let mut session = Session::new(connection, books, &self.settings);
            let outcome = run_and_commit(&mut session, group);
            (outcome, session.is_hint_due)
        };
        if outcome.is_err() {
            roll_back(connection, books);
        }
        drop(turn);
        outcome.map_err(Interruption::of)?;
        self.checkpointer.committed(connection, group.iter().map(|operation| operation.weight()).sum());
        if is_hint_due {
            self.hints.send();
        }
        Ok(())
    }

    /// Commits of claims and the like need not wait for the disk: what a power loss takes of them is a claim of a service
    /// that the power loss has ended as well.
    fn set_synchronous(&mut self, connection: &Connection, is_synchronous: bool) -> rusqlite::Result<()> {
        if self.is_synchronous != Some(is_synchronous) {
            let pragma = if is_synchronous { "PRAGMA synchronous = FULL" } else { "PRAGMA synchronous = NORMAL" };
            // SQLite obeys this pragma when it compiles it, so a statement kept ready would do nothing.
            connection.execute_batch(pragma)?;
            self.is_synchronous = Some(is_synchronous);
        }
        Ok(())
    }
}

/// What ended a transaction without a commit.
#[derive(Debug)]
pub(crate) enum Interruption {
    Sqlite(rusqlite::Error),
    /// The database was destroyed.
    Destroyed(Trouble),
}

impl Interruption {
    fn of(error: rusqlite::Error) -> Self {
        match Cause::of(&error) {
            Some(cause) => Self::Destroyed(Trouble::New(cause)),
            None => Self::Sqlite(error),
        }
    }
}

impl From<rusqlite::Error> for Interruption {
    fn from(error: rusqlite::Error) -> Self {
        Self::of(error)
    }
}

fn run_and_commit(session: &mut Session<'_>, group: &mut [Box<dyn Operation>]) -> rusqlite::Result<()> {
    session.books.refresh(session.connection)?;
    for neighbours in group.chunk_by_mut(|one, next| !one.rows().is_empty() && !next.rows().is_empty()) {
        match neighbours {
            [operation] => operation.run(session)?,
            storing => store_together(session, storing)?,
        }
    }
    session.books.flush(session.connection)?;
    session.connection.prepare_cached("COMMIT")?.execute([])?;
    Ok(())
}

/// Stores the rows of several operations with few statements; each gets its own outcomes.
fn store_together(session: &mut Session<'_>, group: &mut [Box<dyn Operation>]) -> rusqlite::Result<()> {
    let mut outcomes = insert_all(session, group.iter().flat_map(|operation| operation.rows()))?.into_iter();
    for operation in group {
        let own = outcomes.by_ref().take(operation.rows().len()).collect();
        operation.run_stored(session, own)?;
    }
    Ok(())
}

fn roll_back(connection: &Connection, books: &mut Books) {
    books.invalidate();
    // Some errors, a full disk for one, have rolled the transaction back already.
    if !connection.is_autocommit()
        && let Err(error) = connection.execute_batch("ROLLBACK")
    {
        tracing::error!(%error, "failed to roll back a transaction");
    }
}
