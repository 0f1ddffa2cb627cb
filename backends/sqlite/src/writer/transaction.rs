//! One transaction of a group of operations.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use rusqlite::{Connection, ffi};

use super::standing::StandingClaims;
use super::{Operation, Session, Settings, WriteError};
use crate::books::Books;
use crate::checkpoint::Checkpointer;
use crate::damage::{Cause, Trouble};
use crate::enqueue::insert_all;
use crate::log_sync::LogSync;
use crate::options::Durability;
use crate::turnstile::Turnstile;
use crate::wake::Hints;

/// How long a transaction waits for those who are before it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Patience {
    /// For as long as they may take.
    Enough,
    /// Not at all.
    None,
}

/// What transactions need beside the connection.
pub(crate) struct Writing {
    pub(crate) settings: Arc<Settings>,
    pub(crate) turnstile: Turnstile,
    pub(crate) hints: Arc<Hints>,
    pub(crate) claims: StandingClaims,
    pub(crate) checkpointer: Checkpointer,
    pub(crate) durability: Durability,
    pub(crate) log: LogSync,
    /// Commits so far.
    pub(crate) n_commits: Arc<AtomicU64>,
}

impl Writing {
    /// Runs the operations and commits, or changes nothing. Answers the hints if one is to be sent. A commit survives a power
    /// loss only once the log was synced; the hint need not wait for that: a service may take the job meanwhile, and nothing
    /// that it writes becomes durable before the job does.
    pub(super) fn transact(
        &mut self,
        connection: &Connection,
        books: &mut Books,
        group: &mut [Box<dyn Operation>],
        patience: Patience,
    ) -> Result<Outcome, Interruption> {
        let turn = match patience {
            Patience::Enough => self.turnstile.enter(),
            Patience::None => self.turnstile.enter_at_once().ok_or_else(busy)?,
        };
        connection.prepare_cached("BEGIN IMMEDIATE")?.execute([])?;
        // Before the look, so that the log is that of the file which is looked at.
        let opened = self.log.open();
        // Only now can no other process give the file up before this commit.
        if let Some(trouble) = self.settings.watch.glance() {
            roll_back(connection, books);
            return Err(Interruption::Destroyed(trouble));
        }
        let (outcome, is_hint_due) = {
            let mut session = Session::new(connection, books, &self.settings);
            let outcome =
                opened.map_err(Interruption::of).and_then(|()| run_and_commit(&mut session, group, &self.claims));
            (outcome, session.is_hint_due)
        };
        if outcome.is_err() {
            roll_back(connection, books);
        }
        drop(turn);
        let claim = outcome?;
        self.n_commits.fetch_add(1, Ordering::Relaxed);
        self.checkpointer.committed(connection, group.iter().map(|operation| operation.weight()).sum());
        Ok(Outcome { claim, hints: is_hint_due.then(|| Arc::clone(&self.hints)) })
    }
}

/// What is to be done after a commit, beside the answers.
pub(super) struct Outcome {
    /// A claim that waited, and was carried out. To be answered first.
    claim: Option<Box<dyn Operation>>,
    /// If a hint is to be sent.
    hints: Option<Arc<Hints>>,
}

impl Outcome {
    /// Gives services what they have been waiting for. Answers what undoes the claim, if nobody waited any more.
    pub(super) fn announce(self) -> Option<Box<dyn Operation>> {
        let undoing = self.claim.and_then(Operation::answer);
        self.hints.iter().for_each(|hints| hints.send());
        undoing
    }
}

/// What ended a transaction without a commit.
#[derive(Debug)]
pub(super) enum Interruption {
    Sqlite(rusqlite::Error),
    /// A claim that was carried out as well failed, and has got its error.
    OfClaim,
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

/// What SQLite says of whoever has no patience.
fn busy() -> rusqlite::Error {
    rusqlite::Error::SqliteFailure(ffi::Error::new(ffi::SQLITE_BUSY), None)
}

/// Answers the claim that was carried out as well, if one was.
fn run_and_commit(
    session: &mut Session<'_>,
    group: &mut [Box<dyn Operation>],
    claims: &StandingClaims,
) -> Result<Option<Box<dyn Operation>>, Interruption> {
    session.books.refresh(session.connection)?;
    for neighbours in group.chunk_by_mut(|one, next| !one.rows().is_empty() && !next.rows().is_empty()) {
        match neighbours {
            [operation] => operation.run(session)?,
            storing => store_together(session, storing)?,
        }
    }
    let claim = if session.is_hint_due { carry_out(session, claims)? } else { None };
    session.books.flush(session.connection)?;
    session.connection.prepare_cached("COMMIT")?.execute([])?;
    Ok(claim)
}

/// Carries out a claim that waits, if one does.
fn carry_out(session: &mut Session<'_>, claims: &StandingClaims) -> Result<Option<Box<dyn Operation>>, Interruption> {
    let Some(mut claim) = claims.take() else { return Ok(None) };
    match claim.run(session).map_err(Interruption::of) {
        Ok(()) => Ok(Some(claim)),
        Err(Interruption::Sqlite(error)) => {
            claim.fail(WriteError::Sqlite(error));
            Err(Interruption::OfClaim)
        }
        Err(other) => Err(other),
    }
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
