//! What a person can do about a task: *interrupt*, *reset*, *delete*; and closing those whose owner has gone.

use egret_core::{Error, ErrorKind, LiveOwner, Result, TaskState, Words, words};
use rusqlite::params;

use super::hold::{lose_owner, settled};
use super::row::TaskRow;
use crate::backend::SqliteBackend;
use crate::queries;
use crate::writer::{Nature, Session};

/// What became of a change.
enum Changed {
    Done,
    NoTask,
    /// The state of the task does not allow it.
    Not(TaskState),
}

impl SqliteBackend {
    pub(crate) async fn ask_interrupt(&self, name: &str) -> Result<()> {
        let changed = self
            .change_task("interrupt a task", name, |session, row| {
                if !row.state.is_held() {
                    return Ok(Changed::Not(row.state));
                }
                session.execute(queries::TASK_INTERRUPT, params![row.id, session.now()])?;
                Ok(Changed::Done)
            })
            .await?;
        answer(words!("verb-interrupt-the-task", "interrupt the task `{name}`", name = name), changed, is_not_running)
    }

    pub(crate) async fn stop_task(&self, name: &str, owner: LiveOwner) -> Result<()> {
        let changed = self
            .change_task("reset a task", name, move |session, row| {
                let may = take_from_owner(session, row, owner);
                if matches!(may, Changed::Done) {
                    session.execute(queries::TASK_RESET, params![row.id, session.now()])?;
                }
                Ok(may)
            })
            .await?;
        answer(words!("verb-reset-the-task", "reset the task `{name}`", name = name), changed, is_held)
    }

    pub(crate) async fn remove_task(&self, name: &str, owner: LiveOwner) -> Result<()> {
        let changed = self
            .change_task("delete a task", name, move |session, row| {
                let may = take_from_owner(session, row, owner);
                if matches!(may, Changed::Done) {
                    forget(session, row.id)?;
                }
                Ok(may)
            })
            .await?;
        answer(words!("verb-delete-the-task", "delete the task `{name}`", name = name), changed, is_held)
    }

    /// Closes tasks whose owner has gone, and names them.
    pub(crate) async fn close_ownerless_tasks(&self) -> Result<Vec<String>> {
        let has_any = self
            .lookups
            .call_at_once("look for tasks whose owner has gone", |session| Ok(!ownerless(session)?.is_empty()));
        if !has_any.await? {
            return Ok(Vec::new());
        }
        let closed = self.writer.call(Nature::light("close tasks whose owner has gone"), |session| {
            let rows = ownerless(session)?;
            rows.iter().try_for_each(|row| lose_owner(session, row))?;
            let hold = |row: &TaskRow| row.holder.as_ref().map(|(hold, _)| *hold);
            Ok(rows.iter().map(|row| (row.name().to_owned(), hold(row))).collect::<Vec<_>>())
        });
        let closed = closed.await?;
        // After the commit: a file that a row names must not be missing.
        closed.iter().filter_map(|(_, hold)| *hold).for_each(|hold| self.settings.task_locks.remove(hold));
        Ok(closed.into_iter().map(|(name, _)| name).collect())
    }

    async fn change_task<F>(&self, verb: &'static str, name: &str, mut change: F) -> Result<Changed>
    where
        F: FnMut(&Session<'_>, &TaskRow) -> rusqlite::Result<Changed> + Send + 'static,
    {
        let name = name.to_owned();
        self.writer
            .call(Nature::durable(verb, 1), move |session| match settled(session, &name)? {
                Some(row) => change(session, &row),
                None => Ok(Changed::NoTask),
            })
            .await
    }
}

fn ownerless(session: &mut Session<'_>) -> rusqlite::Result<Vec<TaskRow>> {
    let mut ownerless = Vec::new();
    for row in TaskRow::held(session)? {
        if row.is_ownerless(session)? {
            ownerless.push(row);
        }
    }
    Ok(ownerless)
}

/// Whether a task may be taken from whoever has it.
fn take_from_owner(session: &Session<'_>, row: &TaskRow, owner: LiveOwner) -> Changed {
    match (&row.holder, owner) {
        (Some(_), LiveOwner::Respect) => Changed::Not(row.state),
        (Some((hold, owner)), LiveOwner::Replace) => {
            // A lock of our own goes with the hold; that of another process is his to let go.
            if owner.claim().is_none() && session.settings.task_locks.is_own(*hold) {
                session.settings.task_locks.remove(*hold);
            }
            Changed::Done
        }
        (None, _) => Changed::Done,
    }
}

/// Removes a task with its runs.
pub(super) fn forget(session: &Session<'_>, id: i64) -> rusqlite::Result<()> {
    session.execute(queries::TASK_LINES_FORGET, [id])?;
    session.execute(queries::TASK_RUNS_FORGET, [id])?;
    session.execute(queries::TASK_DELETE, [id]).map(|_| ())
}

/// The answer to a verb, or why it was refused. `reason`: what is said of a state in which it cannot be done.
fn answer(verb: Words, changed: Changed, reason: fn(TaskState) -> Words) -> Result<()> {
    let (kind, reason) = match changed {
        Changed::Done => return Ok(()),
        Changed::NoTask => (ErrorKind::NotFound, words!("store-no-task", "there is no task of the name")),
        Changed::Not(state) => (ErrorKind::Conflict, reason(state)),
    };
    Err(Error::new(kind, Words::refused(verb, reason)))
}

fn is_not_running(state: TaskState) -> Words {
    words!("store-task-not-running", "it is not running but {state}", state = state)
}

fn is_held(state: TaskState) -> Words {
    words!("store-task-is", "it is {state}", state = state)
}
