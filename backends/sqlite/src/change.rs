//! The verb *change*: what people do to jobs.

use egret_core::job_data::{from_microseconds, to_microseconds};
use egret_core::{Belonging, Change, ChangeReport, Former, JobFilter, JobId, JobState, Payload, Result, Target};
use rusqlite::{OptionalExtension, Row, params};

use crate::backend::SqliteBackend;
use crate::finish::FLAG_CANCEL_ASKED;
use crate::history::{Retirement, leave_history, retire};
use crate::inspect::{Running, all_records, is_covered};
use crate::job_key::JobKey;
use crate::payload;
use crate::place::{Place, occupy, vacate};
use crate::prune::forget;
use crate::queries;
use crate::state_code::StateCode;
use crate::writer::{Nature, Session};

/// So many jobs are changed in one transaction, so that nobody waits long.
const CHUNK: usize = 500;

/// How a job was named.
#[derive(Clone, Debug)]
enum Name {
    Id(JobId),
    /// One of those that the filter covered; it may have gone.
    Among(JobId),
    Record(i64),
}

/// A job that was found.
struct Found {
    place: Place,
    job_key: JobKey,
    state: StateCode,
    attempt: i64,
    interruptions: i64,
    started_at: Option<i64>,
    error: Option<String>,
    is_claimed: bool,
    /// How it ended, if it has.
    end: Option<StateCode>,
}

impl SqliteBackend {
    pub(crate) async fn change_jobs(&self, target: Target, change: Change) -> Result<ChangeReport> {
        let (names, filter) = match target {
            Target::Ids(ids) => (ids.into_iter().map(Name::Id).collect(), JobFilter::all()),
            Target::Filter(filter) => (self.covered(filter.clone()).await?, filter),
            Target::Among { ids, filter } => (ids.into_iter().map(Name::Among).collect(), filter),
        };
        let mut report = ChangeReport::default();
        for chunk in names.chunks(CHUNK) {
            let (names, filter) = (chunk.to_vec(), filter.clone());
            let nature = Nature::durable("change jobs", names.len());
            let part = self.writer.call(nature, move |session| change_all(session, &names, &filter, change)).await?;
            report.extend(part);
        }
        Ok(report)
    }

    async fn covered(&self, filter: JobFilter) -> Result<Vec<Name>> {
        let records = self.listings.call("find the jobs to change", move |session| all_records(session, &filter));
        Ok(records.await?.into_iter().map(Name::Record).collect())
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
            (None, Name::Among(_) | Name::Record(_)) => {}
        }
    }
    Ok(report)
}

fn locate(session: &Session<'_>, name: &Name) -> rusqlite::Result<Option<Found>> {
    let read = |row: &Row<'_>| {
        let (record, lane, priority) = (row.get(0)?, row.get(2)?, row.get(4)?);
        Ok(Found {
            place: Place { record, lane, priority, due_at: row.get(5)?, position: row.get(6)? },
            job_key: row.get(1)?,
            state: StateCode::from_number(row.get(3)?),
            attempt: row.get(7)?,
            interruptions: row.get(8)?,
            started_at: row.get(9)?,
            error: row.get(10)?,
            is_claimed: row.get(11)?,
            end: row.get::<_, Option<i64>>(12)?.map(StateCode::from_number),
        })
    };
    match name {
        Name::Id(id) | Name::Among(id) => {
            let mut statement = session.connection.prepare_cached(queries::LOCATE_ID)?;
            statement.query_row(params![JobKey::from(id)], read).optional()
        }
        Name::Record(record) => {
            session.connection.prepare_cached(queries::LOCATE_RECORD)?.query_row([record], read).optional()
        }
    }
}

fn change_one(
    session: &mut Session<'_>,
    found: &Found,
    running: &Running,
    filter: &JobFilter,
    change: Change,
    report: &mut ChangeReport,
) -> rusqlite::Result<()> {
    let state = found.shown(session, running);
    let lane = session.books.lanes.get(found.place.lane);
    let is_covered = lane.is_some_and(|lane| filter.covers_kind(state, &lane.queue, &lane.class))
        && (filter.is_of_kind_only() || is_covered(session, filter, found.place.record, running)?);
    if !is_covered {
        return Ok(());
    }
    let id = found.job_key.to_id();
    let is_changed = if found.end.is_some() {
        change_finished(session, found, change)?
    } else if !found.is_claimed {
        change_waiting(session, found, state, change)?
    } else if change == Change::Cancel {
        session.execute(queries::CLAIM_FLAG, [found.place.record, FLAG_CANCEL_ASKED])?;
        report.asked.push(id);
        return Ok(());
    } else {
        false
    };
    if is_changed {
        report.add_changed(id, Former::new(state, from_microseconds(found.place.due_at)));
    } else {
        report.refused.push((id, state));
    }
    Ok(())
}

