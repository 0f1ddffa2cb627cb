//! What the store must be told of a format: its names of keys, which end is popped, and what its bytes mean.

use std::fmt::Debug;

use async_trait::async_trait;
use egret_core::{
    Capabilities, ClaimToken, ClaimedJob, ErrorReport, Finish, JobData, JobId, JobRecord, JobState, NewJob, Origin,
    Outcome, Payload, Result, Runner, ServiceId, ServiceInfo, ServiceOrder, ServiceRecord, Timestamp, Words,
};

use super::seats::SeatKeys;
use super::writes::Writes;
use crate::driver::Driver;

/// Names of keys, and the ends of lists.
#[derive(Clone, Debug)]
pub(crate) struct Layout {
    /// Begin of every key that is ours alone, such as `egret:sidekiq:`.
    pub(crate) own: String,
    /// The set of the names of queues.
    pub(crate) queues: String,
    /// Begin of the key of a queue; its name follows.
    pub(crate) queue_prefix: String,
    /// The end of a queue at which jobs are taken. They come in at the other.
    pub(crate) taken_at: End,
    /// A set of queues that others have paused and that we must respect too.
    pub(crate) other_pauses: Option<String>,
    /// A text that pauses every worker while it says true, in any case and with blanks around (Resque).
    pub(crate) pause_all: Option<String>,
    /// Sorted sets whose lowest score is the time in seconds at which something reserved becomes due.
    pub(crate) reserved: Vec<String>,
    /// Where each of the jobs that a service runs at once has a worker of its own, which tells what it does.
    pub(crate) seats: Option<SeatKeys>,
}

/// An end of a list.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum End {
    Left,
    Right,
}

impl Layout {
    pub(crate) fn queue(&self, name: &str) -> String {
        format!("{}{name}", self.queue_prefix)
    }

    /// Takes jobs that come next.
    pub(crate) fn take(&self) -> &'static str {
        match self.taken_at {
            End::Left => "LPOP",
            End::Right => "RPOP",
        }
    }

    /// Adds a job behind all others.
    pub(crate) fn add(&self) -> &'static str {
        match self.taken_at {
            End::Left => "RPUSH",
            End::Right => "LPUSH",
        }
    }

    /// Puts a job before all others.
    pub(crate) fn give_back(&self) -> &'static str {
        match self.taken_at {
            End::Left => "LPUSH",
            End::Right => "RPUSH",
        }
    }
}

/// What stands in the bytes of a job of which a service has died. A script looks for this text, so that no more such jobs
/// are claimed than asked for; what it means is read from the bytes.
pub(crate) const INTERRUPTED_MARK: &str = "\"egret_deaths\":[";

/// What a format's bytes say of one job.
#[derive(Clone, Debug)]
pub(crate) struct Element {
    pub(crate) id: JobId,
    pub(crate) payload: Payload,
    /// Runs that ended counted or were interrupted.
    pub(crate) attempts: u32,
    pub(crate) interruptions: u32,
    /// The queue that it names, if it names one.
    pub(crate) queue: Option<String>,
    pub(crate) due_at: Timestamp,
    pub(crate) enqueued_at: Timestamp,
    pub(crate) error: Option<ErrorReport>,
    /// When it is of no use any more, unless it has begun; `None` for never.
    pub(crate) expires_at: Option<Timestamp>,
}

impl Element {
    pub(crate) fn class(&self) -> &str {
        self.payload.job().map_or("", |data| data.job_class.as_str())
    }

    pub(crate) fn claimed(self, token: ClaimToken, queue: String) -> ClaimedJob {
        ClaimedJob {
            token,
            id: self.id,
            queue,
            attempt: self.attempts + 1,
            interruptions: self.interruptions,
            due_at: self.due_at,
            // Whoever can reach the server can have written it.
            origin: Origin::Unknown,
            payload: self.payload,
        }
    }

    /// How it shows in listings. `queue` is the list that it lies in; without one, the queue that it names.
    pub(crate) fn record(self, state: JobState, queue: Option<&str>) -> JobRecord {
        let named = self.queue;
        let mut record = JobRecord::new(self.id, state, self.payload, self.due_at, self.enqueued_at);
        if let Some(queue) = queue.map(str::to_owned).or(named) {
            record.queue = queue;
        }
        record.attempt = self.attempts + u32::from(state == JobState::Running);
        record.interruptions = self.interruptions;
        record.error = self.error;
        record
    }
}

/// The bytes of a claim and the queue that they were taken from.
#[derive(Clone, Debug)]
pub(crate) struct Held {
    pub(crate) queue: String,
    pub(crate) bytes: Vec<u8>,
    /// The worker that sat down at it when it was claimed, where workers have seats.
    pub(crate) worker: Option<String>,
}

impl Held {
    /// Reads the value that scripts keep: length of the queue's name, colon, name, bytes.
    pub(crate) fn parse(value: &[u8]) -> Option<Self> {
        let colon = value.iter().position(|byte| *byte == b':')?;
        let length: usize = std::str::from_utf8(&value[..colon]).ok()?.parse().ok()?;
        let (queue, bytes) = value[colon + 1..].split_at_checked(length)?;
        Some(Self { queue: String::from_utf8_lossy(queue).into_owned(), bytes: bytes.to_vec(), worker: None })
    }
}

