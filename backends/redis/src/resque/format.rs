//! Resque as a format: which keys it has, and what its elements mean.

use async_trait::async_trait;
use egret_core::job_data::DEFAULT_QUEUE;
use egret_core::{
    Capabilities, ChangeCapabilities, ErrorReport, FailurePolicy, Finish, JobData, JobState, MAX_INTERRUPTIONS, NewJob,
    Outcome, Payload, QUARANTINED, Result, Runner, ServiceId, ServiceInfo, ServiceOrder, SignalMap, SignalMeaning,
    Timestamp, WakeKind,
};

use super::delayed;
use super::failure::{FailedPayload, Failure, FailureRecord};
use super::fingerprint::fingerprint;
use super::job::Job;
use super::names::Names;
use super::options::{FailureLists, ResqueOptions, RetriedFailures};
use super::presence::{FirstWorkers, Presence};
use super::worker_id::WorkerId;
use crate::driver::Driver;
use crate::store::{
    Appearance, Counter, Element, End, Ended, Fate, Format, Held, Layout, SeatKeys, ShelfSizes, Shelved, Stranger,
    Tally, Writes,
};

/// The adapter's name.
pub(crate) const ADAPTER: &str = "resque";

/// More words one command does not get.
const PUSHED_AT_ONCE: usize = 1_000;

/// Resque's keys and elements.
#[derive(Debug)]
pub(crate) struct Resque {
    pub(super) options: ResqueOptions,
    pub(super) names: Names,
    layout: Layout,
    seats: SeatKeys,
    capabilities: Capabilities,
    first_workers: FirstWorkers,
}

impl Resque {
    pub(crate) fn new(options: ResqueOptions) -> Self {
        let names = Names::new(&options.namespace, options.scheduler_lock_prefix.clone());
        let seats = SeatKeys::new(names.own(), names.worker_prefix(), names.stat_prefix());
        let layout = Layout {
            own: names.own(),
            queues: names.queues(),
            queue_prefix: names.queue_prefix(),
            taken_at: End::Left,
            other_pauses: None,
            pause_all: Some(names.pause_all()),
            reserved: vec![names.schedule()],
            seats: Some(seats.clone()),
        };
        Self { options, names, layout, seats, capabilities: capabilities(), first_workers: FirstWorkers::default() }
    }

    /// Adds what puts a job into its queue, or keeps it until its time.
    fn put(&self, mut job: Job, at: Option<Timestamp>, now: Timestamp, writes: &mut Writes) {
        if job.enqueued_at().is_none() && job.data.native.is_none() {
            job.envelope.memory.enqueued_at = Some(now.as_microsecond());
        }
        match at.filter(|at| *at > now) {
            Some(at) => {
                if job.due_at() != Some(at) {
                    job.envelope.memory.set_due(at);
                }
                delayed::keep(&self.names, &job, at, writes);
            }
            None => {
                let queue = job.queue().to_owned();
                writes.add(["SADD", &self.names.queues(), &queue]);
                writes.add([self.layout.add(), &self.layout.queue(&queue), &job.envelope.queued()]);
            }
        }
    }

    /// Adds the record of a failure.
    pub(super) fn bury(&self, failure: &Failure<'_>, writes: &mut Writes) {
        let (key, list) = self.failures_of(failure.queue);
        if let Some(list) = list {
            writes.add(["SADD", &self.names.failed_queues(), &list]);
        }
        writes.add(["RPUSH", &key, &failure.write(&self.options.zone)]);
    }

    /// The key of the failures of a queue, and the name of that list where each queue has one.
    fn failures_of(&self, queue: &str) -> (String, Option<String>) {
        match self.options.failures {
            FailureLists::One => (self.names.failed(), None),
            FailureLists::PerQueue => {
                let list = format!("{queue}_failed");
                (self.names.key(&list), Some(list))
            }
        }
    }

