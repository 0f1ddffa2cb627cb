//! The verb *enqueue*.

use egret_core::job_data::to_microseconds;
use egret_core::{
    Conditions, EnqueueReply, EnqueueRequest, Enqueued, Error, ErrorKind, JobData, JobId, LimitReached, NewJob, Origin,
    Result,
};
use rusqlite::params;

use crate::backend::SqliteBackend;
use crate::conditions::{bound_user, judge, take_key};
use crate::history::make_way;
use crate::job_key::JobKey;
use crate::place::{Place, occupy};
use crate::start::grant;
use crate::state_code::StateCode;
use crate::writer::{Hot, Nature, Session};

/// A job as it goes into the table.
#[derive(Debug)]
pub(crate) struct NewRow {
    pub(crate) job_key: JobKey,
    pub(crate) queue: String,
    pub(crate) class: String,
    pub(crate) priority: i64,
    pub(crate) scheduled_at: Option<i64>,
    pub(crate) origin: Origin,
    pub(crate) user_id: Option<String>,
    pub(crate) conditions: Option<Box<Conditions>>,
    pub(crate) payload: String,
}

/// What became of a row.
#[derive(Clone, Debug)]
pub(crate) enum RowOutcome {
    Stored,
    /// There is a job with the same id.
    SameId,
    /// Another job has the unique key.
    SameKey(JobKey),
    Refused(LimitReached),
}

impl NewRow {
    /// Writes a job's payload and takes what the columns need.
    pub(crate) fn new(job: NewJob) -> Result<(Self, JobId)> {
        let NewJob { data, origin, conditions } = job;
        let payload = write_payload(&data)?;
        let row = Self {
            job_key: JobKey::from(&data.job_id),
            user_id: bound_user(&data),
            priority: data.priority.unwrap_or(0),
            scheduled_at: data.scheduled_at.map(to_microseconds),
            origin,
            conditions,
            payload,
            queue: match data.queue_name {
                Some(queue) => queue,
                None => egret_core::job_data::DEFAULT_QUEUE.to_owned(),
            },
            class: data.job_class,
        };
        Ok((row, data.job_id))
    }
}

/// The payload as stored.
pub(crate) fn write_payload(data: &JobData) -> Result<String> {
    serde_json::to_string(data).map_err(|error| {
        let message = format!("failed to write the payload of the job `{}`", data.job_id);
        Error::new(ErrorKind::InvalidInput, message).with_source(error)
    })
}

impl SqliteBackend {
    pub(crate) async fn enqueue_jobs(&self, request: EnqueueRequest) -> Result<EnqueueReply> {
        let (rows, ids) = prepare(request.jobs)?;
        let start = request.start;
        let nature = Nature::durable("enqueue jobs", rows.len());
        let (outcomes, right) = self
            .writer
            .call(nature, move |session| {
                let outcomes = insert_all(session, &rows)?;
                let right = start.as_deref().map(|start| grant(session, start)).transpose()?.flatten();
                Ok((outcomes, right))
            })
            .await?;
        Ok(EnqueueReply { outcomes: answers(ids, outcomes), start: right })
    }
}

/// Rows of jobs, and their ids in the same order.
pub(crate) fn prepare(jobs: Vec<NewJob>) -> Result<(Vec<NewRow>, Vec<JobId>)> {
    let mut rows = Vec::with_capacity(jobs.len());
    let mut ids = Vec::with_capacity(jobs.len());
    for job in jobs {
        let (row, id) = NewRow::new(job)?;
        rows.push(row);
        ids.push(id);
    }
    Ok((rows, ids))
}

pub(crate) fn answers(ids: Vec<JobId>, outcomes: Vec<RowOutcome>) -> Vec<Enqueued> {
    let answer = |(id, outcome)| match outcome {
        RowOutcome::Stored => Enqueued::Stored(id),
        RowOutcome::SameId => Enqueued::Duplicate(id),
        RowOutcome::SameKey(other) => Enqueued::Duplicate(other.to_id()),
        RowOutcome::Refused(limit) => Enqueued::Refused(limit),
    };
    ids.into_iter().zip(outcomes).map(answer).collect()
}

/// Stores rows and says what became of each.
pub(crate) fn insert_all(session: &mut Session<'_>, rows: &[NewRow]) -> rusqlite::Result<Vec<RowOutcome>> {
    let now = session.now();
    rows.iter().map(|row| insert(session, row, now)).collect()
}

fn insert(session: &mut Session<'_>, row: &NewRow, now: i64) -> rusqlite::Result<RowOutcome> {
    if let Some(conditions) = &row.conditions
        && let Some(refusal) = judge(session, row, conditions, now)?
    {
        return Ok(refusal);
    }
    let lane = session.books.lanes.resolve(session.connection, &row.queue, &row.class)?;
    let due_at = row.scheduled_at.unwrap_or(now);
    let state = if due_at > now { StateCode::Scheduled } else { StateCode::Available };
    let unique = row.conditions.as_ref().and_then(|conditions| conditions.unique.as_ref());
    let record = session.books.next_number();
    let params = params![
        record,
        lane,
        state.number(),
        row.priority,
        due_at,
        now,
        row.origin as i64,
        row.job_key,
        row.user_id,
        unique.map(|unique| &unique.key),
        row.payload
    ];
    let is_stored = session.hot(Hot::Enqueue)?.execute(params)? > 0
        || make_way(session, &row.job_key, record)? && session.hot(Hot::Enqueue)?.execute(params)? > 0;
    if !is_stored {
        return Ok(RowOutcome::SameId);
    }
    if let Some(unique) = unique {
        take_key(session, unique, &row.job_key, now)?;
    }
    occupy(session, &Place { record, lane, priority: row.priority, due_at, position: record }, state)?;
    Ok(RowOutcome::Stored)
}
