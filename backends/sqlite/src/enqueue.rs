//! The verb *enqueue*.

use std::sync::Arc;

use egret_core::job_data::to_microseconds;
use egret_core::{
    Belonging, Conditions, EnqueueReply, EnqueueRequest, Enqueued, JobId, LimitReached, NewJob, Origin, Result,
    StartRequest, StartRight,
};
use rusqlite::params;
use tokio::sync::oneshot;

use crate::backend::SqliteBackend;
use crate::conditions::{judge, take_key};
use crate::enqueue_run::insert_run;
use crate::history::make_way;
use crate::job_key::JobKey;
use crate::payload;
use crate::place::{Place, occupy};
use crate::start::grant;
use crate::state_code::StateCode;
use crate::writer::{Hot, Operation, Session, WriteError};

/// A job as it goes into the table.
#[derive(Debug)]
pub(crate) struct NewRow {
    pub(crate) job_key: JobKey,
    pub(crate) queue: String,
    pub(crate) class: String,
    pub(crate) priority: i64,
    pub(crate) scheduled_at: Option<i64>,
    pub(crate) origin: Origin,
    pub(crate) owner: Belonging,
    pub(crate) conditions: Option<Box<Conditions>>,
    pub(crate) payload: Vec<u8>,
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
        let job_key = JobKey::from(&data.job_id);
        let payload = payload::write(&data, &job_key)?;
        let row = Self {
            job_key,
            owner: data.belonging(),
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

impl SqliteBackend {
    pub(crate) async fn enqueue_jobs(&self, request: EnqueueRequest) -> Result<EnqueueReply> {
        let producer = self.writer.join_producers();
        let (rows, ids) = prepare(request.jobs)?;
        let (reply, answer) = oneshot::channel();
        let storing = Box::new(Storing { rows, start: request.start, value: None, reply });
        match producer.is_alone().await {
            true => self.writer.do_or_submit(VERB, storing)?,
            false => self.writer.submit(VERB, storing)?,
        }
        let (outcomes, right) = self.writer.answer(VERB, answer).await?;
        Ok(EnqueueReply { outcomes: answers(ids, outcomes), start: right })
    }
}

/// For errors: "failed to …".
const VERB: &str = "enqueue jobs";

/// What became of each row, and the right to start a service if there is one.
type Stored = (Vec<RowOutcome>, Option<StartRight>);

/// An enqueue in the writer's queue.
struct Storing {
    rows: Vec<NewRow>,
    start: Option<Arc<StartRequest>>,
    value: Option<Stored>,
    reply: oneshot::Sender<Result<Stored>>,
}

impl Operation for Storing {
    fn is_abandoned(&self) -> bool {
        self.reply.is_closed()
    }

    fn look(&mut self, _: &mut Session<'_>) -> rusqlite::Result<bool> {
        Ok(false)
    }

    fn run(&mut self, session: &mut Session<'_>) -> rusqlite::Result<()> {
        let outcomes = insert_all(session, &self.rows)?;
        self.run_stored(session, outcomes)
    }

    fn rows(&self) -> &[NewRow] {
        &self.rows
    }

    fn run_stored(&mut self, session: &mut Session<'_>, outcomes: Vec<RowOutcome>) -> rusqlite::Result<()> {
        let right = self.start.as_deref().map(|start| grant(session, start)).transpose()?.flatten();
        self.value = Some((outcomes, right));
        Ok(())
    }

    fn answer(self: Box<Self>) -> Option<Box<dyn Operation>> {
        // The jobs are stored, whether or not anybody still waits to hear it.
        let _ = self.reply.send(Ok(self.value.expect("an operation is answered after it ran")));
        None
    }

    fn fail(self: Box<Self>, error: WriteError) {
        // Nobody being there to take the error is no error.
        let _ = self.reply.send(Err(error.of_verb(VERB)));
    }

    fn is_durable(&self) -> bool {
        true
    }

    fn weight(&self) -> usize {
        self.rows.len()
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
pub(crate) fn insert_all<'r>(
    session: &mut Session<'_>,
    rows: impl IntoIterator<Item = &'r NewRow>,
) -> rusqlite::Result<Vec<RowOutcome>> {
    let now = session.now();
    let rows: Vec<&NewRow> = rows.into_iter().collect();
    let mut outcomes = Vec::with_capacity(rows.len());
    // What is judged is judged by what was stored before it, so it goes in by itself.
    for run in rows.chunk_by(|row, next| row.conditions.is_none() && next.conditions.is_none()) {
        match run {
            [row] => outcomes.push(insert(session, row, now)?),
            run => insert_run(session, run, now, &mut outcomes)?,
        }
    }
    Ok(outcomes)
}

/// Where a new row waits.
pub(crate) fn place_of_new(
    session: &mut Session<'_>,
    row: &NewRow,
    record: i64,
    now: i64,
) -> rusqlite::Result<(Place, StateCode)> {
    let lane = session.books.lanes.resolve(session.connection, &row.queue, &row.class)?;
    let due_at = row.scheduled_at.unwrap_or(now);
    let state = if due_at > now { StateCode::Scheduled } else { StateCode::Available };
    Ok((Place { record, lane, priority: row.priority, due_at, position: record }, state))
}

fn insert(session: &mut Session<'_>, row: &NewRow, now: i64) -> rusqlite::Result<RowOutcome> {
    if let Some(conditions) = &row.conditions
        && let Some(refusal) = judge(session, row, conditions, now)?
    {
        return Ok(refusal);
    }
    let record = session.books.next_number();
    let (place, state) = place_of_new(session, row, record, now)?;
    let is_stored = insert_payload(session, row, &place, state, now)?
        || (make_way(session, &row.job_key, record)? && insert_payload(session, row, &place, state, now)?);
    if !is_stored {
        return Ok(RowOutcome::SameId);
    }
    if let Some(unique) = row.conditions.as_ref().and_then(|conditions| conditions.unique.as_ref()) {
        take_key(session, unique, &row.job_key, now)?;
    }
    occupy(session, &place, state)?;
    Ok(RowOutcome::Stored)
}

/// Writes what a job is. Answers false when there is a job with its id.
pub(crate) fn insert_payload(
    session: &mut Session<'_>,
    row: &NewRow,
    place: &Place,
    state: StateCode,
    now: i64,
) -> rusqlite::Result<bool> {
    let unique = row.conditions.as_ref().and_then(|conditions| conditions.unique.as_ref());
    let n_stored = session.hot(Hot::Enqueue)?.execute(params![
        place.record,
        place.lane,
        state.number(),
        place.priority,
        place.due_at,
        now,
        row.origin as i64,
        row.job_key,
        row.owner.user,
        unique.map(|unique| &unique.key),
        row.payload,
        row.owner.site
    ])?;
    Ok(n_stored > 0)
}
