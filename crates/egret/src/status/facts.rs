//! What has to be known to say how it stands.

use std::time::Duration;

use egret_core::job_data::saturating_add;
use egret_core::{
    Backlog, BacklogRow, ClassSelection, Counts, Presence, ServiceRecord, StartStatus, Timestamp, queue_is_among,
    queue_matches,
};

use crate::config::{Config, Mode, Section};
use crate::{App, Error};

/// What has to be known to say how it stands, as of one moment.
#[derive(Clone, Debug)]
pub struct Facts {
    /// The store's now.
    pub now: Timestamp,
    /// Where the store is; never a password.
    pub location: String,
    /// The adapter's name: that of the configuration, else that of the store.
    pub adapter: String,
    /// The section by which enqueues go.
    pub section: Section,
    /// Every service that has neither left nor been rescued.
    pub services: Vec<ServiceRecord>,
    /// When services came and went.
    pub presence: Presence,
    /// What is due and unclaimed.
    pub backlog: Backlog,
    /// Jobs by queue and state.
    pub counts: Counts,
    /// Queues that a person has paused.
    pub paused: Vec<String>,
    /// How starting a service stands; `None` where nothing is started on demand.
    pub start: Option<StartStatus>,
    /// The classes that a service of this program can run.
    pub classes: ClassSelection,
    /// For how long nobody may poll a queue, or a service may be silent, before that is an alarm: twice the lease, one
    /// minute unless set otherwise. Beats are as old as 5 s, and a service that restarts takes its time.
    pub grace: Duration,
    /// Whether workers of other programs may poll a queue without being seen.
    pub unseen_workers: bool,
}

impl Facts {
    /// Asks the store of an application.
    ///
    /// # Errors
    /// The store cannot be reached.
    pub async fn read(app: &App) -> Result<Self, Error> {
        let backend = app.backend();
        let can = backend.capabilities();
        let section = app.section().clone();
        let is_on_demand = can.on_demand && section.mode == Mode::OnDemand;
        let start = if is_on_demand { Some(backend.start_status(&section.name).await?) } else { None };
        let queues = if can.pauses { backend.queues().await? } else { Vec::new() };
        let adapter = app.config().queue_adapter.clone();
        Ok(Self {
            now: backend.now().await?,
            location: backend.location(),
            adapter: adapter.unwrap_or_else(|| can.adapter.to_owned()),
            section,
            services: backend.services().await?,
            presence: backend.presence().await?,
            backlog: backend.backlog().await?,
            counts: backend.counts().await?,
            paused: queues.into_iter().filter(|queue| queue.paused_at.is_some()).map(|queue| queue.name).collect(),
            start,
            classes: app.registry().selection(),
            grace: app.timing().lease * 2,
            unseen_workers: can.unseen_workers,
        })
    }

    /// The facts of a store that nobody has made yet: there is nothing in it.
    pub fn of_absent_store(config: &Config, section: &Section, location: String, adapter: &str) -> Self {
        Self {
            now: Timestamp::now(),
            location,
            adapter: config.queue_adapter.clone().unwrap_or_else(|| adapter.to_owned()),
            section: section.clone(),
            services: Vec::new(),
            presence: Presence::default(),
            backlog: Backlog { rows: Vec::new(), is_exact: true },
            counts: Counts { rows: Vec::new(), is_exact: true },
            paused: Vec::new(),
            start: None,
            classes: ClassSelection::All,
            grace: egret_core::Timing::default().lease * 2,
            unseen_workers: false,
        }
    }

    /// Whether a service lives as far as anybody can tell: it is not known to be dead, and has beaten within the grace. A
    /// frozen process holds its lock, so that a command which looks only once could not tell otherwise.
    pub fn is_heard(&self, service: &ServiceRecord) -> bool {
        service.is_alive && self.now < saturating_add(service.beat_at, self.grace)
    }

    /// Services that live.
    pub fn heard(&self) -> impl Iterator<Item = &ServiceRecord> {
        self.services.iter().filter(|service| self.is_heard(service))
    }

    /// Since when nobody has polled a queue: since its oldest job became due, or the last service that did was there.
    /// `None` while somebody does.
    pub(super) fn unpolled_since(&self, row: &BacklogRow) -> Option<Timestamp> {
        if self.heard().any(|service| queue_is_among(&service.queues, &row.queue)) {
            return None;
        }
        Some(self.last_polled_at(&row.queue).map_or(row.oldest_due_at, |last| last.max(row.oldest_due_at)))
    }

    /// Whether workers that nobody sees may be those who poll a queue: it is in no list of this section, and no service has ever
    /// been seen to poll it.
    pub(super) fn may_be_polled_unseen(&self, queue: &str) -> bool {
        self.unseen_workers && !queue_is_among(&self.section.queues, queue) && self.last_polled_at(queue).is_none()
    }

    /// When a service was last there that polled the queue and is heard no longer.
    fn last_polled_at(&self, queue: &str) -> Option<Timestamp> {
        let gone = self.presence.queues.iter().filter(|polled| queue_matches(&polled.pattern, queue));
        let silent = self.services.iter().filter(|service| queue_is_among(&service.queues, queue));
        gone.map(|polled| polled.polled_at).chain(silent.map(|service| service.beat_at)).max()
    }
}
