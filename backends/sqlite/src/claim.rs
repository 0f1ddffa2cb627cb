//! The verb *claim*.
//!
//! Each lane that is selected is a stream of jobs in order; jobs that have been interrupted are streams of their own. A
//! claim merges the streams, so that lanes which are not selected cost nothing, however long they are.

use std::cmp::Reverse;
use std::collections::{BinaryHeap, VecDeque};
use std::sync::Arc;

use egret_core::job_data::from_microseconds;
use egret_core::{ClaimRequest, ClaimToken, ClaimedJob, Error, QueueOrder, Result, Selection, ServiceId};
use rusqlite::{Row, params};

use crate::backend::SqliteBackend;
use crate::claim_take::take;
use crate::job_key::JobKey;
use crate::payload;
use crate::promote::{first_reserved, promote};
use crate::queries;
use crate::release::undo_claims;
use crate::state_code::StateCode;
use crate::writer::{Nature, Operation, Session};

/// A claimed job as the table holds it.
#[derive(Debug)]
pub(crate) struct ClaimedRow {
    pub(crate) token: ClaimToken,
    pub(crate) job_key: JobKey,
    pub(crate) queue: Arc<str>,
    pub(crate) attempt: u32,
    pub(crate) interruptions: u32,
    pub(crate) due_at: i64,
    pub(crate) origin: i64,
    pub(crate) payload: Vec<u8>,
}

impl SqliteBackend {
    pub(crate) async fn claim_jobs(&self, request: ClaimRequest) -> Result<Vec<ClaimedJob>> {
        let service = request.service;
        let request = Arc::new(request);
        let looked = Arc::clone(&request);
        let claimed = self
            .writer
            .call_at_once(
                nature(&request),
                move |session| look(session, &looked),
                move |session| claim(session, &request),
                |claimed| undo(&claimed),
            )
            .await?;
        jobs(claimed, service)
    }
}

/// What a claim is to the writer.
pub(crate) fn nature(request: &ClaimRequest) -> Nature {
    Nature { verb: "claim jobs", is_durable: false, weight: request.limit.min(1000) }
}

/// What undoes a claim whose claimer has gone before the answer.
pub(crate) fn undo(claimed: &Option<Vec<ClaimedRow>>) -> Option<Box<dyn Operation>> {
    undo_claims(claimed.iter().flatten().map(|row| row.token).collect())
}

/// The claimed jobs; `None` says that the service is not registered.
pub(crate) fn jobs(claimed: Option<Vec<ClaimedRow>>, service: ServiceId) -> Result<Vec<ClaimedJob>> {
    let Some(claimed) = claimed else {
        return Err(Error::unknown_service("claim jobs", service));
    };
    Ok(claimed.into_iter().map(ClaimedRow::into_job).collect())
}

impl ClaimedRow {
    fn into_job(self) -> ClaimedJob {
        ClaimedJob {
            token: self.token,
            id: self.job_key.to_id(),
            queue: self.queue.as_ref().to_owned(),
            attempt: self.attempt + 1,
            interruptions: self.interruptions,
            due_at: from_microseconds(self.due_at),
            origin: crate::inspect::origin(self.origin),
            payload: payload::read(&self.payload),
        }
    }
}

/// Answers at once when there is nothing to claim, so that an idle service never writes.
fn look(session: &mut Session<'_>, request: &ClaimRequest) -> rusqlite::Result<Option<Option<Vec<ClaimedRow>>>> {
    // Where the books are out of date, the transaction brings them up to date and finds nothing.
    if knows_of_jobs(session, request) {
        return Ok(None);
    }
    session.books.refresh(session.connection)?;
    if !is_registered(session, request.service)? {
        return Ok(Some(None));
    }
    if knows_of_jobs(session, request) {
        return Ok(None);
    }
    let now = session.now();
    for lane in selected_lanes(session, &request.selection) {
        let has_reserved = session.books.lanes.get(lane).is_some_and(|lane| lane.n_reserved() > 0);
        if has_reserved && first_reserved(session, lane)? <= now {
            return Ok(None);
        }
    }
    Ok(Some(Some(Vec::new())))
}

/// Whether there are available jobs, by the books.
fn knows_of_jobs(session: &Session<'_>, request: &ClaimRequest) -> bool {
    let lanes = selected_lanes(session, &request.selection);
    lanes.into_iter().filter_map(|lane| session.books.lanes.get(lane)).any(|lane| {
        lane.count(StateCode::Available) > 0 || request.max_interrupted > 0 && lane.count(StateCode::Suspect) > 0
    })
}

pub(crate) fn claim(session: &mut Session<'_>, request: &ClaimRequest) -> rusqlite::Result<Option<Vec<ClaimedRow>>> {
    if !is_registered(session, request.service)? {
        return Ok(None);
    }
    let with_reserved = selected_lanes(session, &request.selection)
        .into_iter()
        .filter(|lane| session.books.lanes.get(*lane).is_some_and(|lane| lane.n_reserved() > 0));
    let with_reserved: Vec<i64> = with_reserved.collect();
    promote(session, &with_reserved)?;
    let mut claimed = Vec::new();
    let mut n_interrupted = 0;
    for queue in queues_in_order(session, &request.selection.queues) {
        let room = request.limit - claimed.len();
        if room == 0 {
            break;
        }
        let streams = streams(session, &queue, &request.selection, request.max_interrupted > n_interrupted);
        let heads = merge(session, streams, room, request.max_interrupted - n_interrupted)?;
        n_interrupted += heads.iter().filter(|head| head.is_suspect).count();
        claimed.extend(take(session, &heads, &queue, request.service)?);
    }
    Ok(Some(claimed))
}

