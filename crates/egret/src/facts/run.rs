//! Facts about a run.

use std::time::{Duration, Instant};

use egret_core::job_data::format_instant;
use egret_core::{ErrorReport, JobData};

use super::{Place, TARGET, shown};
use crate::App;

/// Names of facts about runs.
pub(super) const NAMES: [&str; 7] = [
    "active_job.started",
    "active_job.completed",
    "active_job.retry_scheduled",
    "active_job.retry_stopped",
    "active_job.discarded",
    "egret.snoozed",
    "egret.cancelled",
];

/// Tells what becomes of one run.
#[derive(Debug)]
pub(crate) struct RunFacts<'a> {
    data: &'a JobData,
    adapter: &'static str,
    shows_arguments: bool,
    began: Instant,
}

impl<'a> RunFacts<'a> {
    /// Of a run that begins now.
    pub(crate) fn new(app: &App, data: &'a JobData) -> Self {
        let shows_arguments = shown::shows_arguments(app.registry(), &data.job_class);
        Self { data, adapter: app.backend().capabilities().adapter, shows_arguments, began: Instant::now() }
    }

    pub(crate) fn started(&self) {
        let (data, place) = (self.data, self.place());
        tracing::info!(
            name: "active_job.started",
            target: TARGET,
            job_class = data.job_class,
            job_id = data.job_id.as_str(),
            queue = data.queue(),
            adapter = self.adapter,
            enqueued_at = data.enqueued_at.map(format_instant),
            arguments = shown::raw(data, self.shows_arguments).as_deref(),
            "Performing {} (Job ID: {}) from {place}{}{}",
            data.job_class,
            data.job_id,
            data.enqueued_at.map_or_else(String::new, |at| format!(" enqueued at {}", format_instant(at))),
            shown::sentence(data, self.shows_arguments),
        );
    }

    /// The run ended, and its error, if any, was handled.
    pub(crate) fn performed(&self) {
        let (data, place, duration) = (self.data, self.place(), self.duration());
        tracing::info!(
            name: "active_job.completed",
            target: TARGET,
            job_class = data.job_class,
            job_id = data.job_id.as_str(),
            queue = data.queue(),
            adapter = self.adapter,
            duration,
            "Performed {} (Job ID: {}) from {place} in {duration}ms",
            data.job_class,
            data.job_id,
        );
    }

    /// The run ended with an error that nothing handled.
    pub(crate) fn failed(&self, error: impl FnOnce() -> ErrorReport) {
        if !tracing::enabled!(target: TARGET, tracing::Level::ERROR) {
            return;
        }
        let (data, place, duration, error) = (self.data, self.place(), self.duration(), error());
        let backtrace: String = error.backtrace.iter().map(|line| format!("\n{line}")).collect();
        tracing::error!(
            name: "active_job.completed",
            target: TARGET,
            job_class = data.job_class,
            job_id = data.job_id.as_str(),
            queue = data.queue(),
            adapter = self.adapter,
            duration,
            exception_class = error.class,
            exception_message = error.message,
            "Error performing {} (Job ID: {}) from {place} in {duration}ms: {} ({}){}{backtrace}",
            data.job_class,
            data.job_id,
            error.class,
            error.message,
            if backtrace.is_empty() { "" } else { ":" },
        );
    }

    /// A rule enqueues the job again.
    pub(crate) fn retrying(&self, executions: u32, wait: Duration, error: impl FnOnce() -> ErrorReport) {
        if !tracing::enabled!(target: TARGET, tracing::Level::INFO) {
            return;
        }
        let (data, wait_seconds, error) = (self.data, wait.as_secs(), error());
        tracing::info!(
            name: "active_job.retry_scheduled",
            target: TARGET,
            job_class = data.job_class,
            job_id = data.job_id.as_str(),
            executions,
            wait_seconds,
            exception_class = error.class,
            exception_message = error.message,
            "Retrying {} (Job ID: {}) after {executions} attempts in {wait_seconds} seconds, due to a {} ({}).",
            data.job_class,
            data.job_id,
            error.class,
            error.message,
        );
    }

    /// A rule retried the job as often as it may.
    pub(crate) fn retries_stopped(&self, error: impl FnOnce() -> ErrorReport) {
        if !tracing::enabled!(target: TARGET, tracing::Level::ERROR) {
            return;
        }
        let (data, executions, error) = (self.data, self.data.executions.saturating_add(1), error());
        tracing::error!(
            name: "active_job.retry_stopped",
            target: TARGET,
            job_class = data.job_class,
            job_id = data.job_id.as_str(),
            executions,
            exception_class = error.class,
            exception_message = error.message,
            "Stopped retrying {} (Job ID: {}) due to a {} ({}), which reoccurred on {executions} attempts.",
            data.job_class,
            data.job_id,
            error.class,
            error.message,
        );
    }

    /// The job is given up.
    pub(crate) fn discarded(&self, error: impl FnOnce() -> ErrorReport) {
        if !tracing::enabled!(target: TARGET, tracing::Level::ERROR) {
            return;
        }
        let (data, error) = (self.data, error());
        tracing::error!(
            name: "active_job.discarded",
            target: TARGET,
            job_class = data.job_class,
            job_id = data.job_id.as_str(),
            exception_class = error.class,
            exception_message = error.message,
            "Discarded {} (Job ID: {}) due to a {} ({}).",
            data.job_class,
            data.job_id,
            error.class,
            error.message,
        );
    }

    /// The job asked to go on later; Active Job has no such end.
    pub(crate) fn snoozed(&self, wait: Duration) {
        let (data, wait_seconds) = (self.data, wait.as_secs());
        tracing::info!(
            name: "egret.snoozed",
            target: TARGET,
            job_class = data.job_class,
            job_id = data.job_id.as_str(),
            wait_seconds,
            "Snoozed {} (Job ID: {}) for {wait_seconds} seconds.",
            data.job_class,
            data.job_id,
        );
    }

    /// The job ended itself early; Active Job has no such end.
    pub(crate) fn cancelled(&self, reason: &str) {
        let data = self.data;
        tracing::info!(
            name: "egret.cancelled",
            target: TARGET,
            job_class = data.job_class,
            job_id = data.job_id.as_str(),
            reason,
            "Cancelled {} (Job ID: {}): {reason}",
            data.job_class,
            data.job_id,
        );
    }

    fn place(&self) -> Place<'a> {
        Place { adapter: self.adapter, queue: self.data.queue() }
    }

    /// Milliseconds since the beginning, with two decimals.
    fn duration(&self) -> f64 {
        (self.began.elapsed().as_secs_f64() * 100_000.0).round() / 100.0
    }
}