impl Found {
    /// The state that people see.
    fn shown(&self, session: &Session<'_>, running: &Running) -> JobState {
        match self.end {
            Some(end) => end.shown(),
            None => running.shown(session, self.place.record, self.place.due_at, self.state),
        }
    }

    /// Lets the job wait in another place, and writes that into its row.
    fn wait_anew(&self, session: &mut Session<'_>, place: &Place, wait: &Wait<'_>) -> rusqlite::Result<()> {
        session.execute(
            queries::JOB_ANEW,
            params![
                place.record,
                place.lane,
                wait.state.number(),
                place.priority,
                place.due_at,
                place.position,
                wait.attempt,
                wait.interruptions,
                wait.started_at,
                wait.error,
                wait.payload.as_ref().map(|(payload, _)| payload),
                wait.payload.as_ref().and_then(|(_, owner)| owner.user.as_ref()),
                wait.payload.as_ref().and_then(|(_, owner)| owner.site.as_ref()),
            ],
        )?;
        occupy(session, place, wait.state)
    }
}

/// How a job waits in its new place.
struct Wait<'a> {
    state: StateCode,
    attempt: i64,
    interruptions: i64,
    started_at: Option<i64>,
    error: Option<&'a str>,
    /// A new payload with its owner.
    payload: Option<(Vec<u8>, Belonging)>,
}

fn change_waiting(session: &mut Session<'_>, found: &Found, state: JobState, change: Change) -> rusqlite::Result<bool> {
    let at = match (change, state) {
        (Change::Retry, JobState::Retryable) | (Change::Cancel | Change::Delete, _) => None,
        (Change::RunNow, JobState::Scheduled | JobState::Retryable) => Some(session.now()),
        (Change::Reschedule(at), _) => Some(to_microseconds(at)),
        _ => return Ok(false),
    };
    vacate(session, &found.place, found.state, found.interruptions)?;
    match (change, at) {
        (_, Some(at)) => wait_until(session, found, at)?,
        (Change::Cancel, None) => cancel(session, found)?,
        (Change::Delete, None) => forget(session, found.place.record)?,
        (_, None) => run_again(session, found, found.attempt, found.started_at, found.error.as_deref())?,
    }
    Ok(true)
}

fn cancel(session: &mut Session<'_>, found: &Found) -> rusqlite::Result<()> {
    let retirement = Retirement {
        record: found.place.record,
        lane: found.place.lane,
        state: StateCode::Cancelled,
        attempt: found.attempt,
        interruptions: found.interruptions,
        finished_at: session.now(),
        folded: None,
        started_at: None,
        error: None,
        keeps_error: true,
        has_keys: true,
        value: None,
    };
    retire(session, &retirement)
}

/// Gives a waiting job another time and leaves its order of enqueue.
fn wait_until(session: &mut Session<'_>, found: &Found, at: i64) -> rusqlite::Result<()> {
    let is_due = at <= session.now();
    let state = if is_due { StateCode::available(found.interruptions) } else { StateCode::Scheduled };
    let wait = Wait {
        state,
        attempt: found.attempt,
        interruptions: found.interruptions,
        started_at: found.started_at,
        error: found.error.as_deref(),
        payload: None,
    };
    found.wait_anew(session, &Place { due_at: at, ..found.place }, &wait)
}

/// Lets a job run at once with its retry counters reset. Attempts go on counting, so that their logs stay apart.
fn run_again(
    session: &mut Session<'_>,
    found: &Found,
    attempt: i64,
    started_at: Option<i64>,
    error: Option<&str>,
) -> rusqlite::Result<()> {
    let place = Place { due_at: session.now(), position: session.books.next_number(), ..found.place };
    let payload = reset_payload(session, place.record)?;
    let state = StateCode::Available;
    found.wait_anew(session, &place, &Wait { state, attempt, interruptions: 0, started_at, error, payload })
}

/// The payload with its retry counters reset, and its owner; `None` leaves one that cannot be read as it is.
fn reset_payload(session: &Session<'_>, record: i64) -> rusqlite::Result<Option<(Vec<u8>, Belonging)>> {
    let mut statement = session.connection.prepare_cached(queries::PAYLOAD)?;
    let stored = statement.query_row([record], |row| Ok(payload::read(row.get_ref(0)?.as_bytes()?)))?;
    let Payload::Job(mut data) = stored else { return Ok(None) };
    data.executions = 0;
    data.exception_executions = Some(serde_json::Map::new());
    let owner = data.belonging();
    Ok(payload::write(&data, &JobKey::from(&data.job_id)).ok().map(|payload| (payload, owner)))
}

fn change_finished(session: &mut Session<'_>, found: &Found, change: Change) -> rusqlite::Result<bool> {
    match change {
        Change::Retry => {
            let former = leave_history(session, found.place.record)?;
            run_again(session, found, former.attempt, former.started_at, former.error.as_deref())?;
        }
        Change::Delete => {
            leave_history(session, found.place.record)?;
            forget(session, found.place.record)?;
        }
        _ => return Ok(false),
    }
    Ok(true)
}
