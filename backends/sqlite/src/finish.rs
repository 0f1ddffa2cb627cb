//! The verb *finish*.

use egret_core::job_data::to_microseconds;
use egret_core::{
    Applied, ClaimToken, Error, ErrorKind, ErrorReport, ExecutionState, FailurePolicy, Finish, Outcome, Result, words,
};
use rusqlite::{OptionalExtension, Row, params};

use crate::backend::SqliteBackend;
use crate::enqueue::{NewRow, insert_all, prepare};
use crate::execution::{NewExecution, forget_open, record};
use crate::finish_many::{Holdings, complete};
use crate::history::{Retirement, retire};
use crate::log_lines::{Lines, append};
use crate::place::{Place, occupy, place_of};
use crate::queries;
use crate::state_code::StateCode;
use crate::writer::{Hot, Nature, Session};

/// Class of the report on a job that was cancelled with a reason.
const CANCELLED: &str = "Egret::Cancelled";
/// Flag of a claimed job: its present claim has an open execution.
pub(crate) const FLAG_NOTED: i64 = 1;
/// Flag of a claimed job: a person wants it cancelled.
pub(crate) const FLAG_CANCEL_ASKED: i64 = 2;

/// Flag of a claimed job: it has a user or a unique key, which it loses when it ends.
pub(crate) const FLAG_HAS_KEYS: i64 = 4;

/// A claimed job.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Held {
    pub(crate) record: i64,
    pub(crate) claim: i64,
    pub(crate) service: i64,
    pub(crate) lane: i64,
    /// Attempts before this one.
    pub(crate) attempt: i64,
    pub(crate) interruptions: i64,
    pub(crate) flags: i64,
}

/// A finish with everything written that can be written before the transaction.
#[derive(Debug)]
pub(crate) struct Ending {
    pub(crate) token: ClaimToken,
    pub(crate) started_at: Option<i64>,
    pub(crate) closed_at: i64,
    lines: Option<Lines>,
    follow_ups: Vec<NewRow>,
    outcome: EndingOutcome,
}

/// Errors and values are JSON texts.
#[derive(Debug)]
enum EndingOutcome {
    Completed { value: Option<String> },
    Acknowledged,
    Again { row: Box<NewRow>, at: Option<i64>, error: Option<String> },
    Failed { error: String },
    Discarded { error: String },
    Cancelled { error: String },
    Snoozed { until: i64 },
}

impl SqliteBackend {
    pub(crate) async fn finish_claims(&self, finishes: Vec<Finish>) -> Result<Vec<Applied>> {
        let tokens: Vec<ClaimToken> = finishes.iter().map(|finish| finish.token).collect();
        let endings = finishes.into_iter().map(Ending::new).collect::<Result<Vec<_>>>()?;
        let nature = Nature::durable("finish claims", endings.len());
        let applied = self.writer.call(nature, move |session| finish_all(session, &endings)).await?;
        self.settings.fleet.settle(&tokens);
        Ok(applied)
    }
}

impl Ending {
    fn new(finish: Finish) -> Result<Self> {
        if !finish.ledger.is_empty() {
            return Err(Error::new(
                ErrorKind::Unsupported,
                words!("store-no-ledger", "the embedded store keeps no ledger"),
            ));
        }
        let outcome = match finish.outcome {
            Outcome::Completed { value } => {
                EndingOutcome::Completed { value: value.map(|value| value.get().to_owned()) }
            }
            Outcome::AcknowledgedBeforeRun => EndingOutcome::Acknowledged,
            Outcome::Reenqueue { data, at, error } => {
                let (row, _) = NewRow::new(egret_core::NewJob::new(*data, egret_core::Origin::Unknown))?;
                let (at, error) = (at.map(to_microseconds), error.as_ref().map(report_text));
                EndingOutcome::Again { row: Box::new(row), at, error }
            }
            Outcome::Failed { error } => EndingOutcome::Failed { error: report_text(&error) },
            Outcome::Discarded { error } => EndingOutcome::Discarded { error: report_text(&error) },
            Outcome::Cancelled { reason } => {
                EndingOutcome::Cancelled { error: report_text(&ErrorReport::new(CANCELLED, reason)) }
            }
            Outcome::Snoozed { until } => EndingOutcome::Snoozed { until: to_microseconds(until) },
            other => {
                return Err(Error::new(
                    ErrorKind::Unsupported,
                    words!(
                        "store-unknown-ending",
                        "the embedded store cannot end a claim by `{ending}`",
                        ending = format!("{other:?}")
                    ),
                ));
            }
        };
        Ok(Self {
            token: finish.token,
            started_at: finish.started_at.map(to_microseconds),
            closed_at: to_microseconds(finish.closed_at),
            lines: Lines::new(&finish.log_lines),
            follow_ups: prepare(finish.follow_ups)?.0,
            outcome,
        })
    }

