//! The verb *change*: what people do to jobs.

use egret_core::job_data::to_microseconds;
use egret_core::{Change, ChangeReport, JobFilter, JobId, JobState, Payload, Result, Target};
use rusqlite::{OptionalExtension, Params, Row, params};

use crate::backend::SqliteBackend;
use crate::enqueue::expect_reserved;
use crate::finish::Held;
use crate::history::{Folded, Retirement, retire};
use crate::inspect::{Place, Running, places};
use crate::job_key::JobKey;
use crate::prune::{forget, forget_finished};
use crate::queries;
use crate::state_code::StateCode;
use crate::writer::{Nature, Session};

/// So many jobs are changed in one transaction, so that nobody waits long.
const CHUNK: usize = 500;

/// How a job was named.
#[derive(Clone, Debug)]
enum Name {
    Id(JobId),
    Place(Place),
}

/// A finished job.
struct Finished {
    number: i64,
    state: StateCode,
    lane: i64,
    job_key: JobKey,
}

/// Where a job was found.
enum Found {
    Live(Held),
    Finished(Finished),
}

impl SqliteBackend {
    pub(crate) async fn change_jobs(&self, target: Target, change: Change) -> Result<ChangeReport> {
        let (names, filter) = match target {
            Target::Ids(ids) => (ids.into_iter().map(Name::Id).collect(), JobFilter::all()),
            Target::Filter(filter) => (self.covered(filter.clone()).await?, filter),
        };
        let mut report = ChangeReport::default();
        for chunk in names.chunks(CHUNK) {
            let (names, filter) = (chunk.to_vec(), filter.clone());
            let nature = Nature::durable("change jobs", names.len());
            let part = self.writer.call(nature, move |session| change_all(session, &names, &filter, change)).await?;
            report.changed.extend(part.changed);
            report.asked.extend(part.asked);
            report.refused.extend(part.refused);
            report.unknown.extend(part.unknown);
        }
        Ok(report)
    }

    async fn covered(&self, filter: JobFilter) -> Result<Vec<Name>> {
        let read = move |session: &mut Session<'_>| {
            let running = Running::read(session)?;
            places(session, &filter, usize::MAX, None, &running)
        };
        let places = self.listings.call("find the jobs to change", read).await?;
        Ok(places.into_iter().map(Name::Place).collect())
    }
}

fn change_all(
    session: &mut Session<'_>,
    names: &[Name],
    filter: &JobFilter,
    change: Change,
) -> rusqlite::Result<ChangeReport> {
    let mut report = ChangeReport::default();
    let running = Running::read(session)?;
    for name in names {
        match (locate(session, name)?, name) {
            (Some(found), _) => change_one(session, &found, &running, filter, change, &mut report)?,
            (None, Name::Id(id)) => report.unknown.push(id.clone()),
            // It has moved on since the filter found it.
            (None, Name::Place(_)) => {}
        }
    }
    Ok(report)
}

fn locate(session: &Session<'_>, name: &Name) -> rusqlite::Result<Option<Found>> {
    match name {
        Name::Id(id) => {
            let key = JobKey::from(id);
            match live(session, queries::LOCATE_LIVE, params![key])? {
                Some(held) => Ok(Some(Found::Live(held))),
                None => Ok(finished(session, queries::LOCATE_FINISHED, params![key])?.map(Found::Finished)),
            }
        }
        Name::Place(Place::Live { record, .. }) => {
            Ok(live(session, queries::LOCATE_RECORD, [record])?.map(Found::Live))
        }
        Name::Place(Place::Finished { number, .. }) => {
            Ok(finished(session, queries::LOCATE_NUMBER, [number])?.map(Found::Finished))
        }
    }
}

fn live(session: &Session<'_>, query: &str, params: impl Params) -> rusqlite::Result<Option<Held>> {
    let read = |row: &Row<'_>| {
        Ok(Held {
            record: row.get(0)?,
            claim: row.get::<_, Option<i64>>(1)?.unwrap_or(0),
            service: row.get::<_, Option<i64>>(2)?.unwrap_or(0),
            state: StateCode::from_number(row.get(3)?),
            lane: row.get(4)?,
            attempt: row.get(5)?,
            interruptions: row.get(6)?,
            flags: row.get(7)?,
            job_key: row.get(8)?,
            due_at: row.get(9)?,
        })
    };
    session.connection.prepare_cached(query)?.query_row(params, read).optional()
}

fn finished(session: &Session<'_>, query: &str, params: impl Params) -> rusqlite::Result<Option<Finished>> {
    let read = |row: &Row<'_>| {
        Ok(Finished {
            number: row.get(0)?,
            state: StateCode::from_number(row.get(1)?),
            lane: row.get(2)?,
            job_key: row.get(3)?,
        })
    };
    session.connection.prepare_cached(query)?.query_row(params, read).optional()
}