    /// Adds the record of a claim that ended badly.
    fn fail(&self, held: &Held, end: &BadEnd<'_>, writes: &mut Writes) {
        let job = Job::read(&held.bytes, Some(&held.queue));
        let envelope = job.ok().map(|job| {
            let mut envelope = job.envelope;
            envelope.memory.attempts += u32::from(end.is_counted);
            if end.is_counted {
                envelope.deaths = end.deaths.clone();
            }
            envelope
        });
        let failure = Failure {
            failed_at: end.at,
            payload: envelope.as_ref().map_or(FailedPayload::Bytes(&held.bytes), FailedPayload::Job),
            error: end.error,
            worker: end.worker,
            queue: &held.queue,
        };
        self.bury(&failure, writes);
    }

    /// The same job comes again, as its own rules ask.
    fn reenqueue(
        &self,
        held: &Held,
        data: &JobData,
        error: Option<&ErrorReport>,
        run: &Run,
        writes: &mut Writes,
    ) -> bool {
        let Ok(job) = Job::read(&held.bytes, Some(&held.queue)) else { return false };
        let mut job = job.with_data(data.clone());
        job.count(run.has_begun);
        job.envelope.memory.error = error.cloned();
        job.envelope.memory.is_retry = error.is_some();
        job.envelope.memory.due_at = Some(run.at.unwrap_or(run.now).as_microsecond());
        self.put(job, run.at, run.now, writes);
        true
    }

    fn snooze(&self, held: &Held, run: &Run, writes: &mut Writes) -> bool {
        let Ok(mut job) = Job::read(&held.bytes, Some(&held.queue)) else { return false };
        job.count(run.has_begun);
        job.envelope.memory.is_retry = false;
        job.envelope.memory.due_at = Some(run.at.unwrap_or(run.now).as_microsecond());
        self.put(job, run.at, run.now, writes);
        true
    }

    /// Who did it, for people.
    fn worker(&self, held: &Held, service: ServiceId) -> String {
        held.worker.clone().or_else(|| self.first_workers.of(service)).unwrap_or_else(|| {
            WorkerId::of_slot(&egret_core::ProcessIdentity::current(), service, 1, ["*"]).to_string()
        })
    }

    fn presence<'a>(&'a self, driver: &'a Driver) -> Presence<'a> {
        let Self { names, seats, options, first_workers: first, .. } = self;
        Presence { driver, names, seats, zone: &options.zone, first }
    }
}

/// How a claim ended badly.
struct BadEnd<'a> {
    at: Timestamp,
    error: &'a ErrorReport,
    worker: &'a str,
    is_counted: bool,
    deaths: Vec<String>,
}

/// When a run ended and when the job comes again.
struct Run {
    now: Timestamp,
    at: Option<Timestamp>,
    has_begun: bool,
}

impl Job {
    /// Counts a run that ended.
    fn count(&mut self, has_begun: bool) {
        if has_begun {
            self.envelope.memory.attempts += 1;
            self.envelope.memory.error = None;
            self.envelope.deaths.clear();
        }
    }
}

#[async_trait]
impl Format for Resque {
    fn layout(&self) -> &Layout {
        &self.layout
    }

    fn capabilities(&self) -> &Capabilities {
        &self.capabilities
    }

    fn read(&self, bytes: &[u8], queue: Option<&str>) -> Element {
        element(Job::read(bytes, queue), || fingerprint("unreadable", &[bytes]), queue)
    }

    fn read_given_up(&self, bytes: &[u8]) -> Element {
        let Some(record) = FailureRecord::read(bytes).filter(FailureRecord::is_of_a_failure) else {
            return self.read(bytes, None);
        };
        let queue = record.queue();
        let mut element = element(record.job(), || fingerprint("unreadable", &[&record.element()]), queue.as_deref());
        element.error = Some(record.error());
        element
    }