    /// Whether the attempt counts.
    fn counts(&self) -> bool {
        self.started_at.is_some() || matches!(self.outcome, EndingOutcome::Discarded { .. })
    }

    /// Whether it is a success and nothing beside, as most are: such ends are written several to a statement.
    fn is_plain(&self, held: &Held) -> bool {
        matches!(self.outcome, EndingOutcome::Completed { .. })
            && self.started_at.is_some()
            && self.follow_ups.is_empty()
            && held.flags == 0
    }

    /// The value that the job left.
    pub(crate) fn value(&self) -> Option<&str> {
        match &self.outcome {
            EndingOutcome::Completed { value } => value.as_deref(),
            _ => None,
        }
    }
}

pub(crate) fn report_text(report: &ErrorReport) -> String {
    serde_json::to_string(report).expect("a report is made of strings")
}

/// Ends claims in their order.
fn finish_all(session: &mut Session<'_>, endings: &[Ending]) -> rusqlite::Result<Vec<Applied>> {
    let mut holdings = Holdings::read(session, endings)?;
    let mut plain = Vec::new();
    let mut applied = Vec::with_capacity(endings.len());
    for ending in endings {
        let Some(held) = holdings.take(session, ending.token)? else {
            applied.push(Applied::Stale);
            continue;
        };
        if ending.is_plain(&held) {
            plain.push((held, ending));
        } else {
            // What follows may be judged by what was ended before it.
            complete(session, &std::mem::take(&mut plain))?;
            settle(session, &held, ending)?;
        }
        if let Some(lines) = &ending.lines {
            append(session, held.claim, lines)?;
        }
        if !ending.follow_ups.is_empty() {
            insert_all(session, &ending.follow_ups)?;
        }
        applied.push(Applied::Done);
    }
    complete(session, &plain)?;
    Ok(applied)
}

/// The job that a token holds.
pub(crate) fn held(session: &mut Session<'_>, token: ClaimToken) -> rusqlite::Result<Option<Held>> {
    let (record, claim, service) =
        (token.record.cast_signed(), token.claim.cast_signed(), token.service.number().cast_signed());
    let read = |row: &Row<'_>| {
        let (lane, attempt, interruptions, flags) = (row.get(0)?, row.get(1)?, row.get(2)?, row.get(3)?);
        Ok(Held { record, claim, service, lane, attempt, interruptions, flags })
    };
    session.hot(Hot::Held)?.query_row(params![record, claim, service], read).optional()
}

/// Ends the claim on a job.
pub(crate) fn unclaim(session: &mut Session<'_>, held: &Held) -> rusqlite::Result<()> {
    session.hot(Hot::ClaimDelete)?.execute([held.record])?;
    session.books.lanes.shift(held.lane, StateCode::Claimed, -1);
    Ok(())
}

/// Puts a job where its outcome leads.
fn settle(session: &mut Session<'_>, held: &Held, ending: &Ending) -> rusqlite::Result<()> {
    let attempt = held.attempt + i64::from(ending.counts());
    match &ending.outcome {
        EndingOutcome::Completed { .. } | EndingOutcome::Acknowledged => {
            conclude(session, held, ending, StateCode::Completed, None)
        }
        EndingOutcome::Discarded { error } => conclude(session, held, ending, StateCode::Discarded, Some(error)),
        EndingOutcome::Cancelled { error } => conclude(session, held, ending, StateCode::Cancelled, Some(error)),
        EndingOutcome::Snoozed { until } => {
            close(session, held, ending, ExecutionState::Snoozed, None)?;
            let anew = Anew { at: *until, waits_as: StateCode::Scheduled, row: None, error: None };
            queue_anew(session, held, ending, &anew)
        }
        EndingOutcome::Again { row, at, error } => {
            let state = if error.is_some() { ExecutionState::Failed } else { ExecutionState::Snoozed };
            close(session, held, ending, state, error.as_deref())?;
            let waits_as = if error.is_some() { StateCode::Retryable } else { StateCode::Scheduled };
            let at = at.unwrap_or_else(|| session.now());
            queue_anew(session, held, ending, &Anew { at, waits_as, row: Some(row), error: error.as_deref() })
        }
        EndingOutcome::Failed { error } => match retry_delay(session.settings.failure_policy, attempt) {
            Some(delay) => {
                close(session, held, ending, ExecutionState::Failed, Some(error))?;
                let at = session.now().saturating_add(delay);
                let anew = Anew { at, waits_as: StateCode::Retryable, row: None, error: Some(error) };
                queue_anew(session, held, ending, &anew)
            }
            None => conclude(session, held, ending, StateCode::Discarded, Some(error)),
        },
    }
}

