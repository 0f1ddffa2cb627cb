//! What has to be known to say why a job waits.

use std::time::Duration;

use egret_core::{JobRecord, JobState, ServiceRecord, StartStatus, Timestamp};

use super::super::{Failure, moment};
use crate::App;
use crate::config::Section;
use crate::program::PROGRAM_CLASS;

/// After how long a service with time on its hands would have taken a due job that it can run: twice its timer.
const TAKEN_WITHIN: Duration = Duration::from_secs(2);

/// A job and what surrounds it.
#[derive(Clone, Debug)]
pub(in crate::cli) struct Circumstances {
    pub(super) record: JobRecord,
    pub(super) now: Timestamp,
    pub(super) services: Vec<ServiceRecord>,
    /// The section by which services are started.
    pub(super) section: Section,
    /// Whether the store keeps the right to start.
    pub(super) can_start: bool,
    pub(super) start: Option<StartStatus>,
    pub(super) is_paused: bool,
    /// Whether this program, the one that is started on demand, knows the class.
    pub(super) is_known: bool,
    /// Jobs of the queue that could run now, this one included.
    pub(super) n_waiting: u64,
}

impl Circumstances {
    /// Asks the store.
    pub(in crate::cli) async fn of(app: &App, record: JobRecord) -> Result<Self, Failure> {
        let backend = app.backend();
        let can = backend.capabilities();
        let section = app.section().clone();
        let start = if can.on_demand { Some(backend.start_status(&section.name).await?) } else { None };
        let is_paused = can.pauses
            && backend.queues().await?.iter().any(|queue| queue.name == record.queue && queue.paused_at.is_some());
        let is_known = record.class == PROGRAM_CLASS || app.registry().get(&record.class).is_some();
        let n_waiting = backend.counts().await?.of(&record.queue, JobState::Available);
        Ok(Self {
            now: backend.now().await?,
            services: backend.services().await?,
            section,
            can_start: can.on_demand,
            start,
            is_paused,
            is_known,
            n_waiting,
            record,
        })
    }

    /// Whether a service with time on its hands would have taken the job by now if it could run it.
    pub(super) fn would_have_taken(&self, service: &ServiceRecord) -> bool {
        moment::between(self.record.due_at.max(service.started_at), self.now) >= TAKEN_WITHIN
    }

    /// Whether a service should be started for the job: none lives, and one that is started by demand would run it.
    pub(in crate::cli) fn wants_service(&self) -> bool {
        let is_polled =
            self.section.queues.iter().any(|pattern| egret_core::queue_matches(pattern, &self.record.queue));
        is_polled && self.services.iter().all(|service| !service.is_alive)
    }
}
