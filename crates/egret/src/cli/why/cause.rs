//! The causes for which a job waits.

use std::fmt;

use egret_core::{JobState, ServicePhase, ServiceRecord, Timestamp, queue_matches};

use super::Circumstances;
use crate::config::Mode;

/// One cause for which a job waits.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::cli) enum Cause {
    /// Its time has not come.
    Scheduled(Timestamp),
    /// It failed, and its next attempt is later.
    Retrying(Timestamp),
    /// A limit holds it.
    Blocked,
    /// Nobody claims from its queue by order of a person.
    Paused(String),
    /// No service that there is, or that would be started, takes jobs from its queue.
    NotPolled { queue: String, polled: Vec<String> },
    /// No service lives and the operator starts them.
    NoService,
    /// No service lives and none could be started.
    StartFailed { error: String, not_before: Option<Timestamp> },
    /// No service lives; one is being started.
    Starting,
    /// Every service that could run it claims nothing.
    Quiet,
    /// Every service that could run it is busy.
    Behind { n_waiting: u64, n_running: u32 },
    /// A service that takes jobs from its queue has time and leaves it: it does not know the class.
    NotTaken { class: String },
}

impl Cause {
    /// Why the job waits; `None` when it does not wait or is about to run.
    pub(in crate::cli) fn of(circumstances: &Circumstances) -> Option<Self> {
        let job = &circumstances.record;
        match job.state {
            JobState::Scheduled => Some(Self::Scheduled(job.due_at)),
            JobState::Retryable => Some(Self::Retrying(job.due_at)),
            JobState::Blocked => Some(Self::Blocked),
            JobState::Available => Self::of_available(circumstances),
            _ => None,
        }
    }

    fn of_available(circumstances: &Circumstances) -> Option<Self> {
        let queue = &circumstances.record.queue;
        if circumstances.record.claimed_by.is_some() {
            return None;
        }
        if circumstances.is_paused {
            return Some(Self::Paused(queue.clone()));
        }
        let alive: Vec<&ServiceRecord> = circumstances.services.iter().filter(|service| service.is_alive).collect();
        if alive.is_empty() {
            return Some(Self::without_service(circumstances));
        }
        let polling: Vec<&ServiceRecord> =
            alive.iter().copied().filter(|service| polls(&service.queues, queue)).collect();
        if polling.is_empty() {
            let mut polled: Vec<String> = alive.iter().flat_map(|service| service.queues.iter().cloned()).collect();
            polled.sort_unstable();
            polled.dedup();
            return Some(Self::NotPolled { queue: queue.clone(), polled });
        }
        if polling.iter().all(|service| service.phase != ServicePhase::Running) {
            return Some(Self::Quiet);
        }
        let has_time = |service: &&ServiceRecord| {
            service.phase == ServicePhase::Running && service.n_running < service.concurrency
        };
        let idle: Vec<&ServiceRecord> = polling.iter().copied().filter(has_time).collect();
        if idle.is_empty() {
            return Some(Self::Behind {
                n_waiting: circumstances.n_waiting.saturating_sub(1),
                n_running: polling.iter().map(|service| service.n_running).sum(),
            });
        }
        let is_left = idle.iter().any(|service| circumstances.would_have_taken(service));
        is_left.then(|| Self::NotTaken { class: circumstances.record.class.clone() })
    }

    fn without_service(circumstances: &Circumstances) -> Self {
        let section = &circumstances.section;
        if section.mode == Mode::Service || !circumstances.can_start {
            return Self::NoService;
        }
        if !polls(&section.queues, &circumstances.record.queue) {
            return Self::NotPolled { queue: circumstances.record.queue.clone(), polled: section.queues.clone() };
        }
        match &circumstances.start {
            Some(start) if start.failures > 0 && start.pending.is_none() => Self::StartFailed {
                error: start.last_error.clone().unwrap_or_else(|| "it ended before it was ready".to_owned()),
                not_before: start.not_before,
            },
            _ => Self::Starting,
        }
    }

    /// Whether it passes by itself within moments as a rule, so that it is worth a word only when it does not.
    pub(in crate::cli) fn is_passing(&self) -> bool {
        matches!(self, Self::Starting | Self::Behind { .. })
    }

    /// What a person can do about it.
    pub(in crate::cli) fn remedy(&self) -> Option<String> {
        match self {
            Self::NoService => Some("start one with `egret run --mode service`".to_owned()),
            Self::NotPolled { queue, .. } => {
                Some(format!("add `{queue}` to `polling.queues` in config/job.yml, or set EGRET_POLLING_QUEUES"))
            }
            Self::NotTaken { .. } => Some("start a service of the program that knows the class".to_owned()),
            Self::StartFailed { .. } => Some("its log is var/log/egret-service.log".to_owned()),
            _ => None,
        }
    }
}

fn polls(patterns: &[String], queue: &str) -> bool {
    patterns.iter().any(|pattern| queue_matches(pattern, queue))
}

/// Writes the cause as what follows "the job waits: ".
impl fmt::Display for Cause {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Scheduled(_) => formatter.write_str("its time has not come"),
            Self::Retrying(_) => formatter.write_str("it failed and is tried again later"),
            Self::Blocked => formatter.write_str("a limit holds it back"),
            Self::Paused(queue) => write!(formatter, "the queue `{queue}` is paused"),
            Self::NotPolled { queue, polled } => {
                write!(formatter, "no service takes jobs from the queue `{queue}`, only from {}", listed(polled))
            }
            Self::NoService => {
                formatter.write_str("no service is alive, and the mode is `service`: nothing starts by itself")
            }
            Self::StartFailed { error, .. } => write!(formatter, "no service could be started: {error}"),
            Self::Starting => formatter.write_str("a service is being started"),
            Self::Quiet => formatter.write_str("every service that could run it is quiet or stopping"),
            Self::Behind { n_waiting, n_running } => {
                write!(
                    formatter,
                    "every service that could run it is busy, {n_running} jobs run and {n_waiting} others wait"
                )
            }
            Self::NotTaken { class } => write!(formatter, "no service that is alive knows the class `{class}`"),
        }
    }
}

fn listed(names: &[String]) -> String {
    names.iter().map(|name| format!("`{name}`")).collect::<Vec<_>>().join(", ")
}
