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
    /// No service lives, though one would be started on demand: whoever enqueued died before it could, or the last one
    /// has just ended.
    NotStarted,
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
        if !circumstances.is_known {
            return Self::NotTaken { class: circumstances.record.class.clone() };
        }
        match &circumstances.start {
            Some(start) if start.pending.is_some() => Self::Starting,
            Some(start) if start.failures > 0 => Self::StartFailed {
                error: start.last_error.clone().unwrap_or_else(|| "it ended before it was ready".to_owned()),
                not_before: start.not_before,
            },
            _ => Self::NotStarted,
        }
    }

    /// Whether it passes by itself within moments as a rule, so that it is worth a word only when it does not.
    pub(in crate::cli) fn is_passing(&self) -> bool {
        matches!(self, Self::Starting | Self::NotStarted | Self::Behind { .. })
    }

    /// What a person can do about it.
    pub(in crate::cli) fn remedy(&self) -> Option<String> {
        match self {
            Self::NoService => Some("start one with `egret run --mode service`".to_owned()),
            Self::NotPolled { queue, .. } => {
                Some(format!("add `{queue}` to `polling.queues` in config/job.yml, or set EGRET_POLLING_QUEUES"))
            }
            Self::NotStarted => Some("the next enqueue starts one, and so does `egret status`".to_owned()),
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
            Self::NotStarted => formatter.write_str("no service is alive"),
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

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use egret_core::memory::{MemoryOptions, MemoryRows};
    use egret_core::{
        Backend, JobData, JobRecord, Payload, ProcessIdentity, Selection, ServiceInfo, ServiceMode, StartFailure,
        StartRequest,
    };

    use super::*;
    use crate::config::{Config, DEFAULT_SECTION};

    /// An available job of a known class in the queue `default`, and no service.
    fn waiting() -> Circumstances {
        let now = Timestamp::UNIX_EPOCH;
        let data = JobData::new("A");
        let record = JobRecord::new(data.job_id.clone(), JobState::Available, Payload::Job(Box::new(data)), now, now);
        Circumstances {
            record,
            now,
            services: Vec::new(),
            section: Config::default().section(DEFAULT_SECTION).unwrap().clone(),
            can_start: true,
            start: None,
            is_paused: false,
            is_known: true,
            n_waiting: 3,
        }
    }

    /// A service that is alive, as a store shows it.
    async fn service(queues: &[&str]) -> ServiceRecord {
        let store = MemoryRows::new(MemoryOptions::default());
        let info = ServiceInfo {
            name: "job:service".into(),
            process: ProcessIdentity::current(),
            mode: ServiceMode::OnDemand,
            selection: Arc::new(Selection::strict(queues.iter().copied())),
            concurrency: 2,
            start_right: None,
            max_services: None,
        };
        store.register(info).await.unwrap();
        let mut service = store.services().await.unwrap().remove(0);
        service.started_at = Timestamp::UNIX_EPOCH;
        service
    }

    #[test]
    fn a_job_whose_time_has_not_come_waits_for_it_whatever_else() {
        let mut circumstances = waiting();
        circumstances.record.state = JobState::Scheduled;
        assert_eq!(Cause::of(&circumstances), Some(Cause::Scheduled(Timestamp::UNIX_EPOCH)));
        circumstances.record.state = JobState::Retryable;
        assert_eq!(Cause::of(&circumstances), Some(Cause::Retrying(Timestamp::UNIX_EPOCH)));
    }

    #[test]
    fn a_job_that_does_not_wait_has_no_cause() {
        let mut circumstances = waiting();
        for state in [JobState::Running, JobState::Completed, JobState::Discarded, JobState::Cancelled] {
            circumstances.record.state = state;
            assert_eq!(Cause::of(&circumstances), None, "{state}");
        }
    }

    #[test]
    fn without_a_service_the_mode_says_whose_affair_it_is() {
        let mut circumstances = waiting();
        assert_eq!(Cause::of(&circumstances), Some(Cause::NotStarted));
        circumstances.record.queue = "low".into();
        assert!(matches!(Cause::of(&circumstances), Some(Cause::NotPolled { queue, .. }) if queue == "low"));
        circumstances.section.mode = Mode::Service;
        assert_eq!(Cause::of(&circumstances), Some(Cause::NoService));
    }

    #[tokio::test]
    async fn a_failed_start_says_its_error() {
        let store = MemoryRows::new(MemoryOptions::default());
        let job = egret_core::NewJob::new(JobData::new("A"), egret_core::Origin::Application);
        let start = Some(Arc::new(StartRequest::new("job:service", 1)));
        let reply = store.enqueue(egret_core::EnqueueRequest { jobs: vec![job], start }).await.unwrap();
        let mut circumstances = waiting();
        circumstances.start = Some(store.start_status("job:service").await.unwrap());
        assert_eq!(Cause::of(&circumstances), Some(Cause::Starting));

        let failure = StartFailure { right: reply.start.unwrap(), error: "no memory".into() };
        store.start_failed(failure).await.unwrap();
        circumstances.start = Some(store.start_status("job:service").await.unwrap());
        assert!(matches!(Cause::of(&circumstances), Some(Cause::StartFailed { error, .. }) if error == "no memory"));
    }

    #[tokio::test]
    async fn a_service_that_is_alive_may_not_be_the_right_one() {
        let mut circumstances = waiting();
        circumstances.services = vec![service(&["mail*", "low"]).await];
        assert!(
            matches!(Cause::of(&circumstances), Some(Cause::NotPolled { polled, .. }) if polled == ["low", "mail*"])
        );
        circumstances.record.queue = "mailers".into();
        assert_eq!(Cause::of(&circumstances), None, "it is about to be taken");
        circumstances.now = "1970-01-01T00:00:02Z".parse().unwrap();
        assert_eq!(Cause::of(&circumstances), Some(Cause::NotTaken { class: "A".into() }));
        circumstances.services[0].is_alive = false;
        assert_eq!(Cause::of(&circumstances), Some(Cause::NotStarted), "the dead do not count");
    }

    #[tokio::test]
    async fn a_busy_and_a_quiet_service_are_told_apart() {
        let mut circumstances = waiting();
        circumstances.services = vec![service(&["default"]).await];
        circumstances.services[0].n_running = 2;
        assert_eq!(Cause::of(&circumstances), Some(Cause::Behind { n_waiting: 2, n_running: 2 }));
        circumstances.services[0].phase = ServicePhase::Quiet;
        assert_eq!(Cause::of(&circumstances), Some(Cause::Quiet));
        circumstances.is_paused = true;
        assert_eq!(Cause::of(&circumstances), Some(Cause::Paused("default".into())));
        circumstances.record.claimed_by = Some(circumstances.services[0].id);
        assert_eq!(Cause::of(&circumstances), None);
    }

    #[test]
    fn a_class_that_the_program_does_not_know_is_said_before_anything_is_started_for_it() {
        let mut circumstances = waiting();
        circumstances.is_known = false;
        assert_eq!(Cause::of(&circumstances), Some(Cause::NotTaken { class: "A".into() }));
    }
}
