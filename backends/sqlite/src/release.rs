//! The verb *release*: claims go back to where they were.

use egret_core::job_data::to_microseconds;
use egret_core::{Applied, ClaimToken, ExecutionState, Release, Result};
use rusqlite::params;

use crate::backend::SqliteBackend;
use crate::execution::{NewExecution, record};
use crate::finish::{FLAG_CANCEL_ASKED, FLAG_HAS_KEYS, FLAG_NOTED, Held, held, unclaim};
use crate::history::{Retirement, retire};
use crate::log_lines::{Lines, append};
use crate::place::{occupy, place_of};
use crate::queries;
use crate::state_code::StateCode;
use crate::writer::{Nature, Operation, Session, undo_operation};

/// Why a claimed job goes back.
#[derive(Clone, Copy, Debug)]
pub(crate) enum ReleaseKind {
    /// Its code had not begun, as far as is known.
    Unstarted,
    /// Its code had begun; the attempt is recorded and not counted.
    Started { started_at: i64 },
    /// Its service died while it ran; the interruption is recorded already, and is counted here.
    Interrupted { started_at: Option<i64> },
}

impl SqliteBackend {
    pub(crate) async fn release_claims(&self, releases: Vec<Release>) -> Result<Vec<Applied>> {
        let tokens: Vec<ClaimToken> = releases.iter().map(|release| release.token).collect();
        let entries: Vec<(Release, Option<Lines>)> = releases
            .into_iter()
            .map(|release| {
                let lines = Lines::new(&release.log_lines);
                (release, lines)
            })
            .collect();
        let nature = Nature { verb: "release claims", is_durable: false, weight: entries.len() };
        let run = move |session: &mut Session<'_>| {
            entries.iter().map(|(release, lines)| release_one(session, release, lines.as_ref())).collect()
        };
        let applied = self.writer.call(nature, run).await?;
        self.settings.fleet.settle(&tokens);
        Ok(applied)
    }
}

/// Gives claims back whose claimer has gone before the answer.
pub(crate) fn undo_claims(tokens: Vec<ClaimToken>) -> Option<Box<dyn Operation>> {
    if tokens.is_empty() {
        return None;
    }
    Some(undo_operation("release claims that nobody took", move |session| {
        for token in &tokens {
            let _ = release_one(session, &Release::unstarted(*token), None)?;
        }
        Ok(())
    }))
}

fn release_one(session: &mut Session<'_>, release: &Release, lines: Option<&Lines>) -> rusqlite::Result<Applied> {
    let Some(held) = held(session, release.token)? else { return Ok(Applied::Stale) };
    if let Some(lines) = lines {
        append(session, held.claim, lines)?;
    }
    let kind = match release.started_at {
        Some(started_at) => ReleaseKind::Started { started_at: to_microseconds(started_at) },
        None => ReleaseKind::Unstarted,
    };
    give_back(session, &held, kind)?;
    Ok(Applied::Done)
}

/// Puts a claimed job back into its place, or ends it if a person has cancelled it meanwhile.
pub(crate) fn give_back(session: &mut Session<'_>, held: &Held, kind: ReleaseKind) -> rusqlite::Result<()> {
    record_release(session, held, kind)?;
    let (counted, started_at) = match kind {
        ReleaseKind::Interrupted { started_at } => (1, started_at),
        ReleaseKind::Unstarted | ReleaseKind::Started { .. } => (0, None),
    };
    let (attempt, interruptions) = (held.attempt + counted, held.interruptions + counted);
    unclaim(session, held)?;
    if held.flags & FLAG_CANCEL_ASKED != 0 {
        let retirement = Retirement {
            record: held.record,
            lane: held.lane,
            state: StateCode::Cancelled,
            attempt,
            interruptions,
            finished_at: session.now(),
            folded: None,
            started_at,
            error: None,
            keeps_error: true,
            has_keys: held.flags & FLAG_HAS_KEYS != 0,
            value: None,
        };
        return retire(session, &retirement);
    }
    if counted > 0 {
        session.execute(queries::JOB_INTERRUPTED, params![held.record, attempt, interruptions, started_at])?;
    }
    let place = place_of(session, held.record)?;
    occupy(session, &place, StateCode::available(interruptions))
}

fn record_release(session: &Session<'_>, held: &Held, kind: ReleaseKind) -> rusqlite::Result<()> {
    let started_at = match kind {
        ReleaseKind::Started { started_at } => Some(started_at),
        ReleaseKind::Unstarted if held.flags & FLAG_NOTED != 0 => None,
        ReleaseKind::Unstarted | ReleaseKind::Interrupted { .. } => return Ok(()),
    };
    let closed_at = Some(session.now());
    record(session, held, &NewExecution { state: ExecutionState::Released, started_at, closed_at, error: None })
}
