//! A job as a store holds it.

use jiff::Timestamp;
use serde::{Deserialize, Serialize, Serializer};

use crate::{ErrorReport, JobData, JobId, JobState, Progress, Runner, ServiceId};

/// A job as a store holds it: the payload and what the store knows beside it.
#[derive(Clone, Debug, Serialize)]
#[non_exhaustive]
pub struct JobRecord {
    /// The job.
    pub id: JobId,
    /// Where it is in its life. A claimed job that has not started counts and shows as available.
    pub state: JobState,
    /// Its queue.
    pub queue: String,
    /// Its class; empty when the payload cannot be read.
    pub class: String,
    /// Smaller runs first.
    pub priority: i64,
    /// Number of its latest attempt, from 1; 0 before the first ends or starts.
    pub attempt: u32,
    /// Services that died while it ran, since its last success.
    pub interruptions: u32,
    /// When it may run.
    pub due_at: Timestamp,
    /// When the store took it; the begin of 1970 where nobody wrote that down, see
    /// [`known_enqueued_at`](Self::known_enqueued_at).
    pub enqueued_at: Timestamp,
    /// The service that holds it.
    pub claimed_by: Option<ServiceId>,
    /// Where that service runs. `None` when nobody holds the job, or the store cannot tell.
    pub runner: Option<Runner>,
    /// How far its present attempt has said to be; `None` while it does not run.
    pub progress: Option<Progress>,
    /// The user to whom it is bound; see [`Belonging`](crate::Belonging).
    pub user: Option<String>,
    /// The site to which it is bound.
    pub site: Option<String>,
    /// When its present or last attempt began.
    pub started_at: Option<Timestamp>,
    /// When it reached a terminal state.
    pub finished_at: Option<Timestamp>,
    /// Where the enqueue came from.
    pub origin: Origin,
    /// The error of its last attempt.
    pub error: Option<ErrorReport>,
    /// The payload. It holds the requested time of the run, and under `continuation` how far earlier attempts came.
    pub payload: Payload,
}

impl JobRecord {
    /// A record with the given essentials; everything else as of a job that has never run.
    pub fn new(id: JobId, state: JobState, payload: Payload, due_at: Timestamp, enqueued_at: Timestamp) -> Self {
        let (queue, class, priority) = match &payload {
            Payload::Job(data) => (data.queue().to_owned(), data.job_class.clone(), data.priority.unwrap_or(0)),
            Payload::Unreadable(_) => (String::new(), String::new(), 0),
        };
        let belonging = payload.job().map(JobData::belonging).unwrap_or_default();
        Self {
            id,
            state,
            queue,
            class,
            priority,
            attempt: 0,
            interruptions: 0,
            due_at,
            enqueued_at,
            claimed_by: None,
            runner: None,
            progress: None,
            user: belonging.user,
            site: belonging.site,
            started_at: None,
            finished_at: None,
            origin: Origin::Unknown,
            error: None,
            payload,
        }
    }

    /// When the store took it; `None` where that is not known. Resque writes down no times.
    pub fn known_enqueued_at(&self) -> Option<Timestamp> {
        Some(self.enqueued_at).filter(|at| *at > Timestamp::UNIX_EPOCH)
    }

    /// The moment by which it is listed and by which an operator means "the jobs of this hour": its end once it has ended,
    /// before that the time at which it is or was due.
    pub fn moment(&self) -> Timestamp {
        self.finished_at.unwrap_or(self.due_at)
    }
}

/// The payload of a stored job.
#[derive(Clone, Debug)]
pub enum Payload {
    /// It can be read.
    Job(Box<JobData>),
    /// It cannot; the job is kept.
    Unreadable(UnreadablePayload),
}

/// Bytes in a store that are no job.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UnreadablePayload {
    /// The bytes as the store holds them.
    pub bytes: Vec<u8>,
    /// What is wrong with them.
    pub reason: String,
}

impl Payload {
    /// Reads stored bytes.
    pub fn parse(bytes: &[u8]) -> Self {
        match serde_json::from_slice(bytes) {
            Ok(data) => Self::Job(Box::new(data)),
            Err(error) => Self::Unreadable(UnreadablePayload { bytes: bytes.to_vec(), reason: error.to_string() }),
        }
    }

    /// The payload, if it can be read.
    pub fn job(&self) -> Option<&JobData> {
        match self {
            Self::Job(data) => Some(data),
            Self::Unreadable(_) => None,
        }
    }
}

impl Serialize for Payload {
    /// The payload itself, or the text of the unreadable bytes.
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Job(data) => data.serialize(serializer),
            Self::Unreadable(unreadable) => serializer.serialize_str(&String::from_utf8_lossy(&unreadable.bytes)),
        }
    }
}

/// Where an enqueue came from. Programs given by a job run only when a person with a shell or the application asked.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Origin {
    /// The store cannot tell: another program can have written the job.
    #[default]
    Unknown,
    /// The application's code.
    Application,
    /// The command line.
    CommandLine,
    /// A form or the API of the console.
    Console,
}

impl Origin {
    /// The word used in stores, listings and JSON.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Unknown => "unknown",
            Self::Application => "application",
            Self::CommandLine => "command_line",
            Self::Console => "console",
        }
    }
}
