//! Sidekiq as a format: which keys it has, and what its payloads mean.

use async_trait::async_trait;
use egret_core::job_data::DEFAULT_QUEUE;
use egret_core::{
    Capabilities, ChangeCapabilities, ErrorReport, FailurePolicy, Finish, JobData, JobState, MAX_INTERRUPTIONS, NewJob,
    Outcome, Payload, QUARANTINED, Result, Runner, ServiceId, ServiceInfo, ServiceOrder, SignalMap, SignalMeaning,
    Timestamp, WakeKind, Words,
};
use jiff::civil::Date;
use jiff::tz::TimeZone;

use super::envelope::Envelope;
use super::failure::{self, Way};
use super::memory::{self, Memory};
use super::metrics::Metrics;
use super::options::SidekiqOptions;
use super::polling::Poller;
use super::ruby_json::as_ruby_writes;
use super::{payload, process, shelves, strangers, times};
use crate::driver::Driver;
use crate::store::{
    Appearance, Counter, Element, End, Ended, Fate, Format, Held, Layout, ShelfSizes, Shelved, Stranger, Tally, Writes,
};

/// The adapter's name.
pub(crate) const ADAPTER: &str = "sidekiq";

/// Seconds that the figures of a day are kept: five years (Sidekiq 6.4 to 8.1, `lib/sidekiq/launcher.rb`).
const DAY_KEPT: u32 = 157_680_000;

/// Sidekiq's keys and payloads.
#[derive(Debug)]
pub(crate) struct Sidekiq {
    options: SidekiqOptions,
    layout: Layout,
    capabilities: Capabilities,
    metrics: Metrics,
    poller: Poller,
}

impl Sidekiq {
    pub(crate) fn new(options: SidekiqOptions) -> Self {
        let layout = Layout {
            own: "egret:sidekiq:".to_owned(),
            queues: "queues".to_owned(),
            queue_prefix: "queue:".to_owned(),
            taken_at: End::Right,
            // Sidekiq Pro's own; Sidekiq 8.1.1 and later show it.
            other_pauses: Some("paused".to_owned()),
            pause_all: None,
            reserved: vec![shelves::RETRY.to_owned(), shelves::SCHEDULE.to_owned()],
            seats: None,
        };
        let capabilities = capabilities(&options);
        let poller = Poller::new(options.polling);
        Self { options, layout, capabilities, metrics: Metrics::default(), poller }
    }

    /// Adds what puts a payload where it belongs at the time.
    fn put(&self, mut envelope: Envelope<'_>, at: Option<Timestamp>, now: Timestamp, writes: &mut Writes) {
        match at.filter(|at| *at > now) {
            Some(at) => {
                envelope.remove("enqueued_at");
                shelve(shelves::SCHEDULE, &envelope, at, writes);
            }
            None => {
                envelope.set_raw("enqueued_at", self.options.times.json(now));
                let queue = payload::queue_of(&envelope);
                writes.add([self.layout.queues.as_bytes(), queue.as_bytes()].prefixed("SADD"));
                writes.add([self.layout.queue(&queue).into_bytes(), envelope.to_bytes()].prefixed("LPUSH"));
            }
        }
    }

    /// Adds what puts bytes into the dead set, and takes away what has been there for too long or is too many.
    fn bury(&self, bytes: Vec<u8>, at: Timestamp, writes: &mut Writes) {
        shelves::bury(bytes, at, self.options.dead_max_jobs, self.options.dead_timeout, writes);
    }

    /// The payload of a claim with the error of an outcome that ends it for good.
    fn buried(&self, held: &Held, error: &ErrorReport, now: Timestamp) -> Option<Vec<u8>> {
        let mut envelope = readable(held)?;
        failure::note(&mut envelope, &held.queue, error, error.backtrace.len(), now, &self.options);
        memory::set_deaths(&mut envelope, &[]);
        let mut memory = Memory::read(&envelope);
        (memory.error, memory.runs) = (None, memory.runs);
        memory.set_due(None);
        memory.write(&mut envelope);
        Some(envelope.to_bytes())
    }

