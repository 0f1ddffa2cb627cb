//! What there is to say about the state of things, in the order and with the names of SHIRASAGI's `status.json`.
//!
//! Source: SHIRASAGI 1.21.0, `app/controllers/job/sys/statuses_controller.rb`; the key `egret` is ours.

use std::collections::BTreeMap;

use egret_core::{Counts, JobFilter, JobState, Page, Selection, ServiceRecord, Timestamp};
use jiff::fmt::temporal::DateTimePrinter;
use jiff::tz::TimeZone;
use serde::{Serialize, Serializer};

use super::super::{Failure, Session, moment};
use crate::App;
use crate::config::Section;

/// The whole state.
#[derive(Debug, Serialize)]
pub(super) struct Body {
    pub(super) status: Health,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) notice: Option<Notice>,
    pub(super) active_job: ActiveJob,
    pub(super) job: Job,
    /// Absent when no service has ever been seen.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) item: Option<Item>,
    pub(super) egret: Egret,
}

/// Whether a due job is late.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Health {
    Ok,
    /// Upstream's spelling.
    Stucked,
}

#[derive(Debug, Serialize)]
pub(super) struct Notice {
    pub(super) notices: Vec<String>,
}

#[derive(Debug, Serialize)]
pub(super) struct ActiveJob {
    pub(super) queue_adapter: String,
}

#[derive(Debug, Serialize)]
pub(super) struct Job {
    pub(super) mode: &'static str,
    pub(super) polling_queues: Vec<String>,
}

/// The service of the section `default`.
#[derive(Debug, Serialize)]
pub(super) struct Item {
    pub(super) name: String,
    /// Services that are alive now.
    pub(super) current_count: usize,
    #[serde(serialize_with = "local")]
    pub(super) updated: Timestamp,
}

/// What only Egret knows.
#[derive(Debug, Serialize)]
pub(super) struct Egret {
    pub(super) version: &'static str,
    /// Where the store is; never a password.
    pub(super) store: String,
    /// Jobs by state, all queues together.
    pub(super) counts: BTreeMap<&'static str, u64>,
    pub(super) counts_are_exact: bool,
    /// Jobs by queue and state.
    pub(super) queues: BTreeMap<String, BTreeMap<&'static str, u64>>,
    /// Services of every name that are alive now.
    pub(super) n_services: usize,
    /// How long the job that waits longest is late, in seconds; absent when none is due.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) latest_seconds: Option<f64>,
}

impl Body {
    pub(super) async fn of(session: &Session, app: &App) -> Result<Self, Failure> {
        let backend = app.backend();
        let section = app.section();
        let now = backend.now().await?;
        let services = backend.services().await?;
        let counts = backend.counts().await?;
        let late = backend.due(&Selection::strict(["*"])).await?.filter(|due| *due <= now);
        let late = late.map(|due| moment::between(due, now));
        let is_stuck = late.is_some_and(|late| late >= section.stuck_after);
        let adapter = session.config().queue_adapter.clone();
        Ok(Self {
            status: if is_stuck { Health::Stucked } else { Health::Ok },
            notice: is_stuck.then(|| Notice { notices: notices(section, &services) }),
            active_job: ActiveJob {
                queue_adapter: adapter.unwrap_or_else(|| backend.capabilities().adapter.to_owned()),
            },
            job: Job { mode: section.mode.as_str(), polling_queues: section.queues.clone() },
            item: item(app, section, &services).await?,
            egret: Egret {
                version: env!("CARGO_PKG_VERSION"),
                store: backend.location(),
                counts: by_state(&counts),
                counts_are_exact: counts.is_exact,
                queues: by_queue(&counts),
                n_services: services.iter().filter(|service| service.is_alive).count(),
                latest_seconds: late.map(|late| late.as_secs_f64()),
            },
        })
    }
}