/// How the end of a claim counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Tally {
    /// Not at all.
    Nothing,
    /// As a job that was processed.
    Processed,
    /// As one that was processed and failed.
    Failed,
}

impl Tally {
    pub(crate) fn word(self) -> &'static str {
        match self {
            Self::Nothing => "-",
            Self::Processed => "p",
            Self::Failed => "f",
        }
    }
}

/// A counter that moves with every end of its kind.
#[derive(Clone, Debug)]
pub(crate) struct Counter {
    pub(crate) key: String,
    /// What moves it: `Processed` counts the failed ones as well.
    pub(crate) tally: Tally,
    /// Seconds after which it is forgotten when nothing moves it; 0 for never.
    pub(crate) kept_for: u32,
}

/// What becomes of the job of a service that died while it ran.
#[derive(Debug)]
pub(crate) enum Fate {
    /// It goes back, with the interruption noted in these bytes.
    Back(Vec<u8>),
    /// It is set aside by these writes.
    SetAside(JobId, Writes),
    /// It cannot be told anything: it goes back as it is, uncounted.
    Unchanged,
}

/// A job that lies elsewhere than in a queue: reserved, or given up.
#[derive(Clone, Debug)]
pub(crate) struct Shelved {
    pub(crate) bytes: Vec<u8>,
    /// When it is due, or when it was given up.
    pub(crate) at: Timestamp,
    /// The sorted set or list that it lies in.
    pub(crate) shelf: &'static str,
}

/// How many jobs lie on the shelves.
#[derive(Clone, Copy, Debug)]
pub(crate) struct ShelfSizes {
    pub(crate) reserved: u64,
    pub(crate) given_up: u64,
}

/// A service of ours as others of the format see it.
#[derive(Debug)]
pub(crate) struct Appearance<'a> {
    pub(crate) service: ServiceId,
    /// The key of ours that is there for as long as the service is: without it nothing may be shown any more.
    pub(crate) proof: &'a str,
    pub(crate) info: &'a ServiceInfo,
    pub(crate) started_at: Timestamp,
    pub(crate) resident_bytes: u64,
    pub(crate) is_quiet: bool,
    /// Jobs that run, with the time at which they began.
    pub(crate) running: &'a [(u64, Held, Timestamp)],
    /// How long the last beat took.
    pub(crate) round_trip: std::time::Duration,
}

/// A process of others, shown as a service.
#[derive(Debug)]
pub(crate) struct Stranger {
    pub(crate) record: ServiceRecord,
    /// What it runs, by its own word, and since when, if it says so.
    pub(crate) running: Vec<(Held, Option<Timestamp>)>,
}

/// One end of a run, for the format's figures.
#[derive(Debug)]
pub(crate) struct Ended<'a> {
    pub(crate) class: &'a str,
    pub(crate) started_at: Timestamp,
    pub(crate) closed_at: Timestamp,
    pub(crate) has_failed: bool,
}

