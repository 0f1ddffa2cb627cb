//! A section: what one service process runs.

use std::collections::BTreeMap;
use std::time::Duration;

use egret_core::QueueOrder;

use super::level::LogLevel;
use super::mode::Mode;
use super::reader::Reader;

/// The settings of a service. A key that a section does not have takes its compiled-in default, whatever the section
/// `default` says.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Section {
    /// The section's name in the file.
    pub section: String,
    /// The service's name, under which its processes are counted. Defaults to `job:service`, in
    /// another section than `default` to `job:service:SECTION`.
    pub name: String,
    /// Who starts the service. Defaults to [`Mode::OnDemand`].
    pub mode: Mode,
    /// The level of the logs of jobs. Defaults to [`LogLevel::Info`].
    pub log_level: LogLevel,
    /// `polling.queues`: the queues in strict order; never empty. Defaults to `default`, `mailers`, `voice_synthesis`,
    /// `external`.
    pub queues: Vec<String>,
    /// `polling.weights`: how often a queue is drawn, where they are drawn at random and not emptied in their order; a
    /// queue without a weight counts 1. Empty, the default: strict order.
    pub weights: BTreeMap<String, u32>,
    /// `polling.interval`: the longest pause between two looks at the store; never 0. Defaults to 5 s.
    pub interval: Duration,
    /// How many jobs run at once in one process; at least 1. Defaults to 10.
    pub concurrency: usize,
    /// How long running jobs may go on once the service was told to stop; 0 cancels them at once. Defaults to 25 s.
    pub shutdown_timeout: Duration,
    /// How many processes of this name may be started on demand; at least 1. Defaults to 1.
    pub max_services: usize,
    /// How long a service that was started on demand stays without work. Defaults to 1 s.
    pub linger: Duration,
    /// After how long a due job that has not started counts as stuck; never 0. Defaults to 6 h.
    pub stuck_after: Duration,
    /// How many bytes of memory the process may use before it is replaced. `None`, the default: any number.
    pub max_memory: Option<u64>,
    /// After how many jobs the process is replaced. `None`, the default: never.
    pub max_jobs: Option<u64>,
    /// Whether the service runs what is due and then leaves, as `egret run --until-empty` does. Defaults to false.
    pub until_empty: bool,
    /// How many jobs one user may have queued or running; `None`: any number, which 0 and less in the file mean.
    /// Defaults to 1.
    pub size_limit_per_user: Option<u64>,
}

impl Section {
    /// Reads the section called `section`, whose missing keys have been filled in.
    pub(super) fn read(section: &str, reader: &mut Reader<'_>) -> Self {
        Self {
            section: section.to_owned(),
            name: reader.text("name").unwrap_or_default(),
            mode: reader.word("mode", &Mode::ALL, Mode::as_str).unwrap_or_default(),
            log_level: reader.word("log_level", &LogLevel::ALL, LogLevel::as_str).unwrap_or_default(),
            queues: queues(reader),
            weights: weights(reader),
            interval: reader.positive_duration("polling.interval").unwrap_or_default(),
            concurrency: number_of(reader, "concurrency"),
            shutdown_timeout: reader.duration("shutdown_timeout").unwrap_or_default(),
            max_services: number_of(reader, "max_services"),
            linger: reader.duration("linger").unwrap_or_default(),
            stuck_after: reader.positive_duration("stuck_after").unwrap_or_default(),
            max_memory: reader.bytes("max_memory"),
            max_jobs: reader.positive_number("max_jobs"),
            until_empty: reader.boolean("until_empty").unwrap_or_default(),
            size_limit_per_user: size_limit_per_user(reader),
        }
    }
}

impl Section {
    /// The queues in the order in which they are looked at: by globs and with exclusions where one of them is more than a name
    /// that may end in `*`.
    pub fn queue_order(&self) -> QueueOrder {
        match self.weights.is_empty() {
            // A list of exclusions alone means no queue.
            true => QueueOrder::of_entries(&self.queues).unwrap_or_else(|_| QueueOrder::Strict(Vec::new())),
            false => {
                let weight = |queue: &String| self.weights.get(queue).copied().unwrap_or(1);
                QueueOrder::Weighted(self.queues.iter().map(|queue| (queue.clone(), weight(queue))).collect())
            }
        }
    }
}

fn queues(reader: &mut Reader<'_>) -> Vec<String> {
    let queue = |text: &str| (!text.trim().is_empty()).then(|| text.to_owned());
    let queues = reader.list("polling.queues", "config-expected-queue", queue);
    if queues.as_ref().is_some_and(Vec::is_empty) {
        reader.refuse_at("polling.queues", "config-expected-a-queue");
    }
    queues.unwrap_or_default()
}

/// Weights by queue, each at least 1.
fn weights(reader: &mut Reader<'_>) -> BTreeMap<String, u32> {
    let queues = reader.keys_of("polling.weights");
    let weight = |queue: String| {
        let number = reader.whole_number_in(&["polling", "weights", &queue])?;
        let weight = u32::try_from(number).ok().filter(|weight| *weight > 0);
        if weight.is_none() {
            reader.refuse_at("polling.weights", "config-expected-weights");
        }
        Some((queue, weight?))
    };
    queues.into_iter().filter_map(weight).collect()
}

fn number_of(reader: &mut Reader<'_>, path: &str) -> usize {
    // More than fits means as many as the machine can count.
    reader.positive_number(path).map_or(1, |number| usize::try_from(number).unwrap_or(usize::MAX))
}

fn size_limit_per_user(reader: &mut Reader<'_>) -> Option<u64> {
    reader.whole_number("size_limit_per_user").and_then(|limit| u64::try_from(limit).ok()).filter(|limit| *limit > 0)
}
