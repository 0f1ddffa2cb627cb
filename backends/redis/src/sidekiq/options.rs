//! How Sidekiq's queues are used.

use std::time::Duration;

use egret_core::Timing;

use super::polling::Polling;
use super::times::PayloadTimes;
use crate::driver::Address;

/// How Sidekiq's queues are used. Defaults are those of Sidekiq itself.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct SidekiqOptions {
    /// Where the server is.
    pub address: Address,
    /// When services are taken for dead. Default: [`Timing::default`].
    pub timing: Timing,
    /// How times are written into payloads. Default: so that every version of Sidekiq reads them.
    pub times: PayloadTimes,
    /// Attempts after the first of a job that says nothing itself. Default 25 (`max_retries`).
    pub max_retries: u32,
    /// Jobs that the dead set may hold, and one; older ones go. Default 10,000 (`dead_max_jobs`).
    pub dead_max_jobs: u32,
    /// Dead jobs of this age go. Default 180 days (`dead_timeout_in_seconds`).
    pub dead_timeout: Duration,
    /// How often a process looks for jobs whose time has come. Default: as soon as one is due.
    pub polling: Polling,
    /// A word that Sidekiq's page shows beside the process. Default empty (`tag`).
    pub tag: String,
    /// Words that Sidekiq's page shows with the process. Default none (`labels`).
    pub labels: Vec<String>,
}

impl SidekiqOptions {
    /// The defaults for a server.
    pub fn new(address: Address) -> Self {
        Self {
            address,
            timing: Timing::default(),
            times: PayloadTimes::default(),
            max_retries: 25,
            dead_max_jobs: 10_000,
            dead_timeout: Duration::from_secs(180 * 24 * 3600),
            polling: Polling::default(),
            tag: String::new(),
            labels: Vec::new(),
        }
    }
}