/// One format: what it calls things and what its bytes mean. It decides nothing about claims.
#[async_trait]
pub(crate) trait Format: Debug + Send + Sync + 'static {
    fn layout(&self) -> &Layout;

    fn capabilities(&self) -> &Capabilities;

    // --- bytes

    /// What bytes in a queue, or on a shelf of reserved jobs, mean. `queue` is the list that they lie in; `None` on a shelf.
    fn read(&self, bytes: &[u8], queue: Option<&str>) -> Element;

    /// What bytes on a shelf of jobs that were given up mean.
    fn read_given_up(&self, bytes: &[u8]) -> Element {
        self.read(bytes, None)
    }

    /// Why no worker of the format could run a job, if so; what is wrong for every format is looked at elsewhere.
    fn fault(&self, _data: &JobData) -> Option<Words> {
        None
    }

    /// Appends what stores the jobs: all of them, those in the past in their queues.
    fn store(&self, jobs: &[NewJob], now: Timestamp, writes: &mut Writes) -> Result<()>;

    /// Whether an end can be told without the bytes of the job.
    fn ends_without_bytes(&self, outcome: &Outcome) -> bool;

    /// Appends what belongs to an end of a claim, follow-ups aside, and says how it counts. `held` is there unless
    /// [`ends_without_bytes`](Self::ends_without_bytes).
    fn settle(&self, held: Option<&Held>, finish: &Finish, now: Timestamp, writes: &mut Writes) -> Result<Tally>;

    /// What becomes of a job whose service died while it ran.
    fn interrupted(&self, held: &Held, runner: &Runner, now: Timestamp) -> Fate;

    /// The key under which it is kept how far a job has come that goes through elements; `None` where none is kept.
    fn iteration_key(&self, _bytes: &[u8]) -> Option<String> {
        None
    }

    /// The counters of this day.
    fn counters(&self, now: Timestamp) -> Vec<Counter>;

    // --- shelves

    /// Moves what is due into the queues, at most so many, and says how many were moved. Each job is moved once, whoever
    /// else moves jobs at the same time.
    async fn promote(&self, driver: &Driver, limit: usize) -> Result<usize>;

    /// Whether this is the time to look for due jobs.
    fn looks_for_due(&self) -> bool {
        true
    }

    /// When they are looked for next; `None` as soon as one is due.
    fn next_look(&self) -> Option<Timestamp> {
        None
    }

    /// Takes away what others of the format have left behind. Called now and then by every process.
    async fn tidy(&self, _driver: &Driver) -> Result<()> {
        Ok(())
    }

    /// The reserved jobs, those due first first, at most so many.
    async fn reserved(&self, driver: &Driver, limit: usize) -> Result<Vec<Shelved>>;

    /// The jobs that were given up, the latest first, at most so many.
    async fn given_up(&self, driver: &Driver, limit: usize) -> Result<Vec<Shelved>>;

    /// How many jobs lie on the shelves. Where it is not told, those that are looked at count.
    async fn shelf_sizes(&self, _driver: &Driver) -> Result<ShelfSizes> {
        Ok(ShelfSizes { reserved: 0, given_up: 0 })
    }

    // --- look-up and changes by hand, where the capabilities say that they are possible

    /// Shelves on which the server looks for jobs by their ids. Where it can on none, since they are more than one key each, they
    /// are read for it.
    fn shelves(&self) -> &'static [&'static str] {
        &[]
    }

    /// The type of a shelf, as scripts are told: `zset` or `list`.
    fn shelf_type(&self, _shelf: &str) -> &'static str {
        "zset"
    }

    /// A job of a shelf as it was found by a search, with its score: the time in seconds.
    fn shelved(&self, shelf: &'static str, bytes: Vec<u8>, score: Option<f64>) -> Shelved {
        Shelved { bytes, at: at_seconds(score.unwrap_or_default()), shelf }
    }

    /// The key of a shelf, or of that part of it in which a job of the queue lies that is due, or was given up, at the time.
    fn shelf_key(&self, shelf: &str, _queue: &str, _at: Timestamp) -> String {
        shelf.to_owned()
    }

    /// What takes the traces of a job away that lie beside it on a shelf.
    fn left_on_shelf(&self, _shelf: &str, _bytes: &[u8], _at: Timestamp) -> Writes {
        Writes::default()
    }

    /// What stays on the shelf in the place of a job that was given up and now runs again; by default nothing.
    fn kept_of_revived(&self, _bytes: &[u8], _now: Timestamp) -> Option<Vec<u8>> {
        None
    }

    /// What lets a job run again, at once and as if it had not failed.
    fn revive(&self, _bytes: &[u8], _now: Timestamp) -> Writes {
        Writes::default()
    }

    /// What lets a reserved job run at once.
    fn hasten(&self, _bytes: &[u8], _now: Timestamp) -> Writes {
        Writes::default()
    }

    /// What puts a waiting job where it waits for another time, in the future. `shelf` is where it lies, if not in a queue.
    fn postpone(&self, _bytes: &[u8], _shelf: Option<&str>, _at: Timestamp, _now: Timestamp) -> Writes {
        Writes::default()
    }

    /// The state of a job that was given up.
    fn given_up_state(&self, _shelved: &Shelved) -> JobState {
        JobState::Discarded
    }

    /// The state of a reserved job.
    fn reserved_state(&self, shelved: &Shelved, element: &Element) -> JobState;

    // --- citizenship

    /// Shows a service to others of the format, with a beat. Answers what they ask of it. In one step with a look at its
    /// [`proof`](Appearance::proof): a beat may be overtaken by the leave, or the rescue, of its own service.
    async fn appear(&self, driver: &Driver, appearance: Appearance<'_>) -> Result<Vec<ServiceOrder>>;

    /// Commands that take away what shows a service, in the very step in which it leaves or is buried: whoever is to do the rest by
    /// [`disappear`](Self::disappear) may die before it, and the service would seem to live.
    fn disappearance(&self, _service: ServiceId, _info: &ServiceInfo) -> Writes {
        Writes::default()
    }

    /// Takes away what shows a service that has left or died.
    async fn disappear(&self, driver: &Driver, service: ServiceId, info: &ServiceInfo) -> Result<()>;

    /// Processes of others on the same queues. `ours` are the services of ours, which the format may list too.
    async fn strangers(&self, _driver: &Driver, _ours: &[ServiceId]) -> Result<Vec<Stranger>> {
        Ok(Vec::new())
    }

    /// Gives an order to a process of others, if there is one of the id.
    async fn order_stranger(
        &self,
        _driver: &Driver,
        _ours: &[ServiceId],
        _id: ServiceId,
        _order: ServiceOrder,
    ) -> Result<bool> {
        Ok(false)
    }

    /// Notes the end of a run for the format's figures.
    fn note_end(&self, ended: Ended<'_>);
}

/// The instant of seconds since the epoch, to the microsecond.
pub(crate) fn at_seconds(seconds: f64) -> Timestamp {
    #[expect(clippy::cast_possible_truncation, reason = "what does not fit becomes the end of time")]
    let microseconds = (seconds * 1e6).round() as i64;
    egret_core::job_data::from_microseconds(microseconds)
}