    fn fail(&self, held: &Held, error: &ErrorReport, now: Timestamp, writes: &mut Writes) {
        let Some(mut envelope) = readable(held) else { return self.bury(held.bytes.clone(), now, writes) };
        let way = failure::judge(&mut envelope, &held.queue, error, now, &self.options);
        memory::set_deaths(&mut envelope, &[]);
        let mut memory = Memory::read(&envelope);
        memory.error = None;
        memory.set_due(None);
        memory.write(&mut envelope);
        match way {
            Way::Again(at) => shelve(shelves::RETRY, &envelope, at, writes),
            Way::Dead => self.bury(envelope.to_bytes(), now, writes),
            Way::Nowhere => {}
        }
    }

    /// The same job comes again, as its own rules ask: for Sidekiq a new job, as Active Job's `retry_on` makes one.
    fn reenqueue(&self, held: &Held, data: &JobData, error: Option<&ErrorReport>, run: Run, writes: &mut Writes) {
        let Some(former) = readable(held) else { return self.bury(held.bytes.clone(), run.now, writes) };
        let attempts = payload::read(&held.bytes).attempts;
        let mut envelope = payload::write(data, &self.options.times.json(run.now));
        // What the class asks of Sidekiq stays; what tells of former attempts does not.
        for (key, value) in former.entries() {
            if !TELLS_OF_ATTEMPTS.contains(&key) && !envelope.has(key) {
                envelope.set_raw(key.to_owned(), value.to_owned());
            }
        }
        if let Some(retry) = former.raw("retry") {
            envelope.set_raw("retry", retry.to_owned());
        }
        if data.native.is_some() {
            TELLS_OF_ATTEMPTS.iter().filter(|key| **key != "egret").for_each(|key| envelope.remove(key));
        }
        let mut memory = Memory::read(&envelope);
        memory.runs = attempts + u32::from(run.has_begun);
        memory.error = error.cloned();
        memory.set_due(run.at);
        memory.write(&mut envelope);
        self.put(envelope, run.at, run.now, writes);
    }

    fn snooze(&self, held: &Held, run: Run, writes: &mut Writes) {
        let Some(mut envelope) = readable(held) else { return self.bury(held.bytes.clone(), run.now, writes) };
        let mut memory = Memory::read(&envelope);
        memory.runs += u32::from(run.has_begun);
        memory.error = None;
        memory.set_due(run.at);
        memory.write(&mut envelope);
        if run.has_begun {
            memory::set_deaths(&mut envelope, &[]);
        }
        self.put(envelope, run.at, run.now, writes);
    }
}

/// When a run ended and when the job comes again.
#[derive(Clone, Copy)]
struct Run {
    now: Timestamp,
    at: Option<Timestamp>,
    has_begun: bool,
}

/// Entries that a fresh job does not have.
const TELLS_OF_ATTEMPTS: [&str; 10] = [
    "retry_count",
    "failed_at",
    "retried_at",
    "error_class",
    "error_message",
    "error_backtrace",
    "discarded_at",
    "enqueued_at",
    "egret",
    "egret_deaths",
];

#[async_trait]
impl Format for Sidekiq {
    fn layout(&self) -> &Layout {
        &self.layout
    }

    fn capabilities(&self) -> &Capabilities {
        &self.capabilities
    }

    fn read(&self, bytes: &[u8], _queue: Option<&str>) -> Element {
        payload::read(bytes)
    }

    fn fault(&self, data: &JobData) -> Option<Words> {
        payload::fault_of_options(data)
    }

