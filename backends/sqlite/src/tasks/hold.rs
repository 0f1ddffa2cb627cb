//! The verbs *begin*, *note* and *close* of tasks.

use egret_core::job_data::from_microseconds;
use egret_core::{
    Applied, BeginTask, CloseTask, Error, LimitReached, Result, TaskBegun, TaskHold, TaskNote, TaskNoted, TaskOwner,
    TaskRefusal, TaskStage, TaskState, TaskToken,
};
use rusqlite::{OptionalExtension, params};

use super::log::append;
use super::row::{StoredOwner, TaskRow, number_of};
use crate::backend::SqliteBackend;
use crate::finish::held;
use crate::log_lines::Lines;
use crate::queries;
use crate::writer::{Nature, Session};

impl SqliteBackend {
    pub(crate) async fn take_task(&self, begin: BeginTask) -> Result<TaskBegun> {
        // The top bit stays clear, since SQLite's integers are signed.
        let hold = rand::random::<u64>() >> 1;
        let is_of_process = begin.owner == TaskOwner::Process;
        if is_of_process {
            // Before the row, so that nobody sees the hold without its lock.
            self.settings.task_locks.add(hold)?;
        }
        let call = self.writer.call_unless(
            Nature::light("begin a task"),
            |_| Ok(None),
            move |session| begin_in(session, &begin, hold),
            |_| None,
        );
        let begun = call.await;
        let is_held = matches!(begun, Ok(Some(TaskBegun::Held(_))));
        match is_held {
            true => self.settings.task_locks.written(hold),
            false if is_of_process => self.settings.task_locks.remove(hold),
            false => {}
        }
        begun?.ok_or_else(|| Error::stale_claim("begin a task"))
    }

    pub(crate) async fn write_task(&self, note: TaskNote) -> Result<TaskNoted> {
        let lines = Lines::new(&note.log_lines);
        self.writer
            .call(Nature::light("note the progress of a task"), move |session| {
                let Some(row) = row_of(session, note.token)? else { return Ok(TaskNoted::Stale) };
                write(session, &row, &note, lines.as_ref())?;
                Ok(if row.is_interrupt_asked { TaskNoted::InterruptAsked } else { TaskNoted::GoOn })
            })
            .await
    }

    pub(crate) async fn end_task(&self, close: CloseTask) -> Result<Applied> {
        let CloseTask { note, ending } = close;
        let hold = note.token.hold;
        let lines = Lines::new(&note.log_lines);
        let applied = self
            .writer
            .call(Nature::durable("close a task", 1), move |session| {
                let Some(row) = row_of(session, note.token)? else { return Ok(Applied::Stale) };
                write(session, &row, &note, lines.as_ref())?;
                session
                    .execute(queries::TASK_CLOSE, params![row.id, number_of(ending.state()), false, session.now()])?;
                Ok(Applied::Done)
            })
            .await?;
        self.settings.task_locks.remove(hold);
        Ok(applied)
    }
}

/// Takes a task; `None` when the claim that wants it is not held.
fn begin_in(session: &mut Session<'_>, begin: &BeginTask, hold: u64) -> rusqlite::Result<Option<TaskBegun>> {
    if let TaskOwner::Claim { token, .. } = &begin.owner
        && held(session, *token)?.is_none()
    {
        return Ok(None);
    }
    let_go_of_replaced(session)?;
    let now = session.now();
    session.execute(queries::TASK_INSERT, params![begin.name, now])?;
    let row = settled(session, &begin.name)?.expect("it was made when it was not there");
    if let Some(refusal) = refusal(session, &row, begin)? {
        return Ok(Some(TaskBegun::Refused(refusal)));
    }
    // A run that was announced goes on under the number of its announcement, and with the wish to interrupt it.
    let is_announced = row.state == TaskState::Ready;
    let is_interrupt_asked = row.is_interrupt_asked && is_announced;
    let log_sequence = row.log_sequence + i64::from(!is_announced);
    if let Some((former, _)) = row.holder {
        session.settings.task_locks.remove(former);
    }
    session.execute(
        queries::TASK_BEGIN,
        params![
            row.id,
            number_of(begin.stage.state()),
            hold.cast_signed(),
            StoredOwner::new(&begin.owner, session.settings).to_text(),
            is_interrupt_asked,
            log_sequence,
            begin.user_limit.as_ref().map(|limit| &limit.user_id),
            now,
            if begin.stage == TaskStage::Running { now } else { 0 },
        ],
    )?;
    let token = TaskToken { task: row.id.cast_unsigned(), hold };
    Ok(Some(TaskBegun::Held(TaskHold { token, log_sequence: log_sequence.cast_unsigned(), is_interrupt_asked })))
}

