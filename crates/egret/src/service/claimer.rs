//! The claimer: keeps the hand filled with what the workers will start within moments, and no more.

use std::sync::Arc;
use std::time::{Duration, Instant};

use egret_core::{ClaimRequest, ClaimedJob, ErrorKind, WakeKind};
use tokio::time::{sleep, sleep_until};

use super::crew::Crew;
use super::engine::Engine;
use super::keeper::Keeper;
use super::look::Look;
use super::retirement::{self, EndCause};
use super::stop::StopRequest;

/// The timer that is the truth where hints are pushed.
const TRUTH: Duration = Duration::from_secs(1);
/// The pause after a due job was not given.
const REFUSED_PAUSE: Duration = Duration::from_millis(100);
/// Pauses after an error of the store: the first, and the longest.
const FIRST_PAUSE: Duration = Duration::from_millis(100);
const LONGEST_PAUSE: Duration = Duration::from_secs(5);
/// Between two words about a store that was destroyed.
const BETWEEN_WORDS: Duration = Duration::from_secs(60);

/// What one step of the claimer found.
enum Step {
    /// Jobs were claimed; go on at once.
    Claimed,
    /// The workers have enough.
    HandFull,
    /// Nothing is due.
    NothingDue,
    /// The store did not answer.
    Failed,
    /// The store was destroyed: nothing can be claimed until a person has mended it and started the service again.
    Destroyed(String),
}

/// Claims until the service stops. Answers why it is to leave.
pub(super) async fn claim_until_done(engine: &Arc<Engine>, keeper: &mut Keeper, crew: &mut Crew) -> EndCause {
    let cause = claim(engine, keeper, crew).await;
    engine.progress.claimer.rest();
    cause
}

async fn claim(engine: &Arc<Engine>, keeper: &mut Keeper, crew: &mut Crew) -> EndCause {
    let mut pause = FIRST_PAUSE;
    let mut idle_since: Option<Instant> = None;
    let mut last_word: Option<Instant> = None;
    // After the timer the store is only looked at; after a hint, or anything else, jobs are claimed at once.
    let mut looks_first = false;
    let mut look = Look::default();
    if engine.stop.request() == StopRequest::None {
        // What waits begins before the first round of the keeper, which takes as long as the start did so far. Whatever
        // this step finds, the loop finds again.
        step(engine, crew).await;
    }
    while engine.stop.request() < StopRequest::Stop {
        engine.progress.claimer.beat();
        keeper.tick_if_due(engine).await;
        if engine.has_new_options() {
            take_up_options(engine, crew).await;
        }
        if retirement::is_due(engine) {
            engine.outbox.release(engine.hand.recall_all());
            if engine.hand.is_idle() {
                return engine.retirement.get().copied().unwrap_or_default();
            }
            retire(engine, keeper.next_tick()).await;
            continue;
        }
        if engine.stop.request() == StopRequest::Quiet {
            idle_since = None;
            rest(engine, keeper.next_tick()).await;
            continue;
        }
        let due = if looks_first { look.until_due_in_time(engine).await } else { Some(Duration::ZERO) };
        let step = if due == Some(Duration::ZERO) { step(engine, crew).await } else { Step::NothingDue };
        let is_looked_at = std::mem::take(&mut looks_first) && due != Some(Duration::ZERO);
        match step {
            Step::Claimed => (idle_since, pause) = (None, FIRST_PAUSE),
            Step::HandFull => {
                idle_since = None;
                wait_for_room(engine, keeper.next_tick()).await;
            }
            Step::NothingDue => {
                pause = FIRST_PAUSE;
                let is_idle = engine.hand.is_idle() && engine.outbox.is_empty();
                let since = *idle_since.get_or_insert_with(Instant::now);
                if !is_idle {
                    idle_since = None;
                } else if super::leave::may_leave(engine, since.elapsed()).await {
                    return EndCause::Idle;
                }
                let due = if is_looked_at { due } else { look.until_due(engine).await };
                match wait_for_work(engine, keeper, idle_since, due, &look).await {
                    Woken::Timeout => looks_first = true,
                    Woken::Hint => keeper.hint(),
                    Woken::Jobs(jobs) => {
                        idle_since = None;
                        take_up(engine, crew, jobs);
                        keeper.hint();
                    }
                }
            }
            Step::Failed => {
                rest(engine, Instant::now() + pause).await;
                pause = (pause * 2).min(LONGEST_PAUSE);
            }
            Step::Destroyed(error) => {
                if last_word.is_none_or(|said: Instant| said.elapsed() >= BETWEEN_WORDS) {
                    last_word = Some(Instant::now());
                    tracing::error!(error, "no more jobs are claimed");
                }
                rest(engine, keeper.next_tick()).await;
            }
        }
    }
    EndCause::Asked
}

/// Does what follows from options that were adopted, and tells the store.
async fn take_up_options(engine: &Arc<Engine>, crew: &mut Crew) {
    if let Err(error) = crew.resize(engine) {
        tracing::error!(error = %crate::error::chain(&error), "failed to add workers; the service goes on with those it has");
    }
    if let Err(error) = engine.backend.present(engine.service(), engine.info(None)).await {
        tracing::warn!(error = %crate::error::chain(&error), "failed to tell the store of the new options");
    }
}

