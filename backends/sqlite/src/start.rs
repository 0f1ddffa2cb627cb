//! The right to start a service on demand.

use std::time::Duration;

use egret_core::job_data::from_microseconds;
use egret_core::{Liveness, ProcessIdentity, Result, Selection, StartFailure, StartRequest, StartRight, StartStatus};
use rusqlite::{OptionalExtension, Row, params};

use crate::backend::SqliteBackend;
use crate::queries;
use crate::service::standing;
use crate::state_code::StateCode;
use crate::writer::{Nature, Session};

/// Pause after the first failed start; it doubles with each further one.
const FIRST_PAUSE: Duration = Duration::from_secs(1);
/// The longest pause.
const LONGEST_PAUSE: Duration = Duration::from_secs(60);

impl SqliteBackend {
    pub(crate) async fn claim_start_right(&self, request: StartRequest) -> Result<Option<StartRight>> {
        let nature = Nature::light("claim the right to start a service");
        self.writer.call(nature, move |session| grant(session, &request)).await
    }

    pub(crate) async fn note_start_failure(&self, failure: StartFailure) -> Result<()> {
        let nature = Nature::light("note a failed start");
        self.writer.call(nature, move |session| note_failure(session, &failure)).await
    }

    pub(crate) async fn read_start_status(&self, name: &str) -> Result<StartStatus> {
        let name = name.to_owned();
        self.lookups.call("read how starting a service stands", move |session| status(session, name)).await
    }
}

/// A right that is given and not yet taken over.
struct Pending {
    nonce: i64,
    granted_at: i64,
    lapses_at: i64,
    holder: Option<ProcessIdentity>,
}

impl Pending {
    fn read(row: &Row<'_>) -> rusqlite::Result<Self> {
        let holder: String = row.get(3)?;
        Ok(Self {
            nonce: row.get(0)?,
            granted_at: row.get(1)?,
            lapses_at: row.get(2)?,
            holder: serde_json::from_str(&holder).ok(),
        })
    }

    fn is_lapsed(&self, now: i64, observer: &ProcessIdentity) -> bool {
        let holder = self.holder.as_ref().map(|holder| holder.liveness(observer));
        now >= self.lapses_at || holder == Some(Liveness::Dead)
    }
}

/// Gives the right if something waits that neither the living services nor one that is being started can take.
pub(crate) fn grant(session: &mut Session<'_>, request: &StartRequest) -> rusqlite::Result<Option<StartRight>> {
    let now = session.now();
    let (n_available, n_reserved) = n_waiting(session, &request.selection);
    if n_available + n_reserved == 0 {
        return Ok(None);
    }
    let standing = standing(session, &request.name)?;
    let is_needed = standing.n_alive == 0 || n_available > standing.concurrency;
    if !is_needed || standing.n_alive >= u64::from(request.max_services) {
        return Ok(None);
    }
    let n_pending = drop_lapsed(session, &request.name, now)?;
    let is_full = standing.n_alive + n_pending >= u64::from(request.max_services);
    if is_full || is_paused(session, &request.name, now)? {
        return Ok(None);
    }
    let nonce = rand::random::<u64>() >> 1;
    let lapses_at = now.saturating_add(microseconds(request.lapse));
    let holder = serde_json::to_string(&request.holder).unwrap_or_default();
    session.execute(queries::RIGHT_INSERT, params![nonce.cast_signed(), request.name, now, lapses_at, holder])?;
    Ok(Some(StartRight { name: request.name.clone(), nonce, granted_at: from_microseconds(now) }))
}

/// Selected jobs that are available, and that are reserved, in queues that are not paused.
fn n_waiting(session: &Session<'_>, selection: &Selection) -> (u64, u64) {
    let covered = session.books.lanes.iter().filter(|lane| selection.covers(&lane.queue, &lane.class));
    let open = covered.filter(|lane| !session.books.paused.contains(&*lane.queue));
    let count = |n: i64| u64::try_from(n).unwrap_or(0);
    open.fold((0, 0), |(available, reserved), lane| {
        let n_available = lane.count(StateCode::Available) + lane.count(StateCode::Suspect);
        (available + count(n_available), reserved + count(lane.n_reserved()))
    })
}

/// Removes rights of the name that have lapsed, and counts the others.
fn drop_lapsed(session: &Session<'_>, name: &str, now: i64) -> rusqlite::Result<u64> {
    let mut n_pending = 0;
    for right in rights(session, name)? {
        if right.is_lapsed(now, &session.settings.process) {
            session.execute(queries::RIGHT_DELETE, [right.nonce])?;
        } else {
            n_pending += 1;
        }
    }
    Ok(n_pending)
}

fn rights(session: &Session<'_>, name: &str) -> rusqlite::Result<Vec<Pending>> {
    let mut statement = session.connection.prepare_cached(queries::RIGHTS)?;
    statement.query_map([name], Pending::read)?.collect()
}

/// Whether a failed start is too recent.
fn is_paused(session: &Session<'_>, name: &str, now: i64) -> rusqlite::Result<bool> {
    let mut statement = session.connection.prepare_cached(queries::START_FAILURES)?;
    let not_before: Option<i64> = statement.query_row([name], |row| row.get(2)).optional()?;
    Ok(not_before.is_some_and(|not_before| now < not_before))
}

/// A service has come up by the right: nothing is pending, and former failures are forgotten.
pub(crate) fn take_over(session: &Session<'_>, name: &str, nonce: u64) -> rusqlite::Result<()> {
    session.execute(queries::RIGHT_DELETE, [nonce.cast_signed()])?;
    session.execute(queries::START_FAILURES_FORGET, [name])?;
    Ok(())
}

/// Counts a failed start, unless the right has been replaced meanwhile.
fn note_failure(session: &mut Session<'_>, failure: &StartFailure) -> rusqlite::Result<()> {
    if session.execute(queries::RIGHT_DELETE, [failure.right.nonce.cast_signed()])? == 0 {
        return Ok(());
    }
    let name = &failure.right.name;
    let mut statement = session.connection.prepare_cached(queries::START_FAILURES)?;
    let failures: u32 = statement.query_row([name], |row| row.get(0)).optional()?.unwrap_or(0);
    let pause = FIRST_PAUSE.saturating_mul(2_u32.saturating_pow(failures)).min(LONGEST_PAUSE);
    let not_before = session.now().saturating_add(microseconds(pause));
    session.execute(queries::START_FAILED, params![name, failures.saturating_add(1), failure.error, not_before])?;
    Ok(())
}

fn status(session: &mut Session<'_>, name: String) -> rusqlite::Result<StartStatus> {
    let now = session.now();
    let pending = rights(session, &name)?.into_iter().find(|right| !right.is_lapsed(now, &session.settings.process));
    let mut statement = session.connection.prepare_cached(queries::START_FAILURES)?;
    let failures: Option<(u32, String, i64)> =
        statement.query_row([&name], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?))).optional()?;
    let (failures, last_error, not_before) = match failures {
        Some((failures, error, not_before)) => (failures, Some(error), Some(from_microseconds(not_before))),
        None => (0, None, None),
    };
    let pending = pending.map(|right| StartRight {
        name: name.clone(),
        nonce: right.nonce.cast_unsigned(),
        granted_at: from_microseconds(right.granted_at),
    });
    Ok(StartStatus { name, pending, failures, last_error, not_before })
}

fn microseconds(duration: Duration) -> i64 {
    i64::try_from(duration.as_micros()).unwrap_or(i64::MAX)
}
