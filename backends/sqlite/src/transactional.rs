//! Enqueueing in an application's own transaction.

use std::sync::Arc;

use egret_core::{Enqueued, Error, ErrorKind, NewJob, Result, StartRequest, StartRight, words};
use rusqlite::{Connection, Transaction};

use crate::backend::SqliteBackend;
use crate::books::Books;
use crate::enqueue::{NewRow, RowOutcome, answers, insert_all, prepare};
use crate::error::failed;
use crate::migrate::store_id;
use crate::queries;
use crate::start::grant;
use crate::wake::Hints;
use crate::writer::{Session, Settings};

/// Jobs that are stored when the application's transaction commits.
///
/// After the commit, [`wake`](Self::wake) tells services. Forgotten, the jobs wait for the next timer or enqueue; after a
/// rollback, drop it.
#[derive(Debug)]
#[must_use = "call `wake` after the commit, or services find the jobs only with their next timer"]
pub struct PendingWake {
    hints: Arc<Hints>,
    outcomes: Vec<Enqueued>,
    start: Option<StartRight>,
}

impl PendingWake {
    /// What becomes of each job with the commit, in order.
    pub fn outcomes(&self) -> &[Enqueued] {
        &self.outcomes
    }

    /// Hints services that there is work. Must be called after the commit. Answers the right, and duty, to start a service,
    /// when one was asked for and none lives.
    #[must_use = "when there is a right, no service lives: start one"]
    pub fn wake(self) -> Option<StartRight> {
        self.hints.send();
        self.start
    }
}

impl SqliteBackend {
    /// Stores jobs in a transaction of the application, when Egret's tables are in the application's database: the
    /// application opens a store with the path of its own file, and then has both in one file. The jobs are there when the
    /// transaction commits, and only then.
    ///
    /// Begin the transaction as `IMMEDIATE`: a deferred one that has read before can be refused as busy by SQLite. Blocks
    /// for as long as SQLite does.
    ///
    /// # Errors
    /// [`ErrorKind::InvalidInput`] when the transaction is on another database. After an error the transaction is as
    /// before the call.
    pub fn enqueue_in(
        &self,
        transaction: &Transaction<'_>,
        jobs: Vec<NewJob>,
        start: Option<&StartRequest>,
    ) -> Result<PendingWake> {
        self.watch.assure("enqueue jobs")?;
        let (rows, ids) = prepare(jobs)?;
        if store_id(transaction).ok().as_ref() != Some(&self.store_id) {
            let words = words!(
                "store-other-transaction",
                "the transaction is not on the store `{store}`",
                store = self.folder.database().display()
            );
            return Err(Error::new(ErrorKind::InvalidInput, words));
        }
        let (outcomes, start) =
            insert(transaction, &self.settings, &rows, start).map_err(|error| failed("enqueue jobs", error))?;
        Ok(PendingWake { hints: Arc::clone(&self.hints), outcomes: answers(ids, outcomes), start })
    }
}

fn insert(
    connection: &Connection,
    settings: &Settings,
    rows: &[NewRow],
    start: Option<&StartRequest>,
) -> rusqlite::Result<(Vec<RowOutcome>, Option<StartRight>)> {
    connection.execute_batch("SAVEPOINT egret_enqueue")?;
    let outcome = insert_unguarded(connection, settings, rows, start);
    let end = match outcome {
        Ok(_) => "RELEASE egret_enqueue",
        Err(_) => "ROLLBACK TO egret_enqueue; RELEASE egret_enqueue",
    };
    connection.execute_batch(end).and(outcome)
}

fn insert_unguarded(
    connection: &Connection,
    settings: &Settings,
    rows: &[NewRow],
    start: Option<&StartRequest>,
) -> rusqlite::Result<(Vec<RowOutcome>, Option<StartRight>)> {
    // Takes the write lock, so that what is read next cannot be out of date.
    connection.execute(queries::SEQUENCE_TOUCH, [])?;
    let mut books = Books::default();
    books.refresh(connection)?;
    let mut session = Session::new(connection, &mut books, settings);
    let outcomes = insert_all(&mut session, rows)?;
    let right = start.map(|start| grant(&mut session, start)).transpose()?.flatten();
    session.books.flush(connection)?;
    Ok((outcomes, right))
}