fn change_one(
    session: &mut Session<'_>,
    found: &Found,
    running: &Running,
    filter: &JobFilter,
    change: Change,
    report: &mut ChangeReport,
) -> rusqlite::Result<()> {
    let (state, lane, key) = match found {
        Found::Live(held) => (shown(session, held, running), held.lane, &held.job_key),
        Found::Finished(finished) => (finished.state.shown(), finished.lane, &finished.job_key),
    };
    let is_covered =
        session.books.lanes.get(lane).is_some_and(|lane| filter.covers(state, &lane.queue, &lane.class));
    if !is_covered {
        return Ok(());
    }
    let id = key.to_id();
    let is_changed = match found {
        Found::Live(held) if held.state == StateCode::Claimed => {
            if change == Change::Cancel {
                session.execute(queries::ASK_CANCEL, [held.record])?;
                report.asked.push(id);
                return Ok(());
            }
            false
        }
        Found::Live(held) => change_waiting(session, held, state, change)?,
        Found::Finished(finished) => change_finished(session, finished, change)?,
    };
    if is_changed {
        report.changed.push(id);
    } else {
        report.refused.push((id, state));
    }
    Ok(())
}

/// The state that people see.
fn shown(session: &Session<'_>, held: &Held, running: &Running) -> JobState {
    match held.state {
        StateCode::Claimed if running.get(held.record).is_some_and(|job| job.is_running) => JobState::Running,
        state if state.is_reserved() && held.due_at <= session.now() => JobState::Available,
        state => state.shown(),
    }
}

fn change_waiting(session: &mut Session<'_>, held: &Held, state: JobState, change: Change) -> rusqlite::Result<bool> {
    let now = session.now();
    match (change, state) {
        (Change::Retry, JobState::Retryable) => run_again(session, held.record, held.lane, held.state)?,
        (Change::RunNow, JobState::Scheduled | JobState::Retryable) => wait_until(session, held, now)?,
        (Change::Reschedule(at), _) => wait_until(session, held, to_microseconds(at))?,
        (Change::Cancel, _) => cancel(session, held)?,
        (Change::Delete, _) => {
            session.connection.prepare_cached(queries::REMOVE)?.query_row([held.record], |_| Ok(()))?;
            session.books.lanes.shift(held.lane, held.state, -1);
            forget(session, &held.job_key)?;
        }
        _ => return Ok(false),
    }
    Ok(true)
}

fn cancel(session: &mut Session<'_>, held: &Held) -> rusqlite::Result<()> {
    let finished_at = session.now();
    let retirement = Retirement {
        state: StateCode::Cancelled,
        attempt: held.attempt,
        interruptions: held.interruptions,
        finished_at,
        is_folded: false,
        started_at: None,
        error: None,
        keeps_error: true,
    };
    retire(session, held, &retirement)
}

/// Gives a waiting job another time and leaves its order of enqueue.
fn wait_until(session: &mut Session<'_>, held: &Held, at: i64) -> rusqlite::Result<()> {
    let is_due = at <= session.now();
    let state = if is_due { StateCode::available(held.interruptions) } else { StateCode::Scheduled };
    session.execute(queries::RESCHEDULE, params![held.record, state.number(), at])?;
    session.moved(held.lane, held.state, state);
    expect_reserved(session, held.lane, state, at);
    session.is_hint_due = true;
    Ok(())
}

/// Lets a live job run at once with its retry counters reset. Attempts go on counting, so that their logs stay apart.
fn run_again(session: &mut Session<'_>, record: i64, lane: i64, from: StateCode) -> rusqlite::Result<()> {
    let mut statement = session.connection.prepare_cached(queries::PAYLOAD)?;
    let payload: Vec<u8> = statement.query_row([record], |row| Ok(row.get_ref(0)?.as_bytes()?.to_vec()))?;
    drop(statement);
    let payload = match Payload::parse(&payload) {
        Payload::Job(mut data) => {
            data.executions = 0;
            data.exception_executions = Some(serde_json::Map::new());
            serde_json::to_string(&data).ok()
        }
        Payload::Unreadable(_) => None,
    };
    let (number, now) = (session.books.next_number(), session.now());
    session.execute(queries::RUN_AGAIN, params![record, number, now, payload])?;
    session.moved(lane, from, StateCode::Available);
    session.is_hint_due = true;
    Ok(())
}

fn change_finished(session: &mut Session<'_>, finished: &Finished, change: Change) -> rusqlite::Result<bool> {
    match change {
        // A live job has taken the id over: two of them would be one too many.
        Change::Retry if !session.connection.prepare_cached(queries::LIVE_ID)?.exists(params![finished.job_key])? => {
            revive(session, finished)?;
        }
        Change::Delete => forget_finished(session, finished.number)?,
        _ => return Ok(false),
    }
    Ok(true)
}

fn revive(session: &mut Session<'_>, finished: &Finished) -> rusqlite::Result<()> {
    let (record, now) = (session.books.next_number(), session.now());
    session.execute(queries::REVIVE, params![finished.number, record, now])?;
    let folded =
        session.connection.prepare_cached(queries::HISTORY_REMOVE)?.query_row([finished.number], Folded::read)?;
    folded.unfold(session)?;
    session.moved(finished.lane, finished.state, StateCode::Available);
    run_again(session, record, finished.lane, StateCode::Available)
}