fn is_registered(session: &Session<'_>, service: ServiceId) -> rusqlite::Result<bool> {
    session.connection.prepare_cached(queries::SERVICE_EXISTS)?.exists([service.number().cast_signed()])
}

/// Lanes of queues that are not paused and of classes that are known.
fn selected_lanes(session: &Session<'_>, selection: &Selection) -> Vec<i64> {
    let lanes = session.books.lanes.iter().filter(|lane| lane.n_live() > 0);
    let open = lanes.filter(|lane| !session.books.paused.contains(&*lane.queue));
    open.filter(|lane| selection.covers(&lane.queue, &lane.class)).map(|lane| lane.id).collect()
}

/// Names of the queues to look at, each once, without paused ones.
fn queues_in_order(session: &Session<'_>, order: &QueueOrder) -> Vec<Arc<str>> {
    let lanes = &session.books.lanes;
    let open = lanes.queues().filter(|queue| !session.books.paused.contains(&***queue));
    let mut queues: Vec<&str> = open.map(|queue| &**queue).collect();
    queues.sort_unstable();
    order.among(&queues).into_iter().map(Arc::from).collect()
}

/// The place of a job in its queue: smaller is claimed first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Head {
    pub(crate) priority: i64,
    pub(crate) due_at: i64,
    pub(crate) position: i64,
    pub(crate) record: i64,
    pub(crate) lane: i64,
    pub(crate) is_suspect: bool,
}

/// Available jobs of a lane in order, read bit by bit.
#[derive(Debug)]
struct Stream {
    lane: i64,
    is_suspect: bool,
    read: VecDeque<Head>,
    rest: Rest,
}

/// What of a stream has not been read.
#[derive(Clone, Copy, Debug)]
enum Rest {
    All,
    Behind(Head),
    Nothing,
}

fn streams(session: &Session<'_>, queue: &str, selection: &Selection, with_suspects: bool) -> Vec<Stream> {
    let lanes = session.books.lanes.of_queue(queue).filter(|lane| selection.classes.contains(&lane.class));
    let stream = |lane, is_suspect| Stream { lane, is_suspect, read: VecDeque::new(), rest: Rest::All };
    lanes
        .flat_map(|lane| {
            let sound = (lane.count(StateCode::Available) > 0).then(|| stream(lane.id, false));
            let suspect = (with_suspects && lane.count(StateCode::Suspect) > 0).then(|| stream(lane.id, true));
            [sound, suspect]
        })
        .flatten()
        .collect()
}

/// The first jobs of all streams together.
fn merge(
    session: &Session<'_>,
    mut streams: Vec<Stream>,
    limit: usize,
    max_interrupted: usize,
) -> rusqlite::Result<Vec<Head>> {
    // One stream is read in one go, several in parts that are likely to suffice.
    let chunk = if streams.len() == 1 { limit } else { (2 * limit / streams.len().max(1)).clamp(8, limit.max(8)) };
    let mut heads = BinaryHeap::with_capacity(streams.len());
    for (index, stream) in streams.iter_mut().enumerate() {
        heads.extend(stream.next(session, chunk)?.map(|head| Reverse((head, index))));
    }
    let mut first = Vec::new();
    let mut n_interrupted = 0;
    while first.len() < limit
        && let Some(Reverse((head, index))) = heads.pop()
    {
        if head.is_suspect {
            if n_interrupted == max_interrupted {
                continue;
            }
            n_interrupted += 1;
        }
        first.push(head);
        heads.extend(streams[index].next(session, chunk)?.map(|head| Reverse((head, index))));
    }
    Ok(first)
}

impl Stream {
    fn next(&mut self, session: &Session<'_>, chunk: usize) -> rusqlite::Result<Option<Head>> {
        if let Some(place) = self.read.pop_front() {
            return Ok(Some(place));
        }
        let chunk_size = i64::try_from(chunk).unwrap_or(i64::MAX);
        let (lane, is_suspect) = (self.lane, self.is_suspect);
        let read = |row: &Row<'_>| {
            let (priority, due_at, position, record) = (row.get(0)?, row.get(1)?, row.get(2)?, row.get(3)?);
            Ok(Head { priority, due_at, position, record, lane, is_suspect })
        };
        let connection = session.connection;
        self.read = match self.rest {
            Rest::Nothing => return Ok(None),
            Rest::All => connection
                .prepare_cached(queries::READY_FIRST)?
                .query_map(params![lane, is_suspect, chunk_size], read)?
                .collect::<rusqlite::Result<_>>()?,
            Rest::Behind(end) => connection
                .prepare_cached(queries::READY_NEXT)?
                .query_map(params![lane, is_suspect, chunk_size, end.priority, end.due_at, end.position], read)?
                .collect::<rusqlite::Result<_>>()?,
        };
        let is_full = self.read.len() == chunk;
        self.rest = self.read.back().filter(|_| is_full).map_or(Rest::Nothing, |last| Rest::Behind(*last));
        Ok(self.read.pop_front())
    }
}
