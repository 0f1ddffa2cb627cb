//! Queues as a whole: what waits in each, whether it is paused, and who polls it.

use std::collections::{BTreeMap, BTreeSet};

use egret_core::{Counts, JobFilter, JobState, Page, QueueRecord, ServiceId, ServiceRecord, Timestamp, queue_is_among};
use serde::Serialize;

use crate::config::Config;
use crate::{App, Error};

/// A queue, and all that is known of it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct QueueOverview {
    /// Its name.
    pub name: String,
    /// Since when nobody claims from it.
    pub paused_at: Option<Timestamp>,
    /// How many jobs it may hold; `None`: any number.
    pub max_size: Option<u64>,
    /// Jobs by state; states without jobs are left out.
    pub counts: BTreeMap<&'static str, u64>,
    /// Since when the job that waits longest has been due.
    pub oldest_due_at: Option<Timestamp>,
    /// Sections of the configuration that poll it.
    pub sections: Vec<String>,
    /// Live services that poll it.
    pub polled_by: Vec<PollingService>,
}

/// A live service that polls a queue.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct PollingService {
    /// Its nonce.
    pub id: ServiceId,
    /// Its name.
    pub name: String,
    /// The machine.
    pub host: String,
    /// The process.
    pub pid: u32,
}

impl QueueOverview {
    /// Jobs of the state.
    pub fn count(&self, state: JobState) -> u64 {
        self.counts.get(state.as_str()).copied().unwrap_or(0)
    }
}

/// Every queue that holds or has held a job, is paused, or stands in the configuration, by name. Patterns of the
/// configuration name no queue.
///
/// # Errors
/// When the store fails.
pub async fn overview(app: &App) -> Result<Vec<QueueOverview>, Error> {
    let backend = app.backend();
    let counts = backend.counts().await?;
    let services = backend.services().await?;
    let known = match backend.capabilities().pauses {
        true => backend.queues().await?,
        false => Vec::new(),
    };
    let mut overviews = Vec::new();
    for name in names(app.config(), &counts, &known) {
        let oldest_due_at = match counts.of(&name, JobState::Available) {
            0 => None,
            _ => oldest_due(app, &name).await?,
        };
        overviews.push(QueueOverview {
            paused_at: known.iter().find(|queue| queue.name == name).and_then(|queue| queue.paused_at),
            max_size: app.config().pools.max_size(&name),
            counts: by_state(&counts, &name),
            oldest_due_at,
            sections: sections(app.config(), &name),
            polled_by: polled_by(&services, &name),
            name,
        });
    }
    Ok(overviews)
}

/// Ends the pause of a queue: its services wake up, and on demand one is started if none is alive.
///
/// # Errors
/// When the store fails, or keeps no pauses.
pub async fn resume(app: &App, queue: &str) -> Result<(), Error> {
    app.backend().resume(queue).await?;
    app.start_service_if_needed().await?;
    Ok(())
}

fn names(config: &Config, counts: &Counts, known: &[QueueRecord]) -> BTreeSet<String> {
    let configured = config.sections.values().flat_map(|section| &section.queues);
    let mut names: BTreeSet<String> = configured.filter(|name| !name.ends_with('*')).cloned().collect();
    names.extend(config.pools.iter().map(|(queue, _)| queue.to_owned()));
    names.extend(known.iter().map(|queue| queue.name.clone()));
    names.extend(counts.rows.iter().map(|row| row.queue.clone()));
    names
}

fn by_state(counts: &Counts, queue: &str) -> BTreeMap<&'static str, u64> {
    let states = JobState::ALL.into_iter().map(|state| (state.as_str(), counts.of(queue, state)));
    states.filter(|(_, n_jobs)| *n_jobs > 0).collect()
}

fn sections(config: &Config, queue: &str) -> Vec<String> {
    let sections = config.sections.values().filter(|section| queue_is_among(&section.queues, queue));
    sections.map(|section| section.section.clone()).collect()
}

fn polled_by(services: &[ServiceRecord], queue: &str) -> Vec<PollingService> {
    let polls = |service: &&ServiceRecord| service.is_alive && queue_is_among(&service.queues, queue);
    let polling = services.iter().filter(polls).map(|service| PollingService {
        id: service.id,
        name: service.name.clone(),
        host: service.process.host.clone(),
        pid: service.process.pid,
    });
    polling.collect()
}

/// Listings begin with the job that has been due longest.
async fn oldest_due(app: &App, queue: &str) -> Result<Option<Timestamp>, Error> {
    let filter = JobFilter::all().queue(queue).state(JobState::Available);
    let listing = app.backend().inspect(&filter, &Page::first(1)).await?;
    Ok(listing.items.first().map(|job| job.due_at))
}
