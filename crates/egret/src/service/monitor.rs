//! Looking at a running service from the same process, and having it go on by other options.

use std::sync::Arc;

use egret_core::ServicePhase;

use super::engine::Engine;
use super::options::ServiceOptions;
use super::progress::Stall;

/// Looks at a running service. Clones look at one and the same service.
#[derive(Clone, Debug)]
pub struct ServiceMonitor {
    engine: Arc<Engine>,
}

/// How a service stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ServiceStatus {
    /// What it does.
    pub phase: ServicePhase,
    /// Jobs that run.
    pub n_running: usize,
    /// Jobs that it runs at once.
    pub concurrency: usize,
    /// Jobs that ended since it started.
    pub n_finished: u64,
}

impl ServiceMonitor {
    pub(super) fn new(engine: Arc<Engine>) -> Self {
        Self { engine }
    }

    /// How it stands.
    pub fn status(&self) -> ServiceStatus {
        ServiceStatus {
            phase: self.engine.phase(),
            n_running: self.engine.n_running(),
            concurrency: self.engine.options().concurrency,
            n_finished: self.engine.outbox.n_finished(),
        }
    }

    /// The loop that has not got on for longest, of those that are at work. A second or two mean nothing: a loop waits
    /// that long when there is nothing to do. A job that takes long or blocks its thread is no stall.
    pub fn longest_stall(&self) -> Option<Stall> {
        self.engine.progress.longest_stall()
    }

    /// Goes on by other options. A running service takes over `queues`, `concurrency`, `shutdown_timeout`, `linger`,
    /// `retention`, `max_memory` and `max_jobs`; in everything else it stays what it is.
    pub fn reload(&self, options: ServiceOptions) {
        self.engine.adopt(options);
    }
}
