//! Starting services on demand.

mod birth;
#[cfg(feature = "cli")]
mod detach;
mod in_process;
mod process;
mod service_log;

use std::fmt::Debug;

use async_trait::async_trait;
use egret_core::StartRight;

#[cfg(feature = "cli")]
pub(crate) use birth::announce;
#[cfg(feature = "cli")]
pub(crate) use detach::detach;
pub(crate) use in_process::InProcessStarter;
pub(crate) use process::ProcessStarter;
#[cfg(feature = "cli")]
pub(crate) use process::{DETACH_ARGUMENT, START_RIGHT_VARIABLE};
#[cfg(feature = "cli")]
pub(crate) use service_log::{SERVICE_LOG, identity, open_log, rotate};

use crate::{App, Error};

/// Variables by which a service manager talks to the one process that it started (sd_notify(3), sd_watchdog_enabled(3)).
/// What that process starts must not speak for it.
pub(crate) const MANAGER_VARIABLES: [&str; 3] = ["NOTIFY_SOCKET", "WATCHDOG_PID", "WATCHDOG_USEC"];

/// A way to bring a service to life.
#[async_trait]
pub(crate) trait Starter: Debug + Send + Sync {
    /// Whether it starts anything at all.
    fn starts(&self) -> bool {
        true
    }

    /// Starts one service that takes the right over. Returns when it is on its way, not when it has registered.
    async fn start(&self, app: &App, right: &StartRight) -> Result<(), Error>;
}

/// Starts nothing.
#[derive(Debug)]
pub(crate) struct NoStarter;

#[async_trait]
impl Starter for NoStarter {
    fn starts(&self) -> bool {
        false
    }

    async fn start(&self, _app: &App, _right: &StartRight) -> Result<(), Error> {
        Err(Error::internal("this application starts no services"))
    }
}
