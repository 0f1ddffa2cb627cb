//! The engine of a service over the in-memory store: what it claims, how it ends, what survives a stop.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::collections::BTreeSet;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use async_trait::async_trait;
use egret::execution_log::{LogLimits, LogOutbox};
use egret::executor::{Executor, Run, Verdict};
use egret::service::{EndCause, ExitRule, Service, ServiceHandle, ServiceLoop, ServiceOptions, StopControl};
use egret_core::memory::{MemoryOptions, MemoryRows};
use egret_core::{
    Backend, ClassSelection, Counts, EnqueueRequest, ErrorReport, JobData, JobState, NewJob, Origin, Outcome,
    QueueOrder, Retention, ServiceMode, ServicePhase,
};
use tokio_util::sync::CancellationToken;

/// Performs by the job's class: `now` at once, `gated` until the gate is opened or the job cancelled, `forever` until
/// dropped, `block` on its thread.
#[derive(Default)]
struct Script {
    gate: CancellationToken,
    n_running: AtomicUsize,
    most_running: AtomicUsize,
    ran: Mutex<Vec<String>>,
}

#[async_trait]
impl Executor for Script {
    fn classes(&self) -> ClassSelection {
        ClassSelection::only(["now", "gated", "forever", "block"])
    }

    async fn execute(&self, run: Run) -> Verdict {
        let n_running = self.n_running.fetch_add(1, Ordering::SeqCst) + 1;
        self.most_running.fetch_max(n_running, Ordering::SeqCst);
        let class = run.job.payload.job().map(|data| data.job_class.clone()).unwrap();
        self.ran.lock().unwrap().push(run.job.id.to_string());
        let verdict = match class.as_str() {
            "gated" => tokio::select! {
                () = self.gate.cancelled() => completed(),
                () = run.cancellation.cancelled() => failed(),
            },
            "forever" => std::future::pending().await,
            "block" => {
                std::thread::sleep(Duration::from_millis(700));
                completed()
            }
            _ => completed(),
        };
        self.n_running.fetch_sub(1, Ordering::SeqCst);
        verdict
    }
}

fn completed() -> Verdict {
    Verdict::Ended(Outcome::Completed { value: None })
}

fn failed() -> Verdict {
    Verdict::Ended(Outcome::Failed { error: ErrorReport::new("Cancelled", "asked to stop") })
}

struct Harness {
    backend: Arc<MemoryRows>,
    script: Arc<Script>,
    stop: StopControl,
}

impl Harness {
    fn new() -> Self {
        let backend = Arc::new(MemoryRows::new(MemoryOptions::default()));
        Self { backend, script: Arc::default(), stop: StopControl::new() }
    }

    async fn enqueue(&self, class: &str, count: usize) {
        let jobs = (0..count).map(|_| NewJob::new(JobData::new(class), Origin::Application)).collect();
        self.backend.enqueue(EnqueueRequest { jobs, start: None }).await.unwrap();
    }

    fn start(&self, change: impl FnOnce(&mut ServiceOptions)) -> ServiceHandle {
        let mut options = ServiceOptions {
            mode: ServiceMode::Service,
            queues: QueueOrder::Strict(vec!["default".to_owned()]),
            shutdown_timeout: Duration::from_secs(60),
            ..ServiceOptions::default()
        };
        change(&mut options);
        let logs = LogOutbox::new(None, LogLimits::default());
        Service::new(self.backend.clone(), self.script.clone(), logs, options).start(self.stop.clone()).unwrap()
    }

    async fn counts(&self) -> Counts {
        self.backend.counts().await.unwrap()
    }

