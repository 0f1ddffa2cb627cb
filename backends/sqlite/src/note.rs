//! The verb *note*: progress, checkpoints and log lines of claims that last.

use egret_core::job_data::to_microseconds;
use egret_core::{Applied, ClaimToken, ExecutionState, NewJob, Note, Origin, Progress, Result};
use rusqlite::params;

use crate::backend::SqliteBackend;
use crate::enqueue::NewRow;
use crate::execution::{NewExecution, record};
use crate::finish::{FLAG_HAS_KEYS, FLAG_NOTED, Held, held};
use crate::log_lines::{Lines, append};
use crate::queries;
use crate::state_code::StateCode;
use crate::writer::{Nature, Session};

/// A note with everything written that can be written before the transaction.
#[derive(Debug)]
struct Entry {
    token: ClaimToken,
    started_at: i64,
    progress: Option<Progress>,
    checkpoint: Option<NewRow>,
    lines: Option<Lines>,
}

impl SqliteBackend {
    pub(crate) async fn note_claims(&self, notes: Vec<Note>) -> Result<Vec<Applied>> {
        let entries = notes.into_iter().map(Entry::new).collect::<Result<Vec<_>>>()?;
        let nature = Nature { verb: "note progress and log lines", is_durable: false, weight: entries.len() };
        self.writer.call(nature, move |session| entries.iter().map(|entry| note(session, entry)).collect()).await
    }
}

impl Entry {
    fn new(note: Note) -> Result<Self> {
        let row = |data: Box<egret_core::JobData>| NewRow::new(NewJob::new(*data, Origin::Unknown));
        Ok(Self {
            token: note.token,
            started_at: to_microseconds(note.started_at),
            progress: note.progress,
            checkpoint: note.checkpoint.map(row).transpose()?.map(|(row, _)| row),
            lines: Lines::new(&note.log_lines),
        })
    }
}

fn note(session: &mut Session<'_>, entry: &Entry) -> rusqlite::Result<Applied> {
    let Some(held) = held(session, entry.token)? else { return Ok(Applied::Stale) };
    if held.flags & FLAG_NOTED == 0 {
        let started_at = Some(entry.started_at);
        let open = NewExecution { state: ExecutionState::Running, started_at, closed_at: None, error: None };
        record(session, &held, &open)?;
        session.execute(queries::CLAIM_FLAG, [held.record, FLAG_NOTED])?;
    }
    if let Some(progress) = entry.progress {
        let (current, total) = (progress.current.cast_signed(), progress.total.map(u64::cast_signed));
        session.execute(queries::NOTE_PROGRESS, params![held.claim, current, total])?;
    }
    if let Some(checkpoint) = &entry.checkpoint {
        keep_checkpoint(session, &held, checkpoint)?;
    }
    if let Some(lines) = &entry.lines {
        append(session, held.claim, lines)?;
    }
    Ok(Applied::Done)
}

/// Replaces the payload by that from which another run would go on; it may name another queue or class.
fn keep_checkpoint(session: &mut Session<'_>, held: &Held, row: &NewRow) -> rusqlite::Result<()> {
    let lane = session.books.lanes.resolve(session.connection, &row.queue, &row.class)?;
    session.execute(
        queries::JOB_CHECKPOINT,
        params![held.record, lane, row.priority, row.owner.user, row.payload, row.owner.site],
    )?;
    if !row.owner.is_none() {
        session.execute(queries::CLAIM_FLAG, [held.record, FLAG_HAS_KEYS])?;
    }
    session.execute(queries::CLAIM_LANE, [held.record, lane])?;
    session.books.lanes.shift(held.lane, StateCode::Claimed, -1);
    session.books.lanes.shift(lane, StateCode::Claimed, 1);
    Ok(())
}