    fn store(&self, jobs: &[NewJob], now: Timestamp, writes: &mut Writes) -> Result<()> {
        let mut due: Vec<(String, Vec<Vec<u8>>)> = Vec::new();
        let moment = self.options.times.json(now);
        for NewJob { data, .. } in jobs {
            let mut envelope = payload::write(data, &moment);
            if let Some(at) = data.scheduled_at.filter(|at| *at > now) {
                self.put(envelope, Some(at), now, writes);
                continue;
            }
            envelope.set_raw("enqueued_at", moment.as_str());
            match due.iter_mut().find(|(queue, _)| queue == data.queue()) {
                Some((_, list)) => list.push(envelope.to_bytes()),
                None => due.push((data.queue().to_owned(), vec![envelope.to_bytes()])),
            }
        }
        if !due.is_empty() {
            let names = due.iter().map(|(queue, _)| queue.clone().into_bytes());
            writes.add([b"SADD".to_vec(), self.layout.queues.clone().into_bytes()].into_iter().chain(names));
        }
        for (queue, mut list) in due {
            while !list.is_empty() {
                let rest = list.split_off(list.len().min(PUSHED_AT_ONCE));
                let head = [b"LPUSH".to_vec(), self.layout.queue(&queue).into_bytes()];
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
        let Some(held) = held else {
            return Ok(if has_begun { Tally::Processed } else { Tally::Nothing });
        };
        let run = |at| Run { now, at, has_begun };
        match &finish.outcome {
            Outcome::Failed { error } => self.fail(held, error, now, writes),
            Outcome::Discarded { error } => {
                let bytes = self.buried(held, error, now).unwrap_or_else(|| held.bytes.clone());
                self.bury(bytes, finish.closed_at, writes);
            }
            Outcome::Reenqueue { data, at, error } => {
                self.reenqueue(held, data, error.as_ref(), run(*at), writes);
                return Ok(Tally::Processed);
            }
            Outcome::Snoozed { until } => {
                self.snooze(held, run(Some(*until)), writes);
                return Ok(if has_begun { Tally::Processed } else { Tally::Nothing });
            }
            _ => {}
        }
        Ok(Tally::Failed)
    }

    fn interrupted(&self, held: &Held, runner: &Runner, now: Timestamp) -> Fate {
        let Some(mut envelope) = readable(held) else { return Fate::Unchanged };
        let mut deaths = memory::deaths(&envelope);
        deaths.push(format!("`{}` on `{}` (process {})", runner.service, runner.host, runner.pid));
        if u32::try_from(deaths.len()).is_ok_and(|n_deaths| n_deaths < MAX_INTERRUPTIONS) {
            let mut memory = Memory::read(&envelope);
            memory.runs += 1;
            memory.write(&mut envelope);
            memory::set_deaths(&mut envelope, &deaths);
            return Fate::Back(envelope.to_bytes());
        }
        let message = format!("{} services died while it ran: {}", deaths.len(), deaths.join(", "));
        let bytes = self.buried(held, &ErrorReport::new(QUARANTINED, message), now);
        let mut writes = Writes::default();
        self.bury(bytes.unwrap_or_else(|| held.bytes.clone()), now, &mut writes);
        Fate::SetAside(payload::read(&held.bytes).id, writes)
    }

    fn iteration_key(&self, bytes: &[u8]) -> Option<String> {
        let jid: String = Envelope::parse(bytes).ok()?.get("jid")?;
        Some(format!("it-{jid}"))
    }

    fn counters(&self, now: Timestamp) -> Vec<Counter> {
        let day: Date = now.to_zoned_datetime(TimeZone::UTC).date();
        let counter = |name: &str, tally| {
            let total = Counter { key: format!("stat:{name}"), tally, kept_for: 0 };
            [total, Counter { key: format!("stat:{name}:{day}"), tally, kept_for: DAY_KEPT }]
        };
        [counter("processed", Tally::Processed), counter("failed", Tally::Failed)].concat()
    }

    async fn promote(&self, driver: &Driver, limit: usize) -> Result<usize> {
        let n_moved = shelves::promote(driver, &self.layout, &self.options, limit).await?;
        // What is left is due as well.
        if n_moved < limit && self.poller.counts_processes() {
            let mut command = redis::cmd("SCARD");
            command.arg("processes");
            self.poller.looked(driver.ask("count processes", &command).await?);
        }
        Ok(n_moved)
    }

    fn looks_for_due(&self) -> bool {
        self.poller.is_time()
    }

    fn next_look(&self) -> Option<Timestamp> {
        self.poller.next_look()
    }

    async fn tidy(&self, driver: &Driver) -> Result<()> {
        process::prune(driver).await
    }

    async fn reserved(&self, driver: &Driver, limit: usize) -> Result<Vec<Shelved>> {
        shelves::reserved(driver, limit).await
    }

    async fn given_up(&self, driver: &Driver, limit: usize) -> Result<Vec<Shelved>> {
        shelves::given_up(driver, limit).await
    }

    async fn shelf_sizes(&self, driver: &Driver) -> Result<ShelfSizes> {
        shelves::sizes(driver).await
    }

    fn shelves(&self) -> &'static [&'static str] {
        &[shelves::SCHEDULE, shelves::RETRY, shelves::DEAD]
    }

    fn revive(&self, bytes: &[u8], now: Timestamp) -> Writes {
        let mut writes = Writes::default();
        let element = payload::read(bytes);
        let readable = matches!(element.payload, Payload::Job(_)).then(|| Envelope::parse(bytes).ok()).flatten();
        let Some(mut envelope) = readable else {
            // Whoever takes it sets it aside again.
            writes.add([b"SADD".as_slice(), self.layout.queues.as_bytes(), DEFAULT_QUEUE.as_bytes()]);
            writes.add([b"LPUSH".as_slice(), self.layout.queue(DEFAULT_QUEUE).as_bytes(), bytes]);
            return writes;
        };
        // As a button of Sidekiq's page does it (6.4 to 8.1, `lib/sidekiq/api.rb`, `SortedEntry#retry`): the error stays to be
        // seen, and the last failure no longer counts. A run that went on counting here is remembered beside.
        let mut memory = Memory::read(&envelope);
        if let Some(count) = envelope.get::<i64>("retry_count") {
            envelope.set("retry_count", &(count - 1));
        }
        let n_counted = envelope.get::<i64>("retry_count").map_or(0, |count| count.saturating_add(1).max(0));
        memory.runs = element.attempts.saturating_sub(u32::try_from(n_counted).unwrap_or(u32::MAX));
        memory.error = None;
        memory.set_due(None);
        memory::set_deaths(&mut envelope, &[]);
        payload::reset_counters(&mut envelope, &mut memory);
        memory.write(&mut envelope);
        self.put(envelope, None, now, &mut writes);
        writes
    }

    fn hasten(&self, bytes: &[u8], now: Timestamp) -> Writes {
        let mut writes = Writes::default();
        match Envelope::parse(bytes) {
            Ok(envelope) => self.put(envelope, None, now, &mut writes),
            Err(_) => self.bury(bytes.to_vec(), now, &mut writes),
        }
        writes
    }

    fn postpone(&self, bytes: &[u8], shelf: Option<&str>, at: Timestamp, now: Timestamp) -> Writes {
        let mut writes = Writes::default();
        match (shelf, Envelope::parse(bytes)) {
            // The bytes stay as they are, so that whoever has read them finds them.
            (Some(shelf), _) => {
                let score = times::float(times::seconds(at));
                writes.add([b"ZADD".as_slice(), shelf.as_bytes(), score.as_bytes(), bytes]);
            }
            (None, Ok(envelope)) => self.put(envelope, Some(at), now, &mut writes),
            (None, Err(_)) => self.bury(bytes.to_vec(), now, &mut writes),
        }
        writes
    }

    fn reserved_state(&self, shelved: &Shelved, element: &Element) -> JobState {
        if shelved.shelf == shelves::RETRY {
            return JobState::Retryable;
        }
        let remembers =
            Envelope::parse(&shelved.bytes).ok().map(|envelope| (envelope.has("egret"), Memory::read(&envelope)));
        let has_failed = match remembers {
            Some((true, memory)) => memory.error.is_some(),
            // Ruby's `retry_on` leaves no other trace.
            _ => matches!(&element.payload, Payload::Job(data)
                if data.native.is_none() && data.exception_executions.as_ref().is_some_and(|counts| !counts.is_empty())),
        };
        if has_failed { JobState::Retryable } else { JobState::Scheduled }
    }

    async fn appear(&self, driver: &Driver, appearance: Appearance<'_>) -> Result<Vec<ServiceOrder>> {
        process::appear(driver, &self.options, &self.metrics, &appearance).await
    }

    fn disappearance(&self, service: ServiceId, info: &ServiceInfo) -> Writes {
        process::disappearance(service, info)
    }

    async fn disappear(&self, driver: &Driver, service: ServiceId, info: &ServiceInfo) -> Result<()> {
        process::disappear(driver, &self.metrics, service, info).await
    }

    async fn strangers(&self, driver: &Driver, ours: &[ServiceId]) -> Result<Vec<Stranger>> {
        strangers::list(driver, &|identity| is_one_of(ours, identity)).await
    }

    async fn order_stranger(
        &self,
        driver: &Driver,
        ours: &[ServiceId],
        id: ServiceId,
        order: ServiceOrder,
    ) -> Result<bool> {
        strangers::order(driver, &|identity| is_one_of(ours, identity), id, order).await
    }

    fn note_end(&self, ended: Ended<'_>) {
        self.metrics.note(&ended);
    }
}

/// More words one command does not get.
const PUSHED_AT_ONCE: usize = 1_000;

/// The payload of a claim; `None` when it is no job.
fn readable(held: &Held) -> Option<Envelope<'_>> {
    matches!(payload::read(&held.bytes).payload, Payload::Job(_)).then(|| Envelope::parse(&held.bytes).ok()).flatten()
}

