//! `sidekiq`: what only stores of Sidekiq's have.

use std::time::Duration;

use super::reader::Reader;

/// What only stores of Sidekiq's have. `None` is what that store does by itself.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct SidekiqSettings {
    /// `sidekiq.tag`: what Sidekiq's web page shows beside the process. Without it: the name of the application's folder.
    pub tag: Option<String>,
    /// `sidekiq.labels`: further words beside it. Empty by default.
    pub labels: Vec<String>,
    /// `sidekiq.max_retries`: how often a job that does not say is run again after failures. Without it: 25 times.
    pub max_retries: Option<u64>,
    /// `sidekiq.dead_max_jobs`: how many dead jobs are kept, at least 1. Without it: 10,000.
    pub dead_max_jobs: Option<u64>,
    /// `sidekiq.dead_timeout`: for how long dead jobs are kept, more than 0. Without it: 180 days.
    pub dead_timeout: Option<Duration>,
    /// `sidekiq.average_scheduled_poll_interval`: how often, on the average, all processes together look for jobs that
    /// have become due, more than 0. Without it and the next one, each process looks once a second.
    pub average_scheduled_poll_interval: Option<Duration>,
    /// `sidekiq.poll_interval_average`: how often, on the average, one process looks, whatever their number.
    pub poll_interval_average: Option<Duration>,
}

impl SidekiqSettings {
    pub(super) fn read(reader: &mut Reader<'_>) -> Self {
        Self {
            tag: reader.text("sidekiq.tag"),
            labels: reader
                .list("sidekiq.labels", "config-expected-text", |text| Some(text.to_owned()))
                .unwrap_or_default(),
            max_retries: reader.count("sidekiq.max_retries"),
            dead_max_jobs: reader.positive_number("sidekiq.dead_max_jobs"),
            dead_timeout: reader.positive_duration("sidekiq.dead_timeout"),
            average_scheduled_poll_interval: reader.positive_duration("sidekiq.average_scheduled_poll_interval"),
            poll_interval_average: reader.positive_duration("sidekiq.poll_interval_average"),
        }
    }
}
