//! What has to be known to say why a job does not run.

use std::time::Duration;

use egret_core::job_data::saturating_add;
use egret_core::{
    Backlog, ClassSelection, JobFilter, JobId, JobRecord, JobState, Page, ServiceRecord, StartStatus, Timestamp,
    queue_is_among,
};

use crate::config::{Mode, Section};
use crate::{App, Error};

/// So many running jobs are looked through for those that hold a job back.
const MOST_HOLDERS: usize = 200;

/// A job and what surrounds it, as of one moment.
#[derive(Clone, Debug)]
pub struct Circumstances {
    /// The job.
    pub record: JobRecord,
    /// The store's now.
    pub now: Timestamp,
    /// This machine's now, at the same moment.
    pub local_now: Timestamp,
    /// Every service that has neither left nor been rescued.
    pub services: Vec<ServiceRecord>,
    /// The section by which services are started on demand.
    pub section: Section,
    /// How starting a service stands; `None` where nothing is started on demand.
    pub start: Option<StartStatus>,
    /// Whether a person has paused its queue.
    pub is_paused: bool,
    /// The classes that a service of this program can run.
    pub classes: ClassSelection,
    /// What is due and unclaimed.
    pub backlog: Backlog,
    /// Running jobs during which services have died before; looked for only when the job is one of the kind.
    pub interrupted: Vec<JobId>,
    /// After how long without a sign a service counts as dead here: the lease.
    pub lease: Duration,
    /// Whether the store keeps what a job writes while it runs.
    pub keeps_lines: bool,
    /// Whether workers of other programs may poll a queue without being seen.
    pub unseen_workers: bool,
}

impl Circumstances {
    /// Asks the store of an application.
    ///
    /// # Errors
    /// The store cannot be reached.
    pub async fn of(app: &App, record: JobRecord) -> Result<Self, Error> {
        let backend = app.backend();
        let can = backend.capabilities();
        let section = app.section().clone();
        let starts = can.on_demand && section.mode == Mode::OnDemand;
        let start = if starts { Some(backend.start_status(&section.name).await?) } else { None };
        let is_paused = can.pauses
            && backend.queues().await?.iter().any(|queue| queue.name == record.queue && queue.paused_at.is_some());
        let interrupted = if record.interruptions > 0 { interrupted(app, &record.id).await? } else { Vec::new() };
        Ok(Self {
            services: backend.services().await?,
            backlog: backend.backlog().await?,
            now: backend.now().await?,
            local_now: Timestamp::now(),
            section,
            start,
            is_paused,
            classes: app.registry().selection(),
            interrupted,
            lease: app.timing().lease,
            keeps_lines: can.notes,
            unseen_workers: can.unseen_workers,
            record,
        })
    }

    /// Whether a service should be started for the job: none lives, and one that is started on demand would run it.
    pub fn wants_service(&self) -> bool {
        self.start.is_some()
            && covers(&self.section.queues, &self.record.queue)
            && self.classes.contains(&self.record.class)
            && self.services.iter().all(|service| !service.is_alive)
    }

    /// Whether a service lives as far as anybody can tell: not known to be dead, and not silent for a lease.
    pub(super) fn is_heard(&self, service: &ServiceRecord) -> bool {
        service.is_alive && self.now < saturating_add(service.beat_at, self.lease)
    }

    pub(super) fn heard(&self) -> Vec<&ServiceRecord> {
        self.services.iter().filter(|service| self.is_heard(service)).collect()
    }
}

/// Whether the names and patterns mean the queue.
pub(super) fn covers(patterns: &[String], queue: &str) -> bool {
    queue_is_among(patterns, queue)
}

async fn interrupted(app: &App, job: &JobId) -> Result<Vec<JobId>, Error> {
    let running = app.backend().inspect(&JobFilter::all().state(JobState::Running), &Page::first(MOST_HOLDERS)).await?;
    let others = running.items.into_iter().filter(|other| other.interruptions > 0 && other.id != *job);
    Ok(others.map(|other| other.id).collect())
}
