//! The verbs *register*, *beat*, *leave* and *rescue*: services and whether they live.

use std::sync::Arc;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::{ClassSelection, Selection, StartRight};
use crate::{ClaimToken, JobId, ProcessIdentity, ServiceId};

/// A service that presents itself to the store.
#[derive(Clone, Debug)]
pub struct ServiceInfo {
    /// Its name, for example `job:service`; several services may share it.
    pub name: String,
    /// Where it runs.
    pub process: ProcessIdentity,
    /// Its mode.
    pub mode: ServiceMode,
    /// What it claims.
    pub selection: Arc<Selection>,
    /// Jobs at once.
    pub concurrency: u32,
    /// The right to start that led to it; taken over by the registration.
    pub start_right: Option<u64>,
    /// Refuse the registration with [`ErrorKind::Conflict`](crate::ErrorKind::Conflict) when this many services of the
    /// name live already, judged in the atomic step of the registration: a start that took longer than its right lasted
    /// must not make one service too many. `None`: any number may live (the operator's, in service mode).
    pub max_services: Option<u32>,
}

/// How a service comes and goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ServiceMode {
    /// Started when a job is enqueued, leaves when the pool is empty.
    OnDemand,
    /// A fixed number of processes, started and stopped by the operator.
    Service,
}

impl ServiceMode {
    /// The word of `config/job.yml` and `status.json`.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::OnDemand => "on_demand",
            Self::Service => "service",
        }
    }
}

/// What a service tells with each beat.
#[derive(Clone, Debug, Default)]
pub struct Beat {
    /// Claims whose jobs run now.
    pub running: Vec<ClaimToken>,
    /// Its resident memory in bytes; 0 if unknown.
    pub resident_bytes: u64,
    /// Jobs ended since it started.
    pub n_finished: u64,
    /// What it does.
    pub phase: ServicePhase,
}

/// What a service does.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ServicePhase {
    /// Claims and performs.
    #[default]
    Running,
    /// Performs what it has and claims nothing.
    Quiet,
    /// Finishes what runs and leaves.
    Stopping,
}

impl ServicePhase {
    /// The word used in stores, listings and JSON.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Running => "running",
            Self::Quiet => "quiet",
            Self::Stopping => "stopping",
        }
    }
}

/// What a service has to do, by the answer to a beat.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Orders {
    /// The latest order of an operator; `None` when nobody asked anything.
    pub order: Option<GivenOrder>,
    /// Jobs of its own that a person cancelled.
    pub cancel: Vec<JobId>,
    /// Claims that it no longer has. Their jobs must be cancelled without a finish.
    pub lost: Vec<ClaimToken>,
    /// The store no longer knows the service: it was taken for dead. It must register anew, under a new nonce.
    pub unknown: bool,
}

/// A service as the store knows it.
#[derive(Clone, Debug, Serialize)]
pub struct ServiceRecord {
    /// Its nonce.
    pub id: ServiceId,
    /// Its name.
    pub name: String,
    /// Where it runs.
    pub process: ProcessIdentity,
    /// Its mode.
    pub mode: ServiceMode,
    /// The queues that it polls, in order.
    pub queues: Vec<String>,
    /// The classes that it can run, as it told when it registered.
    pub classes: ClassSelection,
    /// Jobs at once.
    pub concurrency: u32,
    /// When it registered; the begin of 1970 where that is not known, see [`known_started_at`](Self::known_started_at).
    pub started_at: Timestamp,
    /// Its last beat.
    pub beat_at: Timestamp,
    /// What it does, by its own last word.
    pub phase: ServicePhase,
    /// Claims that it has.
    pub n_claimed: u32,
    /// Claims whose jobs run.
    pub n_running: u32,
    /// Resident memory in bytes; 0 if unknown.
    pub resident_bytes: u64,
    /// Jobs ended since it started.
    pub n_finished: u64,
    /// Whether it lives, by what this store can tell now.
    pub is_alive: bool,
    /// Which orders it follows. Processes of other systems follow those that their system has. Not part of the JSON.
    #[serde(skip)]
    pub follows: &'static [ServiceOrder],
}

impl ServiceRecord {
    /// When it registered; `None` where that is not known: a process of others need not say it.
    pub fn known_started_at(&self) -> Option<Timestamp> {
        Some(self.started_at).filter(|at| *at > Timestamp::UNIX_EPOCH)
    }
}

/// Asks to leave.
#[derive(Clone, Debug)]
pub enum Leave {
    /// Whatever there is; the claims that it still has go back uncounted.
    Always,
    /// Only when nothing waits, due or reserved, that the selection covers. Judged in the same atomic step as leaving,
    /// so that no job can slip in between.
    WhenIdle(Arc<Selection>),
}

/// The answer to [`Leave`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Left {
    /// The store no longer counts the service as alive: the next enqueue starts another.
    Gone,
    /// Something waits; the service stays.
    Stays {
        /// When the next waiting job is due.
        next_due: Option<Timestamp>,
    },
}

/// What a rescue did.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct RescueReport {
    /// Services found dead.
    pub dead_services: Vec<ServiceId>,
    /// Jobs that went back to their places.
    pub n_released: u64,
    /// Of these, jobs that had started: their interruptions were counted.
    pub n_interrupted: u64,
    /// Jobs set aside because services died during them too often.
    pub quarantined: Vec<JobId>,
    /// Tasks whose owner had gone: they were closed.
    pub closed_tasks: Vec<String>,
}

/// The number of interruptions at which a job is quarantined instead of being given back.
pub const MAX_INTERRUPTIONS: u32 = 3;

/// An operator's order to a service. The latest counts, except that nothing takes a stop back.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ServiceOrder {
    /// Claim nothing more, stay.
    Quiet,
    /// Claim again after a quiet.
    Resume,
    /// Finish and leave.
    Stop,
}

impl ServiceOrder {
    /// Every order.
    pub const ALL: &'static [Self] = &[Self::Quiet, Self::Resume, Self::Stop];

    /// The word of the command line and of JSON.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Quiet => "quiet",
            Self::Resume => "resume",
            Self::Stop => "stop",
        }
    }
}

/// An order as a service learns of it, with every beat until there is another one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct GivenOrder {
    /// Counts the orders to one service, from 1. An order is followed once: what was asked of the service since, by a
    /// signal for example, stands until the next order.
    pub number: u64,
    /// What to do.
    pub order: ServiceOrder,
}

/// What follows from a right to start that ended without a service.
#[derive(Clone, Debug)]
pub struct StartFailure {
    /// The right.
    pub right: StartRight,
    /// Why no service came, for `why`.
    pub error: String,
}