    async fn until(&self, what: &str, condition: impl Fn(&Counts) -> bool) {
        let deadline = Instant::now() + Duration::from_secs(60);
        loop {
            let counts = self.counts().await;
            if condition(&counts) {
                return;
            }
            assert!(Instant::now() < deadline, "never saw {what}; last: {counts:?}");
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    }

    /// Waits until the only service holds so many jobs.
    async fn until_claimed(&self, count: u32) {
        let deadline = Instant::now() + Duration::from_secs(60);
        loop {
            let services = self.backend.services().await.unwrap();
            if services[0].n_claimed == count {
                return;
            }
            assert!(Instant::now() < deadline, "never saw {count} claims; last: {services:?}");
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    }

    fn n_runs_and_distinct(&self) -> (usize, usize) {
        let ran = self.script.ran.lock().unwrap();
        (ran.len(), ran.iter().collect::<BTreeSet<_>>().len())
    }
}

#[tokio::test]
async fn drains_everything_once_and_leaves() {
    let harness = Harness::new();
    harness.enqueue("now", 5_000).await;
    let report = harness.start(|options| options.exit = ExitRule::WhenNothingIsDue).ended().await.unwrap();
    assert_eq!(report.n_finished, 5_000);
    assert_eq!(harness.counts().await.of_state(JobState::Completed), 5_000);
    assert_eq!(harness.n_runs_and_distinct(), (5_000, 5_000));
    assert!(harness.backend.services().await.unwrap().is_empty());
}

#[tokio::test]
async fn never_runs_more_than_its_concurrency() {
    let harness = Harness::new();
    harness.enqueue("gated", 12).await;
    let options = |options: &mut ServiceOptions| {
        options.concurrency = 4;
        options.exit = ExitRule::WhenNothingIsDue;
    };
    let handle = harness.start(options);
    harness.until("four running", |counts| counts.of_state(JobState::Running) == 4).await;
    harness.script.gate.cancel();
    handle.ended().await.unwrap();
    assert_eq!(harness.script.most_running.load(Ordering::SeqCst), 4);
    assert_eq!(harness.counts().await.of_state(JobState::Completed), 12);
}

#[tokio::test]
async fn leaves_jobs_of_unknown_classes_alone() {
    let harness = Harness::new();
    harness.enqueue("nobody knows", 3).await;
    harness.enqueue("now", 3).await;
    harness.start(|options| options.exit = ExitRule::WhenNothingIsDue).ended().await.unwrap();
    let counts = harness.counts().await;
    assert_eq!((counts.of_state(JobState::Completed), counts.of_state(JobState::Available)), (3, 3));
}

#[tokio::test]
async fn a_long_job_at_the_head_holds_no_short_one_back() {
    let harness = Harness::new();
    harness.enqueue("forever", 2).await;
    harness.enqueue("now", 100).await;
    // One slot is taken for good by each of the two; a second service has the rest.
    let first = harness.start(|options| options.concurrency = 2);
    harness.until("both long jobs running", |counts| counts.of_state(JobState::Running) == 2).await;
    let second = harness.start(|options| options.concurrency = 2);
    harness.until("the short jobs done", |counts| counts.of_state(JobState::Completed) == 100).await;
    harness.stop.stop_now();
    let released = first.ended().await.unwrap().n_released + second.ended().await.unwrap().n_released;
    assert_eq!(harness.counts().await.of_state(JobState::Available), 2);
    assert!(released <= 2);
}

#[tokio::test]
async fn a_stop_lets_running_jobs_finish_and_claims_nothing_else() {
    let harness = Harness::new();
    harness.enqueue("gated", 6).await;
    let handle = harness.start(|options| options.concurrency = 2);
    harness.until("two running", |counts| counts.of_state(JobState::Running) == 2).await;
    harness.stop.stop();
    // What was claimed ahead goes back before a worker can become free for it.
    harness.until_claimed(2).await;
    harness.script.gate.cancel();
    handle.ended().await.unwrap();
    let counts = harness.counts().await;
    assert_eq!((counts.of_state(JobState::Completed), counts.of_state(JobState::Available)), (2, 4));
}

#[tokio::test]
async fn at_the_deadline_jobs_go_back_uncounted() {
    let harness = Harness::new();
    harness.enqueue("gated", 1).await;
    harness.enqueue("forever", 1).await;
    let handle = harness.start(|options| options.shutdown_timeout = Duration::ZERO);
    harness.until("both running", |counts| counts.of_state(JobState::Running) == 2).await;
    harness.stop.stop();
    handle.ended().await.unwrap();
    assert_eq!(harness.counts().await.of_state(JobState::Available), 2);
    let jobs = harness.backend.inspect(&Default::default(), &egret_core::Page::first(10)).await.unwrap().items;
    assert!(jobs.iter().all(|job| job.attempt == 0 && job.interruptions == 0), "{jobs:?}");
}

#[tokio::test]
async fn a_job_that_blocks_its_thread_at_the_deadline_goes_back_too() {
    let harness = Harness::new();
    harness.enqueue("block", 1).await;
    let handle = harness.start(|options| options.shutdown_timeout = Duration::ZERO);
    harness.until("it runs", |counts| counts.of_state(JobState::Running) == 1).await;
    // Longer than both graces only when the thread is really blocked.
    harness.stop.stop_now();
    handle.ended().await.unwrap();
    let counts = harness.counts().await;
    assert_eq!(counts.of_state(JobState::Available) + counts.of_state(JobState::Completed), 1);
}

#[tokio::test]
async fn quiet_claims_nothing_until_it_ends() {
    let harness = Harness::new();
    harness.stop.quiet();
    let handle = harness.start(|_| {});
    harness.enqueue("now", 1).await;
    let deadline = Instant::now() + Duration::from_millis(300);
    while Instant::now() < deadline {
        assert_eq!(harness.counts().await.of_state(JobState::Available), 1);
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    harness.stop.resume();
    harness.until("the job done", |counts| counts.of_state(JobState::Completed) == 1).await;
    harness.stop.stop();
    handle.ended().await.unwrap();
}

#[tokio::test]
async fn on_demand_it_leaves_after_its_linger_and_stays_for_reserved_jobs() {
    let harness = Harness::new();
    let mut data = JobData::new("now");
    data.scheduled_at = Some(jiff::Timestamp::now() + jiff::SignedDuration::from_millis(400));
    let request = EnqueueRequest { jobs: vec![NewJob::new(data, Origin::Application)], start: None };
    harness.backend.enqueue(request).await.unwrap();
    let options = |options: &mut ServiceOptions| {
        options.mode = ServiceMode::OnDemand;
        options.linger = Duration::from_millis(50);
    };
    let report = harness.start(options).ended().await.unwrap();
    assert_eq!(report.n_finished, 1);
    assert!(harness.backend.services().await.unwrap().is_empty());
}

/// Between two jobs it has nothing to do, and would be gone if it did not linger.
#[tokio::test]
async fn on_demand_it_does_not_leave_before_its_linger() {
    let harness = Harness::new();
    let handle = harness.start(|options| {
        options.mode = ServiceMode::OnDemand;
        options.linger = Duration::from_secs(600);
    });
    for n_jobs in 1..=20 {
        harness.enqueue("now", 1).await;
        harness.until("one more done", |counts| counts.of_state(JobState::Completed) == n_jobs).await;
        until("it is idle", || handle.monitor().status().n_running == 0).await;
        assert_eq!(harness.backend.services().await.unwrap().len(), 1, "after {n_jobs} jobs");
    }
    harness.stop.stop();
    handle.ended().await.unwrap();
}

#[tokio::test]
async fn a_cancelled_running_job_ends_as_cancelled() {
    let harness = Harness::new();
    harness.enqueue("gated", 1).await;
    let handle = harness.start(|_| {});
    harness.until("it runs", |counts| counts.of_state(JobState::Running) == 1).await;
    let target = egret_core::Target::Filter(Default::default());
    let report = harness.backend.change(target, egret_core::Change::Cancel).await.unwrap();
    assert_eq!(report.asked.len(), 1);
    harness.until("it is cancelled", |counts| counts.of_state(JobState::Cancelled) == 1).await;
    harness.stop.stop();
    handle.ended().await.unwrap();
}

#[tokio::test]
async fn a_short_lived_service_forgets_what_is_old_before_it_leaves() {
    let harness = Harness::new();
    harness.enqueue("now", 3).await;
    harness.enqueue("nobody knows", 1).await;
    let options = |options: &mut ServiceOptions| {
        options.exit = ExitRule::WhenNothingIsDue;
        options.retention = Retention::of(Duration::ZERO);
    };
    harness.start(options).ended().await.unwrap();
    let counts = harness.counts().await;
    assert_eq!((counts.of_state(JobState::Completed), counts.of_state(JobState::Available)), (0, 1));
}

#[tokio::test]
async fn after_max_jobs_it_claims_no_more_and_leaves() {
    let harness = Harness::new();
    harness.enqueue("now", 50).await;
    let report = harness.start(|options| options.max_jobs = Some(7)).ended().await.unwrap();
    assert_eq!((report.n_finished, report.cause), (7, EndCause::MaxJobs));
    assert_eq!(harness.counts().await.of_state(JobState::Available), 43);
    assert!(harness.backend.services().await.unwrap().is_empty());
}

#[tokio::test]
async fn a_service_that_retires_waits_for_its_jobs_without_a_deadline() {
    let harness = Harness::new();
    harness.enqueue("gated", 1).await;
    let options = |options: &mut ServiceOptions| {
        options.max_jobs = Some(1);
        options.shutdown_timeout = Duration::ZERO;
    };
    let handle = harness.start(options);
    harness.until("it runs", |counts| counts.of_state(JobState::Running) == 1).await;
    let monitor = handle.monitor();
    until("it retires", || monitor.status().phase == ServicePhase::Stopping).await;
    harness.script.gate.cancel();
    let report = handle.ended().await.unwrap();
    assert_eq!((report.n_finished, report.n_released), (1, 0));
}

#[tokio::test]
async fn a_process_larger_than_max_memory_leaves_once_it_has_performed_something() {
    let harness = Harness::new();
    // Due after the first looks at the size.
    let mut later = JobData::new("now");
    later.scheduled_at = Some(harness.backend.now().await.unwrap() + Duration::from_secs(1));
    let jobs = vec![NewJob::new(later, Origin::Application)];
    harness.backend.enqueue(EnqueueRequest { jobs, start: None }).await.unwrap();
    let handle = harness.start(|options| options.max_memory = Some(1));
    let report = handle.ended().await.unwrap();
    assert_eq!((report.n_finished, report.cause), (1, EndCause::MaxMemory));
}

#[tokio::test]
async fn goes_on_by_other_queues_and_another_concurrency() {
    let harness = Harness::new();
    harness.enqueue("gated", 4).await;
    let mut elsewhere = JobData::new("gated");
    elsewhere.queue_name = Some("low".to_owned());
    let jobs = vec![NewJob::new(elsewhere, Origin::Application)];
    harness.backend.enqueue(EnqueueRequest { jobs, start: None }).await.unwrap();
    let handle = harness.start(|options| options.concurrency = 1);
    harness.until("one running", |counts| counts.of_state(JobState::Running) == 1).await;
    let other = ServiceOptions {
        queues: QueueOrder::Strict(vec!["low".to_owned(), "default".to_owned()]),
        concurrency: 4,
        shutdown_timeout: Duration::from_secs(60),
        ..ServiceOptions::default()
    };
    handle.monitor().reload(other.clone());
    harness.until("four running", |counts| counts.of_state(JobState::Running) == 4).await;
    let service = harness.backend.services().await.unwrap().remove(0);
    assert_eq!(
        (service.concurrency, service.queues.as_slice()),
        (4, ["low".to_owned(), "default".to_owned()].as_slice())
    );
    assert_eq!(harness.n_runs_and_distinct(), (4, 4), "the job of the queue that was added was among the first");

    handle.monitor().reload(ServiceOptions { concurrency: 2, ..other });
    harness.script.gate.cancel();
    harness.until("all done", |counts| counts.of_state(JobState::Completed) == 5).await;
    harness.script.most_running.store(0, Ordering::SeqCst);
    harness.enqueue("now", 200).await;
    harness.until("all done", |counts| counts.of_state(JobState::Completed) == 205).await;
    assert!(harness.script.most_running.load(Ordering::SeqCst) <= 2, "workers that were too many have ended");
    harness.stop.stop();
    handle.ended().await.unwrap();
}

/// A job that blocks its thread stalls no loop of the service.
#[tokio::test]
async fn only_a_loop_that_waits_in_vain_stalls() {
    let harness = Harness::new();
    harness.enqueue("block", 1).await;
    let handle = harness.start(|options| options.concurrency = 1);
    harness.until("it runs", |counts| counts.of_state(JobState::Running) == 1).await;
    let monitor = handle.monitor();
    let mut longest = Duration::ZERO;
    while harness.counts().await.of_state(JobState::Running) == 1 {
        let claimer = monitor.longest_stall().filter(|stall| stall.stalled == ServiceLoop::Claimer);
        longest = longest.max(claimer.map_or(Duration::ZERO, |stall| stall.lasted));
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    // The loop waits for at most a second; ten allow for a machine that has other things to do.
    assert!(longest < Duration::from_secs(10), "{longest:?}");
    harness.stop.stop();
    handle.ended().await.unwrap();
    assert_eq!(monitor.longest_stall(), None, "loops that have ended do not stall");
}

async fn until(what: &str, condition: impl Fn() -> bool) {
    let deadline = Instant::now() + Duration::from_secs(60);
    while !condition() {
        assert!(Instant::now() < deadline, "never saw that {what}");
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
}