/// After how many microseconds the store tries again by itself, if it does.
fn retry_delay(policy: FailurePolicy, attempt: i64) -> Option<i64> {
    match policy {
        FailurePolicy::Retry { max_attempts, first_delay } if attempt < i64::from(max_attempts) => {
            let first = i64::try_from(first_delay.as_micros()).unwrap_or(i64::MAX);
            let doublings = u32::try_from(attempt.saturating_sub(1)).unwrap_or(0).min(62);
            Some(first.saturating_mul(1 << doublings))
        }
        _ => None,
    }
}

/// Ends a job for good.
fn conclude(
    session: &mut Session<'_>,
    held: &Held,
    ending: &Ending,
    state: StateCode,
    error: Option<&String>,
) -> rusqlite::Result<()> {
    let counts = ending.counts();
    forget_open(session, held)?;
    unclaim(session, held)?;
    let retirement = Retirement {
        record: held.record,
        lane: held.lane,
        state,
        attempt: held.attempt + i64::from(counts),
        interruptions: if counts { 0 } else { held.interruptions },
        finished_at: ending.closed_at,
        folded: counts.then_some((held.claim, held.service)),
        started_at: ending.started_at,
        error: error.map(String::as_str),
        keeps_error: !counts,
        has_keys: held.flags & FLAG_HAS_KEYS != 0,
        value: ending.value(),
    };
    retire(session, &retirement)
}

/// Records the end of an attempt that counts and does not go into history with its job.
fn close(
    session: &Session<'_>,
    held: &Held,
    ending: &Ending,
    state: ExecutionState,
    error: Option<&str>,
) -> rusqlite::Result<()> {
    if !ending.counts() {
        return forget_open(session, held);
    }
    let (started_at, closed_at) = (ending.started_at, Some(ending.closed_at));
    record(session, held, &NewExecution { state, started_at, closed_at, error })
}

/// How a job waits for its next attempt.
struct Anew<'a> {
    at: i64,
    waits_as: StateCode,
    /// The new payload, if it has one.
    row: Option<&'a NewRow>,
    error: Option<&'a str>,
}

/// Lets a job wait behind those that were enqueued before.
fn queue_anew(session: &mut Session<'_>, held: &Held, ending: &Ending, anew: &Anew<'_>) -> rusqlite::Result<()> {
    unclaim(session, held)?;
    let (lane, priority) = match anew.row {
        Some(row) => (session.books.lanes.resolve(session.connection, &row.queue, &row.class)?, row.priority),
        None => (held.lane, place_of(session, held.record)?.priority),
    };
    let counts = ending.counts();
    let interruptions = if counts { 0 } else { held.interruptions };
    let is_due = anew.at <= session.now();
    let state = if is_due { StateCode::available(interruptions) } else { anew.waits_as };
    let place = Place { record: held.record, lane, priority, due_at: anew.at, position: session.books.next_number() };
    session.execute(
        queries::JOB_ANEW,
        params![
            held.record,
            lane,
            state.number(),
            priority,
            place.due_at,
            place.position,
            held.attempt + i64::from(counts),
            interruptions,
            ending.started_at,
            anew.error,
            anew.row.map(|row| &row.payload),
            anew.row.and_then(|row| row.owner.user.as_ref()),
            anew.row.and_then(|row| row.owner.site.as_ref()),
        ],
    )?;
    occupy(session, &place, state)
}
