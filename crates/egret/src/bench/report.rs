//! What the bench found.

use serde::Serialize;

use super::BenchOptions;
use super::meter::{Reading, percentile};

/// All figures, and under what conditions they hold.
#[derive(Debug, Serialize)]
pub(crate) struct Report {
    /// `full` or `normal`.
    pub(crate) durability: &'static str,
    /// Processors that this process may use.
    pub(crate) n_processors: usize,
    /// One row a figure.
    pub(crate) figures: Vec<Figure>,
}

/// One figure beside its raw limit.
#[derive(Debug, Serialize)]
pub(crate) struct Figure {
    /// What was measured, with its batch size.
    pub(crate) name: String,
    /// The figure.
    pub(crate) value: f64,
    /// Its unit.
    pub(crate) unit: &'static str,
    /// The 99th percentile, where the figure is a median.
    pub(crate) p99: Option<f64>,
    /// Processor time of this process for each job, in microseconds.
    pub(crate) cpu_microseconds: Option<f64>,
    /// What the store alone does, in the same unit.
    pub(crate) raw_limit: Option<f64>,
    /// What the raw limit is.
    pub(crate) raw_limit_name: Option<&'static str>,
}

impl Report {
    pub(super) fn new(options: &BenchOptions) -> Self {
        Self {
            durability: options.durability.as_str(),
            n_processors: std::thread::available_parallelism().map_or(1, usize::from),
            figures: Vec::new(),
        }
    }

    pub(super) fn extend(&mut self, figures: Vec<Figure>) {
        self.figures.extend(figures);
    }
}

impl Figure {
    pub(super) fn new(name: impl Into<String>, value: f64, unit: &'static str) -> Self {
        Self {
            name: name.into(),
            value,
            unit,
            p99: None,
            cpu_microseconds: None,
            raw_limit: None,
            raw_limit_name: None,
        }
    }

    /// Jobs a second.
    pub(super) fn rate(name: impl Into<String>, reading: Reading, count: u64) -> Self {
        let mut figure = Self::new(name, reading.per_second(count), "jobs/s");
        figure.cpu_microseconds = Some(reading.cpu_each(count));
        figure
    }

    /// The median and the 99th percentile of latencies in microseconds, shown in milliseconds.
    pub(super) fn latency(name: impl Into<String>, mut microseconds: Vec<f64>) -> Self {
        microseconds.sort_by(f64::total_cmp);
        let mut figure = Self::new(name, percentile(&microseconds, 0.5) / 1e3, "ms");
        figure.p99 = Some(percentile(&microseconds, 0.99) / 1e3);
        figure
    }

    #[must_use]
    pub(super) fn against(mut self, raw_limit: f64, name: &'static str) -> Self {
        self.raw_limit = Some(raw_limit);
        self.raw_limit_name = Some(name);
        self
    }

    /// The share of the raw limit that is reached; for times, how many times the limit they are.
    pub(crate) fn ratio(&self) -> Option<f64> {
        self.raw_limit.map(|limit| self.value / limit)
    }
}