/// The service by its name: how many live, and when one last came, or last ended a job.
async fn item(app: &App, section: &Section, services: &[ServiceRecord]) -> Result<Option<Item>, Failure> {
    let named: Vec<&ServiceRecord> = services.iter().filter(|service| service.name == section.name).collect();
    let updated = match named.iter().map(|service| service.started_at).max() {
        Some(started_at) => Some(started_at),
        None => last_end(app).await?,
    };
    let current_count = named.iter().filter(|service| service.is_alive).count();
    Ok(updated.map(|updated| Item { name: section.name.clone(), current_count, updated }))
}

/// When the job that ended last did.
async fn last_end(app: &App) -> Result<Option<Timestamp>, Failure> {
    let mut filter = JobFilter::all();
    filter.states = JobState::ALL.into_iter().filter(|state| state.is_terminal()).collect();
    let listing = app.backend().inspect(&filter, &Page::first(1)).await?;
    Ok(listing.items.first().and_then(|job| job.finished_at))
}

/// What to look at when a due job is late.
fn notices(section: &Section, services: &[ServiceRecord]) -> Vec<String> {
    let mut notices = Vec::new();
    if services.iter().all(|service| !service.is_alive) {
        notices.push("No service is alive. In mode service, start one: egret run --mode service.".to_owned());
    }
    notices.push(format!(
        "A due job has waited for more than {}. egret jobs list --state available lists what waits, egret jobs show ID says why.",
        moment::length(section.stuck_after)
    ));
    notices
}

fn by_state(counts: &Counts) -> BTreeMap<&'static str, u64> {
    JobState::ALL.into_iter().map(|state| (state.as_str(), counts.of_state(state))).collect()
}

fn by_queue(counts: &Counts) -> BTreeMap<String, BTreeMap<&'static str, u64>> {
    let mut queues: BTreeMap<String, BTreeMap<&'static str, u64>> = BTreeMap::new();
    for row in &counts.rows {
        *queues.entry(row.queue.clone()).or_default().entry(row.state.as_str()).or_default() += row.n_jobs;
    }
    queues
}

/// Milliseconds and the offset of the machine's zone, as upstream writes it: `2021-11-02T17:24:05.770+09:00`.
fn local<S: Serializer>(moment: &Timestamp, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_str(&with_offset(*moment, &TimeZone::system()))
}

pub(super) fn with_offset(moment: Timestamp, zone: &TimeZone) -> String {
    const PRINTER: DateTimePrinter = DateTimePrinter::new().precision(Some(3));
    PRINTER.timestamp_with_offset_to_string(&moment, zone.to_offset(moment))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_written_as_upstream_writes_them() {
        let moment = "2021-11-02T08:24:05.77Z".parse().unwrap();
        let tokyo = TimeZone::get("Asia/Tokyo").unwrap();
        assert_eq!(with_offset(moment, &tokyo), "2021-11-02T17:24:05.770+09:00");
    }

    #[test]
    fn keys_stand_in_upstreams_order() {
        let body = Body {
            status: Health::Stucked,
            notice: Some(Notice { notices: vec!["x".into()] }),
            active_job: ActiveJob { queue_adapter: "shirasagi".into() },
            job: Job { mode: "on_demand", polling_queues: vec!["default".into()] },
            item: Some(Item { name: "job:service".into(), current_count: 0, updated: Timestamp::UNIX_EPOCH }),
            egret: Egret {
                version: "0",
                store: "memory".into(),
                counts: BTreeMap::new(),
                counts_are_exact: true,
                queues: BTreeMap::new(),
                n_services: 0,
                latest_seconds: None,
            },
        };
        let text = serde_json::to_string(&body).unwrap();
        let keys = [
            "\"status\":\"stucked\"",
            "\"notice\":{\"notices\":[",
            "\"active_job\":{\"queue_adapter\":",
            "\"job\":{\"mode\":\"on_demand\",\"polling_queues\":",
            "\"item\":{\"name\":\"job:service\",\"current_count\":0,\"updated\":",
            "\"egret\":{",
        ];
        let places: Vec<Option<usize>> = keys.iter().map(|key| text.find(key)).collect();
        assert!(places.iter().all(Option::is_some) && places.is_sorted(), "{text}");
    }
}