/// Lets go of locks of this process whose holds have been replaced: of announced runs that somebody else has started.
fn let_go_of_replaced(session: &Session<'_>) -> rusqlite::Result<()> {
    for hold in session.settings.task_locks.all_written() {
        if !session.connection.prepare_cached(queries::TASK_OF_HOLD)?.exists([hold.cast_signed()])? {
            session.settings.task_locks.remove(hold);
        }
    }
    Ok(())
}

/// Why a task is not given, if it is not.
fn refusal(session: &Session<'_>, row: &TaskRow, begin: &BeginTask) -> rusqlite::Result<Option<TaskRefusal>> {
    let name = begin.name.clone();
    Ok(match (row.state, begin.stage) {
        (TaskState::Running, _) => {
            let since = if row.started_at == 0 { row.updated_at } else { row.started_at };
            Some(TaskRefusal::AlreadyRunning { name, since: from_microseconds(since) })
        }
        (TaskState::Ready, TaskStage::Ready) => Some(TaskRefusal::AlreadyReady { name }),
        (_, TaskStage::Running) => None,
        (_, TaskStage::Ready) => {
            let Some(user) = &begin.user_limit else { return Ok(None) };
            let mut statement = session.connection.prepare_cached(queries::LIVE_OF_USER)?;
            let n_live: i64 = statement.query_row([&user.user_id], |row| row.get(0))?;
            let limit = LimitReached::PerUser { user_id: user.user_id.clone(), limit: user.limit };
            (n_live.cast_unsigned() >= user.limit).then_some(TaskRefusal::Limit(limit))
        }
    })
}

/// The task of the name, after it is written down that its owner has gone, if he has.
pub(super) fn settled(session: &mut Session<'_>, name: &str) -> rusqlite::Result<Option<TaskRow>> {
    let Some(row) = TaskRow::find(session, name)? else { return Ok(None) };
    if !row.is_ownerless(session)? {
        return Ok(Some(row));
    }
    lose_owner(session, &row)?;
    TaskRow::find(session, name)
}

/// Closes a task whose owner has gone.
pub(super) fn lose_owner(session: &Session<'_>, row: &TaskRow) -> rusqlite::Result<()> {
    let state = number_of(row.state.without_owner());
    session.execute(queries::TASK_CLOSE, params![row.id, state, true, session.now()]).map(|_| ())
}

/// The task of a hold that has neither been replaced nor ended.
fn row_of(session: &mut Session<'_>, token: TaskToken) -> rusqlite::Result<Option<TaskRow>> {
    let mut statement = session.connection.prepare_cached(queries::TASK_OF_HOLD)?;
    let row = statement.query_row([token.hold.cast_signed()], TaskRow::read).optional()?;
    drop(statement);
    let Some(row) = row.filter(|row| row.id.cast_unsigned() == token.task) else { return Ok(None) };
    let is_live = match row.holder.as_ref().and_then(|(_, owner)| owner.claim()) {
        Some(claim) => held(session, claim)?.is_some(),
        None => session.settings.task_locks.is_own(token.hold),
    };
    Ok(is_live.then_some(row))
}

fn write(session: &Session<'_>, row: &TaskRow, note: &TaskNote, lines: Option<&Lines>) -> rusqlite::Result<()> {
    let (current, total) = (note.current_count.cast_signed(), note.total_count.cast_signed());
    session.execute(queries::TASK_NOTE, params![row.id, current, total, session.now()])?;
    append(session, row, lines, note.n_unkept.cast_signed())
}