    fn store(&self, jobs: &[NewJob], now: Timestamp, writes: &mut Writes) -> Result<()> {
        let mut due: Vec<(&str, Vec<String>)> = Vec::new();
        for NewJob { data, .. } in jobs {
            let mut job = Job::new(data.clone());
            if let Some(at) = data.scheduled_at.filter(|at| *at > now) {
                self.put(job, Some(at), now, writes);
                continue;
            }
            if job.enqueued_at().is_none() && data.native.is_none() {
                job.envelope.memory.enqueued_at = Some(now.as_microsecond());
            }
            let element = job.envelope.queued();
            match due.iter_mut().find(|(queue, _)| *queue == data.queue()) {
                Some((_, list)) => list.push(element),
                None => due.push((data.queue(), vec![element])),
            }
        }
        for (queue, mut list) in due {
            writes.add(["SADD", &self.names.queues(), queue]);
            while !list.is_empty() {
                let rest = list.split_off(list.len().min(PUSHED_AT_ONCE));
                let head = [self.layout.add().to_owned(), self.layout.queue(queue)];
                writes.add(head.into_iter().chain(list));
                list = rest;
            }
        }
        Ok(())
    }

    fn ends_without_bytes(&self, outcome: &Outcome) -> bool {
        matches!(outcome, Outcome::Completed { .. } | Outcome::Cancelled { .. } | Outcome::AcknowledgedBeforeRun)
    }

    fn settle(&self, held: Option<&Held>, finish: &Finish, now: Timestamp, writes: &mut Writes) -> Result<Tally> {
        let has_begun = finish.started_at.is_some();
        let processed = if has_begun { Tally::Processed } else { Tally::Nothing };
        let Some(held) = held else {
            let is_acknowledged = matches!(finish.outcome, Outcome::AcknowledgedBeforeRun);
            return Ok(if is_acknowledged { Tally::Processed } else { processed });
        };
        let run = |at| Run { now, at, has_begun };
        let is_again = match &finish.outcome {
            Outcome::Reenqueue { data, at, error } => self.reenqueue(held, data, error.as_ref(), &run(*at), writes),
            Outcome::Snoozed { until } => self.snooze(held, &run(Some(*until)), writes),
            _ => false,
        };
        if is_again {
            return Ok(processed);
        }
        let unreadable;
        let (error, is_counted) = match &finish.outcome {
            Outcome::Failed { error } => (error, has_begun),
            Outcome::Discarded { error } => (error, true),
            _ => {
                unreadable = ErrorReport::new(egret_core::UNREADABLE, "it cannot be put back");
                (&unreadable, false)
            }
        };
        let worker = self.worker(held, finish.token.service);
        let end = BadEnd { at: finish.closed_at, error, worker: &worker, is_counted, deaths: Vec::new() };
        self.fail(held, &end, writes);
        Ok(Tally::Failed)
    }

    fn interrupted(&self, held: &Held, runner: &Runner, now: Timestamp) -> Fate {
        let Ok(mut job) = Job::read(&held.bytes, Some(&held.queue)) else { return Fate::Unchanged };
        let deaths = &mut job.envelope.deaths;
        deaths.push(format!("`{}` on `{}` (process {})", runner.service, runner.host, runner.pid));
        if job.envelope.interruptions() < MAX_INTERRUPTIONS {
            job.envelope.memory.attempts += 1;
            return Fate::Back(job.envelope.queued().into_bytes());
        }
        let deaths = job.envelope.deaths.clone();
        let message = format!("{} services died while it ran: {}", deaths.len(), deaths.join(", "));
        let process = egret_core::ProcessIdentity {
            host: runner.host.clone(),
            pid: runner.pid,
            ..egret_core::ProcessIdentity::current()
        };
        let worker = held.worker.clone();
        let worker = worker.unwrap_or_else(|| WorkerId::of_slot(&process, runner.service, 1, ["*"]).to_string());
        let error = ErrorReport::new(QUARANTINED, message);
        let end = BadEnd { at: now, error: &error, worker: &worker, is_counted: true, deaths };
        let mut writes = Writes::default();
        self.fail(held, &end, &mut writes);
        writes.add(["INCRBY", &format!("{}failed", self.names.stat_prefix()), "1"]);
        Fate::SetAside(job.data.job_id, writes)
    }

    fn counters(&self, _now: Timestamp) -> Vec<Counter> {
        let counter =
            |name: &str, tally| Counter { key: format!("{}{name}", self.names.stat_prefix()), tally, kept_for: 0 };
        vec![counter("processed", Tally::Processed), counter("failed", Tally::Failed)]
    }