/// Adds what puts a payload into a sorted set, as Ruby would write it.
fn shelve(shelf: &str, envelope: &Envelope<'_>, at: Timestamp, writes: &mut Writes) {
    let text = String::from_utf8(envelope.to_bytes()).expect("an envelope is text");
    let score = times::float(times::seconds(at));
    writes.add(["ZADD", shelf, &score, &as_ruby_writes(&text)]);
}

/// Whether an identity is that of one of these services of ours.
fn is_one_of(ours: &[ServiceId], identity: &str) -> bool {
    ours.iter().any(|id| identity.ends_with(&format!(":{}", process::nonce(*id))))
}

/// The words of a command behind its name.
trait Prefixed {
    fn prefixed(self, name: &str) -> Vec<Vec<u8>>;
}

impl<T: Into<Vec<u8>>, const N: usize> Prefixed for [T; N] {
    fn prefixed(self, name: &str) -> Vec<Vec<u8>> {
        std::iter::once(name.as_bytes().to_vec()).chain(self.into_iter().map(Into::into)).collect()
    }
}

fn capabilities(options: &SidekiqOptions) -> Capabilities {
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
        iterations: true,
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
        failure_policy: FailurePolicy::Growing { max_attempts: options.max_retries.saturating_add(1) },
        // Sidekiq 8 (`lib/sidekiq/cli.rb`) warns of all others and goes on.
        longest_run: None,
        delays_jobs: true,
        unseen_workers: false,
        signals: SignalMap {
            tstp: SignalMeaning::Quiet,
            ttin: SignalMeaning::Report,
            usr1: SignalMeaning::Nothing,
            usr2: SignalMeaning::Nothing,
            cont: SignalMeaning::Nothing,
        },
    }
}
