//! The verb *enqueue*: what goes in, what comes out.

use std::sync::Arc;
use std::time::Duration;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::Selection;
use crate::{JobData, JobId, Origin, ProcessIdentity};

/// A job to be stored.
#[derive(Clone, Debug)]
pub struct NewJob {
    /// The payload; its queue, priority and `scheduled_at` say where and when it waits.
    pub data: JobData,
    /// Where the enqueue comes from.
    pub origin: Origin,
    /// Conditions judged in the same atomic step; none for most jobs.
    pub conditions: Option<Box<Conditions>>,
}

impl NewJob {
    /// A job without conditions.
    pub fn new(data: JobData, origin: Origin) -> Self {
        Self { data, origin, conditions: None }
    }
}

/// Conditions under which a job is stored, all judged in the atomic step that stores it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Conditions {
    /// Refuse when this many jobs of the queue are waiting or running.
    pub max_queue_size: Option<u64>,
    /// Refuse when the user has this many jobs waiting or running.
    pub user_limit: Option<UserLimit>,
    /// Answer *duplicate* while another job with the key lives or ended less than the window ago.
    pub unique: Option<UniqueKey>,
}

/// A cap on the live jobs of one user.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UserLimit {
    /// The user, the binding `user_id`.
    pub user_id: String,
    /// Jobs waiting or running at which a further one is refused.
    pub limit: u64,
}

/// A key that only one job at a time may have.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UniqueKey {
    /// The key.
    pub key: String,
    /// For how long after the enqueue the key stays taken even if the job has ended.
    pub window: Option<Duration>,
}

/// A batch of jobs to be stored in one atomic step.
#[derive(Clone, Debug)]
pub struct EnqueueRequest {
    /// The jobs.
    pub jobs: Vec<NewJob>,
    /// Given by callers in on-demand mode: asks whether the caller must start a service.
    pub start: Option<Arc<StartRequest>>,
}

/// The answer to an [`EnqueueRequest`]. The jobs are stored (durably, where the store can) before it is given.
#[derive(Clone, Debug)]
pub struct EnqueueReply {
    /// One answer a job, in order.
    pub outcomes: Vec<Enqueued>,
    /// The right, and duty, to start a service now.
    pub start: Option<StartRight>,
}

/// What became of one job of an enqueue.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Enqueued {
    /// It is stored under this id.
    Stored(JobId),
    /// A job with this id or this unique key is there already; nothing was stored. Names the job that is there.
    Duplicate(JobId),
    /// A limit is full; nothing was stored.
    Refused(LimitReached),
}

/// The limit that refused a job.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, thiserror::Error)]
#[non_exhaustive]
pub enum LimitReached {
    /// `pool.NAME.max_size` of the queue.
    #[error("the queue `{queue}` is full: it holds {limit} {}", jobs(*limit))]
    QueueSize {
        /// The queue.
        queue: String,
        /// Its limit.
        limit: u64,
    },
    /// `size_limit_per_user`.
    #[error("the user `{user_id}` has {limit} {} waiting or running, no more are allowed", jobs(*limit))]
    PerUser {
        /// The user.
        user_id: String,
        /// The limit.
        limit: u64,
    },
}

fn jobs(n: u64) -> &'static str {
    if n == 1 { "job" } else { "jobs" }
}

/// Asks for the right to start a service on demand.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StartRequest {
    /// Name of the service, for example `job:service`.
    pub name: String,
    /// How many services of the name may live at once.
    pub max_services: u32,
    /// Who asks and will start.
    pub holder: ProcessIdentity,
    /// After how long the right lapses when no service has taken it over. Default 10 s.
    pub lapse: Duration,
    /// What the service would claim. Jobs beyond it give no right: a service started for them would leave at once, and the
    /// next enqueue would start another. Default everything.
    pub selection: Arc<Selection>,
}

impl StartRequest {
    /// After how long an unused right to start lapses.
    pub const LAPSE: Duration = Duration::from_secs(10);

    /// A request of this process.
    pub fn new(name: impl Into<String>, max_services: u32) -> Self {
        Self {
            name: name.into(),
            max_services,
            holder: ProcessIdentity::current(),
            lapse: Self::LAPSE,
            selection: Arc::new(Selection::strict(["*"])),
        }
    }
}

/// The right to start one service. The service that is started takes it over when it registers; a start that fails
/// gives it back with [`Backend::start_failed`](crate::Backend::start_failed).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct StartRight {
    /// Name of the service to start.
    pub name: String,
    /// Names this right alone.
    pub nonce: u64,
    /// When it was given.
    pub granted_at: Timestamp,
}

/// How starting a service on demand stands, for `why` and `status`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct StartStatus {
    /// Name of the service.
    pub name: String,
    /// A right that is given and not yet taken over.
    pub pending: Option<StartRight>,
    /// Failed starts since the last success.
    pub failures: u32,
    /// The error of the last failed start.
    pub last_error: Option<String>,
    /// No new right is given before this moment.
    pub not_before: Option<Timestamp>,
}