    async fn promote(&self, driver: &Driver, limit: usize) -> Result<usize> {
        delayed::promote(driver, &self.names, &format!("{}hints", self.layout.own), limit).await
    }

    async fn reserved(&self, driver: &Driver, limit: usize) -> Result<Vec<Shelved>> {
        delayed::reserved(driver, &self.names, limit).await
    }

    async fn given_up(&self, driver: &Driver, limit: usize) -> Result<Vec<Shelved>> {
        super::failed::given_up(driver, self, limit).await
    }

    async fn shelf_sizes(&self, driver: &Driver) -> Result<ShelfSizes> {
        let reserved = delayed::size(driver, &self.names).await?;
        Ok(ShelfSizes { reserved, given_up: super::failed::size(driver, self).await? })
    }

    fn shelf_type(&self, _shelf: &str) -> &'static str {
        "list"
    }

    fn shelf_key(&self, shelf: &str, queue: &str, at: Timestamp) -> String {
        match shelf == delayed::SHELF {
            true => format!("{}{}", self.names.bucket_prefix(), super::names::second(at)),
            false => self.failures_of(queue).0,
        }
    }

    fn left_on_shelf(&self, shelf: &str, bytes: &[u8], at: Timestamp) -> Writes {
        let mut writes = Writes::default();
        if shelf == delayed::SHELF {
            let bucket = format!("delayed:{}", super::names::second(at));
            let timestamps = [self.names.timestamps_prefix().as_bytes(), bytes].concat();
            writes.add([b"SREM".as_slice(), &timestamps, bucket.as_bytes()]);
        }
        writes
    }

    fn kept_of_revived(&self, bytes: &[u8], now: Timestamp) -> Option<Vec<u8>> {
        let record = FailureRecord::read(bytes).filter(|_| self.options.retried == RetriedFailures::Keep)?;
        Some(record.retried(now, &self.options.zone).into_bytes())
    }

    fn revive(&self, bytes: &[u8], now: Timestamp) -> Writes {
        let mut writes = Writes::default();
        let record = FailureRecord::read(bytes).filter(FailureRecord::is_of_a_failure);
        let job = record.as_ref().map_or_else(|| Job::read(bytes, None), FailureRecord::job);
        match job {
            Ok(job) => self.put(job.revived(), None, now, &mut writes),
            Err(unreadable) => {
                // Whoever takes it sets it aside again.
                let queue = record.and_then(|record| record.queue()).unwrap_or_else(|| DEFAULT_QUEUE.to_owned());
                writes.add(["SADD", &self.names.queues(), &queue]);
                let key = self.layout.queue(&queue);
                writes.add([self.layout.add().as_bytes(), key.as_bytes(), &unreadable.bytes]);
            }
        }
        writes
    }

    fn hasten(&self, bytes: &[u8], now: Timestamp) -> Writes {
        let mut writes = Writes::default();
        let (queue, element) = delayed::moved(bytes);
        match Job::read(&element, Some(&queue)) {
            Ok(mut job) => {
                job.envelope.memory.due_at = job.due_at().map(|_| now.as_microsecond());
                self.put(job, None, now, &mut writes);
            }
            Err(_) => {
                writes.add(["SADD", &self.names.queues(), &queue]);
                writes.add([self.layout.add().as_bytes(), self.layout.queue(&queue).as_bytes(), &element]);
            }
        }
        writes
    }

    fn postpone(&self, bytes: &[u8], _shelf: Option<&str>, at: Timestamp, now: Timestamp) -> Writes {
        let mut writes = Writes::default();
        match Job::read(bytes, None) {
            Ok(mut job) => {
                job.envelope.memory.due_at = None;
                self.put(job, Some(at), now, &mut writes);
            }
            Err(_) => return self.hasten(bytes, now),
        }
        writes
    }

    fn given_up_state(&self, shelved: &Shelved) -> JobState {
        // The job was put back by a person: what is left is the record of an attempt.
        match FailureRecord::read(&shelved.bytes).is_some_and(|record| record.is_retried()) {
            true => JobState::Cancelled,
            false => JobState::Discarded,
        }
    }

    fn reserved_state(&self, shelved: &Shelved, element: &Element) -> JobState {
        let is_retry = Job::read(&shelved.bytes, None).is_ok_and(|job| job.envelope.memory.is_retry);
        // Ruby's `retry_on` leaves no other trace.
        let has_failed = matches!(&element.payload, Payload::Job(data)
            if data.native.is_none() && data.exception_executions.as_ref().is_some_and(|counts| !counts.is_empty()));
        if is_retry || has_failed { JobState::Retryable } else { JobState::Scheduled }
    }

    async fn appear(&self, driver: &Driver, appearance: Appearance<'_>) -> Result<Vec<ServiceOrder>> {
        let now = driver.server_time().await?;
        if self.first_workers.of(appearance.service).is_none() {
            let first = super::presence::workers(appearance.service, appearance.info).swap_remove(0);
            super::prune::prune(driver, self, &first, now).await?;
        }
        self.presence(driver).appear(&appearance, now).await?;
        Ok(Vec::new())
    }

    async fn disappear(&self, driver: &Driver, service: ServiceId, _info: &ServiceInfo) -> Result<()> {
        self.presence(driver).disappear(service).await
    }

    async fn strangers(&self, driver: &Driver, _ours: &[ServiceId]) -> Result<Vec<Stranger>> {
        super::strangers::list(driver, self).await
    }

    fn note_end(&self, _ended: Ended<'_>) {}
}

