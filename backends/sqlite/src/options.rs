//! How a store is opened.

use std::path::PathBuf;
use std::sync::Arc;

use egret_core::{Clock, FailurePolicy, SystemClock, Timing};

/// What an acknowledged write survives.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Durability {
    /// A power loss: each commit that stores or ends jobs waits for the disk. Concurrent ones share the wait.
    #[default]
    Full,
    /// The end of the process, however it ends, but not a power loss: that can take the last moments, and leaves a store
    /// that is whole.
    Normal,
}

/// When a vacuum is refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct VacuumLimits {
    /// With more bytes in use than this a vacuum is refused while services live: it takes so long that they would fail
    /// meanwhile, since a writer waits for about a minute. Default 512 MiB.
    pub most_beside_services: u64,
    /// Bytes that must be free beyond what the pages in use take once more. Default 16 MiB.
    pub spare_bytes: u64,
}

impl Default for VacuumLimits {
    fn default() -> Self {
        Self { most_beside_services: 512 << 20, spare_bytes: 16 << 20 }
    }
}

/// How a store is opened and behaves.
#[derive(Clone, Debug)]
pub struct SqliteOptions {
    /// The database file; made if it is not there, with its folder. It may be an application's own database: Egret's
    /// tables begin with `egret_`.
    pub path: PathBuf,
    /// What an acknowledged write survives. Default: a power loss.
    pub durability: Durability,
    /// Beats and leases. Every process that uses the store should have the same.
    pub timing: Timing,
    /// Where the store's time comes from. Default: the machine's clock.
    pub clock: Arc<dyn Clock>,
    /// So many log lines of each attempt are kept in the store; the rest is in the attempt's log file alone. Default 1000.
    pub head_logs: usize,
    /// What happens to a job whose error nothing handled. Default: it is kept, discarded and revivable.
    pub failure_policy: FailurePolicy,
    /// When a vacuum is refused.
    pub vacuum: VacuumLimits,
}

impl SqliteOptions {
    /// The defaults for a store at the path.
    pub fn new(path: impl Into<PathBuf>) -> Self {
        Self {
            path: path.into(),
            durability: Durability::default(),
            timing: Timing::default(),
            clock: Arc::new(SystemClock),
            head_logs: 1000,
            failure_policy: FailurePolicy::Keep,
            vacuum: VacuumLimits::default(),
        }
    }
}