/// Waits until the last job has ended, at most until the moment.
async fn retire(engine: &Engine, until: Instant) {
    tokio::select! {
        () = engine.hand.idled() => {}
        () = sleep_until(until.into()) => {}
        () = engine.stop.reached(StopRequest::Stop) => {}
    }
}

async fn step(engine: &Arc<Engine>, crew: &mut Crew) -> Step {
    let Some(request) = what_is_wanted(engine) else { return Step::HandFull };
    match engine.backend.claim(request).await {
        Ok(jobs) if jobs.is_empty() => Step::NothingDue,
        Ok(jobs) => take_up(engine, crew, jobs),
        Err(error) if error.kind() == ErrorKind::Corrupt => Step::Destroyed(crate::error::chain(&error)),
        Err(error) => {
            if error.kind() == ErrorKind::NotFound {
                // The store has taken this service for dead: the heart registers it anew.
                engine.heart_nudge().nudge();
            }
            tracing::warn!(error = %crate::error::chain(&error), "failed to claim jobs, trying again");
            Step::Failed
        }
    }
}

/// A claim of what the workers will start within moments; `None` when they have enough, and when the service has been asked
/// to claim nothing more while it was at something else.
fn what_is_wanted(engine: &Engine) -> Option<ClaimRequest> {
    if engine.stop.request() != StopRequest::None {
        return None;
    }
    let (limit, max_interrupted) = engine.hand.wanted(engine.options().max_jobs);
    let claim = || ClaimRequest { service: engine.service(), selection: engine.selection(), limit, max_interrupted };
    (limit > 0).then(claim)
}

/// Puts claimed jobs into the hand.
fn take_up(engine: &Arc<Engine>, crew: &mut Crew, jobs: Vec<ClaimedJob>) -> Step {
    let refused = engine.hand.fill(jobs);
    engine.outbox.release(refused.iter().map(|job| egret_core::Release::unstarted(job.token)).collect());
    if let Err(error) = crew.begin(engine) {
        engine.outbox.release(engine.hand.recall_all());
        tracing::error!(error = %crate::error::chain(&error), "failed to start the threads of jobs, trying again");
        return Step::Failed;
    }
    Step::Claimed
}

/// Waits until the workers want more; meanwhile gives back what has waited in hand for too long.
async fn wait_for_room(engine: &Engine, until: Instant) {
    let wake_at = engine.hand.next_recall().map_or(until, |recall| recall.min(until));
    tokio::select! {
        () = engine.hand.room() => {}
        () = sleep_until(wake_at.into()) => engine.outbox.release(engine.hand.recall_overdue()),
        () = engine.stop.changed_from(StopRequest::None) => {}
        () = engine.nudge.notified() => {}
    }
}

/// What ended a wait for work.
enum Woken {
    /// Only the time that passed.
    Timeout,
    /// Anything else.
    Hint,
    /// Jobs came, and were claimed.
    Jobs(Vec<ClaimedJob>),
}

/// Waits for jobs, for a hint, for the next reserved job, for the begin and the end of the linger, for the timer.
async fn wait_for_work(
    engine: &Engine,
    keeper: &Keeper,
    idle_since: Option<Instant>,
    due: Option<Duration>,
    look: &Look,
) -> Woken {
    let longest = match engine.backend.capabilities().wake {
        wake @ WakeKind::Polled(_) => look.until_next(wake),
        _ => TRUTH,
    };
    let mut timeout = longest.min(keeper.next_tick().saturating_duration_since(Instant::now()));
    let linger = super::leave::linger(engine);
    if let Some(linger) = linger
        && let Some(since) = idle_since
    {
        let left = linger.saturating_sub(since.elapsed());
        // Past the linger the pool holds reserved jobs: the service sleeps until the next one.
        timeout = if left.is_zero() { timeout } else { timeout.min(left) };
    }
    if let Some(due) = due {
        // What is due and was not given now (a job that must run alone, say) is not asked for in a tight loop.
        timeout = timeout.min(if due.is_zero() { REFUSED_PAUSE } else { due });
    }
    let began = Instant::now();
    tokio::select! {
        jobs = wait_to_claim(engine, timeout) => if !jobs.is_empty() { return Woken::Jobs(jobs) },
        () = idled(engine), if linger.is_some() && idle_since.is_none() => return Woken::Hint,
        () = engine.stop.changed_from(StopRequest::None) => return Woken::Hint,
        () = engine.nudge.notified() => return Woken::Hint,
    }
    if began.elapsed() >= timeout { Woken::Timeout } else { Woken::Hint }
}

/// Waits for a hint or until the timeout, and answers what was claimed meanwhile.
async fn wait_to_claim(engine: &Engine, timeout: Duration) -> Vec<ClaimedJob> {
    let Some(request) = what_is_wanted(engine) else {
        engine.backend.wait(timeout).await;
        return Vec::new();
    };
    // The claim that follows reports the same error.
    engine.backend.wait_to_claim(request, timeout).await.unwrap_or_default()
}

/// Waits until nothing runs and the store knows of every end: then the linger begins.
async fn idled(engine: &Engine) {
    engine.hand.idled().await;
    engine.outbox.emptied().await;
}

/// Waits for a change of what is asked, at most until the moment.
async fn rest(engine: &Engine, until: Instant) {
    let request = engine.stop.request();
    tokio::select! {
        () = sleep(until.saturating_duration_since(Instant::now())) => {}
        () = engine.stop.changed_from(request) => {}
        () = engine.nudge.notified() => {}
    }
}