/// What is known of a job, or of bytes that are none.
fn element(
    job: std::result::Result<Job, egret_core::UnreadablePayload>,
    made_up: impl FnOnce() -> String,
    queue: Option<&str>,
) -> Element {
    // Resque writes down no times: a native job is due now, and has been there for nobody knows how long.
    let now = Timestamp::now();
    match job {
        Ok(job) => Element {
            id: job.data.job_id.clone(),
            attempts: job.envelope.memory.attempts,
            interruptions: job.envelope.interruptions(),
            queue: queue.map(str::to_owned).or_else(|| Some(job.queue_of_delayed())),
            due_at: job.due_at().unwrap_or(now),
            enqueued_at: job.enqueued_at().unwrap_or(Timestamp::UNIX_EPOCH),
            error: job.envelope.memory.error.clone(),
            expires_at: None,
            payload: Payload::Job(Box::new(job.data)),
        },
        Err(unreadable) => Element {
            id: made_up().into(),
            payload: Payload::Unreadable(unreadable),
            attempts: 0,
            interruptions: 0,
            queue: queue.map(str::to_owned),
            due_at: now,
            enqueued_at: Timestamp::UNIX_EPOCH,
            error: None,
            expires_at: None,
        },
    }
}

fn capabilities() -> Capabilities {
    Capabilities {
        adapter: ADAPTER,
        persistent: true,
        several_processes: true,
        several_hosts: true,
        claims_by_class: false,
        priorities: false,
        scheduling: true,
        lookup_by_id: true,
        origins: false,
        unique_ids: false,
        conditions: false,
        statements: false,
        follow_ups: true,
        ledger: false,
        notes: false,
        iterations: false,
        history: false,
        exact_counts: true,
        pauses: true,
        on_demand: false,
        tasks: false,
        sizes: false,
        care: false,
        control: false,
        changes: ChangeCapabilities { retry: true, run_now: true, reschedule: true, cancel: true, delete: true },
        wake: WakeKind::Pushed,
        failure_policy: FailurePolicy::Keep,
        // Resque 3.0, `lib/resque/worker.rb`, `register_signal_handlers`: USR1 ends the job that runs and the worker goes on.
        longest_run: None,
        delays_jobs: true,
        unseen_workers: false,
        signals: SignalMap {
            tstp: SignalMeaning::Quiet,
            ttin: SignalMeaning::Report,
            usr1: SignalMeaning::CancelRunning,
            usr2: SignalMeaning::Quiet,
            cont: SignalMeaning::Resume,
        },
    }
}
