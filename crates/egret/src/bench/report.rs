//! What the bench found.

use serde::Serialize;

use super::BenchOptions;
use super::meter::{Reading, percentile};
use crate::config::Durability;

/// All figures, and under what conditions they hold.
#[derive(Debug, Serialize)]
pub(crate) struct Report {
    /// Processors that this process may use; producers, services and store share them.
    pub(crate) n_processors: usize,
    /// How much was done: 1.0 is everything.
    pub(crate) scale: f64,
    /// One row a figure.
    pub(crate) figures: Vec<Figure>,
}

/// One figure beside its raw limit.
#[derive(Debug, Serialize)]
pub(crate) struct Figure {
    /// What was measured, with its batch size.
    pub(crate) name: String,
    /// `full` or `normal`.
    pub(crate) durability: &'static str,
    /// The figure.
    pub(crate) value: f64,
    /// Its unit.
    pub(crate) unit: &'static str,
    /// The 99th percentile, where the figure is a median.
    pub(crate) p99: Option<f64>,
    /// Processor time for each job, of every process that took part, in microseconds.
    pub(crate) cpu_microseconds: Option<f64>,
    /// Jobs that shared a commit, on average; a drain counts the commits of its claims and of its ends.
    pub(crate) jobs_a_commit: Option<f64>,
    /// What the store alone does, or what the figure is to be compared with, in the same unit.
    pub(crate) raw_limit: Option<f64>,
    /// What the raw limit is.
    pub(crate) raw_limit_name: Option<String>,
    /// The figure by the raw limit: the share that is reached, and for times how many times the limit they are.
    pub(crate) ratio: Option<f64>,
}

impl Report {
    pub(super) fn new(options: &BenchOptions) -> Self {
        Self {
            n_processors: std::thread::available_parallelism().map_or(1, usize::from),
            scale: options.scale,
            figures: Vec::new(),
        }
    }

    pub(super) fn extend(&mut self, durability: Durability, figures: Vec<Figure>) {
        let durability = durability.as_str();
        self.figures.extend(figures.into_iter().map(|figure| Figure { durability, ..figure }));
    }
}

impl Figure {
    pub(super) fn new(name: impl Into<String>, value: f64, unit: &'static str) -> Self {
        Self {
            name: name.into(),
            durability: "",
            value,
            unit,
            p99: None,
            cpu_microseconds: None,
            jobs_a_commit: None,
            raw_limit: None,
            raw_limit_name: None,
            ratio: None,
        }
    }

    /// Jobs a second.
    pub(super) fn rate(name: impl Into<String>, reading: Reading, count: u64) -> Self {
        Self::new(name, reading.per_second(count), "jobs/s").cpu(reading.cpu_each(count))
    }

    /// The median and the 99th percentile of latencies in microseconds, shown in milliseconds.
    pub(super) fn latency(name: impl Into<String>, mut microseconds: Vec<f64>) -> Self {
        microseconds.sort_by(f64::total_cmp);
        let mut figure = Self::new(name, percentile(&microseconds, 0.5) / 1e3, "ms");
        figure.p99 = Some(percentile(&microseconds, 0.99) / 1e3);
        figure
    }

    /// With processor time for each job, in microseconds.
    #[must_use]
    pub(super) fn cpu(self, microseconds: f64) -> Self {
        Self { cpu_microseconds: Some(microseconds), ..self }
    }

    /// With how many commits the jobs took.
    #[must_use]
    pub(super) fn batches(self, n_jobs: u64, n_commits: u64) -> Self {
        Self { jobs_a_commit: Some(n_jobs as f64 / n_commits.max(1) as f64), ..self }
    }

    /// Beside what bounds it.
    #[must_use]
    pub(super) fn against(self, raw_limit: f64, name: impl Into<String>) -> Self {
        let ratio = Some(self.value / raw_limit);
        Self { raw_limit: Some(raw_limit), raw_limit_name: Some(name.into()), ratio, ..self }
    }
}
