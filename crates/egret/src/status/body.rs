//! How it stands, in the order and with the names of SHIRASAGI's `status.json`; the key `egret` is ours.

use std::collections::BTreeMap;

use egret_core::{Counts, JobState};
use serde::{Deserialize, Serialize};

use super::cause::{Cause, Severity, between};
use super::facts::Facts;
use super::judge::{findings, last_seen};
use crate::language::Reader;

/// How it stands, in the words of one reader. Serialized it is the body of `status.json`, keys in upstream's order.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Status {
    /// Whether a due job is late.
    pub status: Verdict,
    /// What to do; only when one is.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub notice: Option<Notice>,
    /// The adapter.
    pub active_job: ActiveJob,
    /// What the section by which enqueues go says.
    pub job: Job,
    /// The services of the section; absent until the first one has ever lived.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub item: Option<Item>,
    /// What only Egret knows.
    pub egret: Egret,
}

/// Whether a due job is late.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Verdict {
    /// Nothing is late.
    Ok,
    /// Something is. Upstream's spelling.
    Stucked,
}

/// What to do.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Notice {
    /// A sentence a cause, each with its remedy.
    pub notices: Vec<String>,
}

/// The adapter.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ActiveJob {
    /// Its name, for example `shirasagi`.
    pub queue_adapter: String,
}

/// What the section by which enqueues go says.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Job {
    /// `on_demand` or `service`.
    pub mode: String,
    /// The queues in order.
    pub polling_queues: Vec<String>,
}

/// The services of the section.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Item {
    /// Their name, under which they also are among the tasks.
    pub name: String,
    /// How many live now.
    pub current_count: usize,
    /// When that number last changed: `2021-11-02T17:24:05.770+09:00` in the reader's zone.
    pub updated: String,
}

/// What only Egret knows.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Egret {
    /// The version of the program that looked.
    pub version: String,
    /// Where the store is; never a password.
    pub store: String,
    /// What is wrong, or soon will be; what to mend first at the front.
    pub causes: Vec<Cause>,
    /// Jobs by state, all queues together.
    pub counts: BTreeMap<String, u64>,
    /// Whether `counts` and `queues` are exact.
    pub counts_are_exact: bool,
    /// Jobs by queue and state.
    pub queues: BTreeMap<String, BTreeMap<String, u64>>,
    /// Services of every name that live now.
    pub n_services: usize,
    /// Jobs that are due and that nobody has claimed, paused queues apart.
    pub n_due: u64,
    /// For how long the oldest of them has been due, in seconds; absent when there is none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub oldest_due_seconds: Option<f64>,
}

impl Status {
    /// Judges the facts, in the reader's words.
    pub fn of(facts: &Facts, reader: &Reader) -> Self {
        let causes: Vec<Cause> =
            findings(facts).into_iter().map(|finding| finding.told_to(reader, facts.now)).collect();
        let notices: Vec<String> = causes
            .iter()
            .filter(|cause| cause.severity == Severity::Stuck)
            .map(|cause| {
                let arguments =
                    [("sentence", cause.sentence.as_str().into()), ("remedy", cause.remedy.as_str().into())];
                reader.language.text_with("status-notice", &arguments)
            })
            .collect();
        Self {
            status: if notices.is_empty() { Verdict::Ok } else { Verdict::Stucked },
            notice: (!notices.is_empty()).then_some(Notice { notices }),
            active_job: ActiveJob { queue_adapter: facts.adapter.clone() },
            job: Job { mode: facts.section.mode.as_str().to_owned(), polling_queues: facts.section.queues.clone() },
            item: item(facts, reader),
            egret: Egret::of(facts, causes),
        }
    }

    /// Whether there is something to look at although nothing is late.
    pub fn has_warnings(&self) -> bool {
        self.egret.causes.iter().any(|cause| cause.severity == Severity::Warning)
    }
}

fn item(facts: &Facts, reader: &Reader) -> Option<Item> {
    let updated = last_seen(facts)?;
    let current_count = facts.heard().filter(|service| service.name == facts.section.name).count();
    Some(Item { name: facts.section.name.clone(), current_count, updated: reader.iso(updated) })
}

impl Egret {
    fn of(facts: &Facts, causes: Vec<Cause>) -> Self {
        let open = || facts.backlog.rows.iter().filter(|row| !facts.paused.contains(&row.queue));
        let oldest = open().map(|row| row.oldest_due_at).min();
        Self {
            version: env!("CARGO_PKG_VERSION").to_owned(),
            store: facts.location.clone(),
            causes,
            counts: by_state(&facts.counts),
            counts_are_exact: facts.counts.is_exact,
            queues: by_queue(&facts.counts),
            n_services: facts.heard().count(),
            n_due: open().map(|row| row.n_due).sum(),
            oldest_due_seconds: oldest.map(|due_at| between(due_at, facts.now).as_secs_f64()),
        }
    }
}

fn by_state(counts: &Counts) -> BTreeMap<String, u64> {
    JobState::ALL.into_iter().map(|state| (state.as_str().to_owned(), counts.of_state(state))).collect()
}

fn by_queue(counts: &Counts) -> BTreeMap<String, BTreeMap<String, u64>> {
    let mut queues: BTreeMap<String, BTreeMap<String, u64>> = BTreeMap::new();
    for row in &counts.rows {
        *queues.entry(row.queue.clone()).or_default().entry(row.state.as_str().to_owned()).or_default() += row.n_jobs;
    }
    queues
}
