//! A job that nobody has claimed.

use std::time::Duration;

use egret_core::job_data::saturating_add;
use egret_core::{JobState, ServicePhase, ServiceRecord, Timestamp};
use jiff::SignedDuration;

use super::circumstances::covers;
use super::{Circumstances, Code, Reason};
use egret_core::shell::quoted;

/// After how long a service with time on its hands would have taken a due job that it can run: twice its timer.
const TAKEN_WITHIN: Duration = Duration::from_secs(2);
/// Clocks of machines that are kept in time differ by less. A beat may be as old as 5 s, so only more than that tells.
const CLOCK_TOLERANCE: Duration = Duration::from_secs(10);

pub(super) fn reason(circumstances: &Circumstances) -> Reason {
    let job = &circumstances.record;
    if circumstances.is_paused {
        let remedy = format!("egret queues resume {}", quoted(&job.queue));
        return Reason::new(Code::Paused, "why-paused", remedy).with("queue", &job.queue);
    }
    match job.state {
        JobState::Scheduled => future(circumstances),
        JobState::Retryable => backing_off(circumstances),
        JobState::Blocked => Reason::new(Code::LimitFull, "why-limit-full", "egret queues list"),
        _ => due(circumstances),
    }
}

/// A time that was given by a clock ahead of the store's is not the time that was meant.
fn future(circumstances: &Circumstances) -> Reason {
    let job = &circumstances.record;
    let remedy = format!("egret jobs run-now {}", quoted(&job.id));
    let told_at = job.payload.job().and_then(|data| data.enqueued_at).unwrap_or(job.enqueued_at);
    let enqueued_at = told_at.max(job.enqueued_at);
    if enqueued_at > saturating_add(circumstances.now, CLOCK_TOLERANCE) {
        return Reason::new(Code::ClockSkew, "why-clock-ahead", remedy)
            .with_moment("at", "enqueued_at", enqueued_at)
            .with_length("difference", "seconds", apart(enqueued_at, circumstances.now))
            .fact("due_at", job.due_at.to_string());
    }
    Reason::new(Code::Future, "why-future", remedy).with_moment("at", "due_at", job.due_at)
}

fn backing_off(circumstances: &Circumstances) -> Reason {
    let job = &circumstances.record;
    let remedy = format!("egret jobs run-now {}", quoted(&job.id));
    let reason = Reason::new(Code::BackingOff, "why-backing-off", remedy).with_moment("at", "due_at", job.due_at);
    let reason = reason.fact("attempt", job.attempt);
    match &job.error {
        Some(error) => reason.fact("error", format!("{}: {}", error.class, error.message)),
        None => reason,
    }
}

fn due(circumstances: &Circumstances) -> Reason {
    let heard = circumstances.heard();
    let unseen = circumstances.unseen_workers;
    if heard.is_empty() {
        return without_service(circumstances).unless_unseen(unseen);
    }
    let job = &circumstances.record;
    let knowing: Vec<&ServiceRecord> =
        heard.iter().copied().filter(|service| service.classes.contains(&job.class)).collect();
    if knowing.is_empty() {
        let reason = Reason::new(Code::ClassUnknown, "why-class-unknown", "egret services list");
        return reason.with("class", &job.class).unless_unseen(unseen);
    }
    let polling: Vec<&ServiceRecord> =
        knowing.into_iter().filter(|service| covers(&service.queues, &job.queue)).collect();
    if polling.is_empty() {
        let polled = heard.iter().flat_map(|service| service.queues.iter().cloned()).collect();
        return unpolled(circumstances, polled).unless_unseen(unseen);
    }
    let claiming: Vec<&ServiceRecord> =
        polling.into_iter().filter(|service| service.phase == ServicePhase::Running).collect();
    if claiming.is_empty() {
        return Reason::new(Code::QueueUnpolled, "why-queue-quiet", "egret services list").fact("queue", &*job.queue);
    }
    if job.interruptions > 0 && circumstances.interrupted.len() >= claiming.len() {
        let jobs: Vec<String> = circumstances.interrupted.iter().map(ToString::to_string).collect();
        let remedy = format!("egret jobs show {}", quoted(&jobs[0]));
        return Reason::new(Code::LimitFull, "why-limit-interrupted", remedy).with_list("jobs", &jobs);
    }
    behind(circumstances, &claiming)
}

