//! What a service is asked to be.

use std::time::Duration;

use egret_core::{Capabilities, QueueOrder, Retention, ServiceMode, Timing};

use crate::config::{Config, Mode, Section};
use crate::execution_log::LevelBound;
use crate::tasks::TaskRetention;

/// What a service is asked to be.
#[derive(Clone, Debug)]
pub struct ServiceOptions {
    /// Its name, shared by every service of the section. Default `job:service`.
    pub name: String,
    /// How it comes and goes. Default on demand.
    pub mode: ServiceMode,
    /// The queues it polls and their order. Default those of SHIRASAGI.
    pub queues: QueueOrder,
    /// Jobs at once, at least 1. Default 10.
    pub concurrency: usize,
    /// How long running jobs may go on after a stop began. Default 25 s.
    pub shutdown_timeout: Duration,
    /// On demand: how long it stays without work before it leaves. Default 1 s.
    pub linger: Duration,
    /// Leaves as soon as nothing is due, whatever the mode. Default no.
    pub exit: ExitRule,
    /// For how long, and in how much room, finished jobs stay visible. Default 14 days.
    pub retention: Retention,
    /// For how long tasks and their logs are kept. Default 14 days each.
    pub task_retention: TaskRetention,
    /// The least severe lines that the logs of its attempts take; can be moved while it runs. Default: every line.
    pub log_level: LevelBound,
    /// How many bytes of memory the process may use before another one takes its place; looked at once a second. `None`,
    /// the default: any number.
    pub max_memory: Option<u64>,
    /// How many jobs are performed before another process takes the place of this one. `None`, the default: any number.
    pub max_jobs: Option<u64>,
    /// The right to start that led to this service.
    pub start_right: Option<u64>,
    /// Beats and leases; must be those of the store. Default [`Timing::default`].
    pub timing: Timing,
}

/// When a service ends by itself.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum ExitRule {
    /// As its mode says: on demand when the pool is empty, else never.
    #[default]
    ByMode,
    /// When nothing is due and nothing runs, even if reserved jobs wait.
    WhenNothingIsDue,
}

impl ServiceOptions {
    /// What a section of the configuration asks for.
    pub fn of_section(section: &Section, config: &Config) -> Self {
        Self {
            name: section.name.clone(),
            mode: match section.mode {
                Mode::OnDemand => ServiceMode::OnDemand,
                Mode::Service => ServiceMode::Service,
            },
            queues: section.queue_order(),
            concurrency: section.concurrency,
            shutdown_timeout: section.shutdown_timeout,
            linger: section.linger,
            retention: config.retention,
            task_retention: TaskRetention { keep_tasks: config.keep_tasks, keep_logs: config.keep_logs },
            log_level: LevelBound::new(section.log_level),
            max_memory: section.max_memory,
            max_jobs: section.max_jobs,
            ..Self::default()
        }
    }

    /// How a service comes and goes on a store of the capabilities.
    pub(crate) fn mode_on(&self, capabilities: &Capabilities) -> ServiceMode {
        if capabilities.on_demand { self.mode } else { ServiceMode::Service }
    }

    /// These options with those of `newer` that a running service can take over.
    pub(super) fn adopting(&self, newer: Self) -> Self {
        Self {
            queues: newer.queues,
            concurrency: newer.concurrency.max(1),
            shutdown_timeout: newer.shutdown_timeout,
            linger: newer.linger,
            retention: newer.retention,
            max_memory: newer.max_memory,
            max_jobs: newer.max_jobs,
            ..self.clone()
        }
    }
}

impl Default for ServiceOptions {
    fn default() -> Self {
        Self {
            name: "job:service".to_owned(),
            mode: ServiceMode::OnDemand,
            queues: QueueOrder::Strict(
                ["default", "mailers", "voice_synthesis", "external"].map(str::to_owned).to_vec(),
            ),
            concurrency: 10,
            shutdown_timeout: Duration::from_secs(25),
            linger: Duration::from_secs(1),
            exit: ExitRule::ByMode,
            retention: Retention::of(Duration::from_secs(14 * 24 * 60 * 60)),
            task_retention: TaskRetention::default(),
            log_level: LevelBound::default(),
            max_memory: None,
            max_jobs: None,
            start_right: None,
            timing: Timing::default(),
        }
    }
}

#[cfg(test)]
mod tests {
    use egret_core::Backend;
    use egret_core::memory::{MemoryLists, MemoryRows};

    use super::*;

    #[test]
    fn a_service_stays_where_nobody_would_start_another() {
        let options = ServiceOptions { mode: ServiceMode::OnDemand, ..ServiceOptions::default() };
        assert_eq!(options.mode_on(MemoryRows::default().capabilities()), ServiceMode::OnDemand);
        assert_eq!(options.mode_on(MemoryLists::default().capabilities()), ServiceMode::Service);
    }
}