/// Nobody lives: whose affair is it that somebody should?
fn without_service(circumstances: &Circumstances) -> Reason {
    let job = &circumstances.record;
    let Some(start) = &circumstances.start else {
        return Reason::new(Code::NoService, "why-no-service", "egret run --mode service");
    };
    if !circumstances.classes.contains(&job.class) {
        let reason = Reason::new(Code::ClassUnknown, "why-class-unknown-here", "egret services list");
        return reason.with("class", &job.class);
    }
    if !covers(&circumstances.section.queues, &job.queue) {
        return unpolled(circumstances, circumstances.section.queues.clone());
    }
    if start.failures > 0 {
        return start_failed(start.last_error.as_deref().unwrap_or("?"), start.failures, start.not_before);
    }
    if start.pending.is_some() {
        return Reason::new(Code::NoService, "why-no-service-starting", "egret status").passing();
    }
    Reason::new(Code::NoService, "why-no-service-on-demand", "egret status").passing()
}

fn start_failed(error: &str, failures: u32, not_before: Option<Timestamp>) -> Reason {
    let remedy = "tail var/log/egret-service.log";
    let reason = match not_before {
        Some(not_before) => {
            Reason::new(Code::StartFailed, "why-start-failed-until", remedy).with_moment("at", "not_before", not_before)
        }
        None => Reason::new(Code::StartFailed, "why-start-failed", remedy),
    };
    reason.with("error", error).fact("n_failures", failures)
}

fn unpolled(circumstances: &Circumstances, mut polled: Vec<String>) -> Reason {
    polled.sort_unstable();
    polled.dedup();
    let queue = &circumstances.record.queue;
    let remedy = format!("EGRET_POLLING_QUEUES={} egret run --mode service", quoted(queue));
    Reason::new(Code::QueueUnpolled, "why-queue-unpolled", remedy).with("queue", queue).with_list("polled", &polled)
}

/// Services would run it: they are busy, are just about to, or have another time than the store.
fn behind(circumstances: &Circumstances, claiming: &[&ServiceRecord]) -> Reason {
    let job = &circumstances.record;
    let idle: Vec<&&ServiceRecord> =
        claiming.iter().filter(|service| service.n_running < service.concurrency).collect();
    let n_running: u64 = claiming.iter().map(|service| u64::from(service.n_running)).sum();
    let n_ahead = claiming.iter().map(|service| n_ahead(circumstances, service)).min().unwrap_or(0);
    let remedy = format!("egret jobs list --state running --queue {}", quoted(&job.queue));
    if idle.is_empty() {
        let reason = Reason::new(Code::Behind, "why-behind", remedy).with_number("n", "n_jobs", n_ahead);
        return reason.with_number("running", "n_running", n_running).fact("queue", &*job.queue).passing();
    }
    if let Some(skew) = idle.iter().find_map(|service| skewed(circumstances, service)) {
        return skew;
    }
    if let Some(start) = circumstances.start.as_ref().filter(|start| start.failures > 0) {
        return start_failed(start.last_error.as_deref().unwrap_or("?"), start.failures, start.not_before);
    }
    Reason::new(Code::Behind, "why-behind-next", remedy).fact("n_jobs", n_ahead).fact("n_running", n_running).passing()
}

/// Due jobs of this queue and of those that the service empties before it.
fn n_ahead(circumstances: &Circumstances, service: &ServiceRecord) -> u64 {
    let job = &circumstances.record;
    let place = |queue: &str| service.queues.iter().position(|pattern| egret_core::queue_matches(pattern, queue));
    let own = place(&job.queue);
    let is_ahead = |queue: &str| place(queue).is_some_and(|place| Some(place) <= own);
    let rows = circumstances.backlog.rows.iter().filter(|row| is_ahead(&row.queue));
    let n_due: u64 = rows
        .filter(|row| row.class.as_deref().is_none_or(|class| service.classes.contains(class)))
        .map(|row| row.n_due)
        .sum();
    n_due.saturating_sub(1)
}

/// A service that has time and leaves the job alone, and whose beats or whose machine have another time than the store.
fn skewed(circumstances: &Circumstances, service: &ServiceRecord) -> Option<Reason> {
    let due_for = apart(circumstances.record.due_at.max(service.started_at), circumstances.now);
    if circumstances.record.due_at > circumstances.now || due_for < TAKEN_WITHIN {
        return None;
    }
    let beat_ahead = service.beat_at.duration_since(circumstances.now);
    let is_ahead = SignedDuration::try_from(CLOCK_TOLERANCE).is_ok_and(|tolerance| beat_ahead > tolerance);
    let here = apart(circumstances.local_now, circumstances.now);
    let (host, difference) = if is_ahead {
        (service.process.host.clone(), apart(service.beat_at, circumstances.now))
    } else if here > CLOCK_TOLERANCE {
        (egret_core::ProcessIdentity::current().host, here)
    } else {
        return None;
    };
    let reason = Reason::new(Code::ClockSkew, "why-clock-skew", "timedatectl status").with("host", &host);
    Some(reason.with_length("difference", "seconds", difference))
}

fn apart(one: Timestamp, other: Timestamp) -> Duration {
    one.duration_since(other).unsigned_abs()
}
