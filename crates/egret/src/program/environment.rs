//! What a run of a program needs to know of the service around it.

use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use egret_core::Origin;
use tokio_util::sync::CancellationToken;

use super::Reexec;
use crate::config::ExecPolicy;
use crate::execution_log::ExecutionLog;

/// How long a program may take to end after it was asked to.
const DEFAULT_GRACE: Duration = Duration::from_secs(5);

/// What a run of a program needs to know of the service around it.
#[derive(Clone, Debug)]
pub struct RunEnvironment {
    /// Where its output goes.
    pub log: Arc<ExecutionLog>,
    /// Where the job comes from.
    pub origin: Origin,
    /// Fires when the program shall end: the job was cancelled, or the service's time to stop is over.
    pub cancellation: CancellationToken,
    /// Fires when the service begins to stop.
    pub stopping: CancellationToken,
    /// What an operator lets jobs run.
    pub policy: ExecPolicy,
    /// The file that is the store, if it is one on this machine (`Backend::local_file`).
    pub store_file: Option<PathBuf>,
    /// What a guard locks (`Backend::guard_file`, for the service of the claim).
    pub guard_file: Option<PathBuf>,
    /// How to start a guard; `None` where this program must not start itself again.
    pub reexec: Option<Reexec>,
    /// The application's folder: where programs run unless their job names another one.
    pub folder: PathBuf,
    /// How long the store lets a job run, whatever its arguments say; `None` for any time.
    pub longest_run: Option<Duration>,
    /// Between TERM and KILL. Default 5 s.
    pub grace: Duration,
}

impl RunEnvironment {
    /// The environment of a job of the application itself, with no lists, no store file and no guard.
    pub fn new(log: Arc<ExecutionLog>, folder: PathBuf) -> Self {
        Self {
            log,
            origin: Origin::Application,
            cancellation: CancellationToken::new(),
            stopping: CancellationToken::new(),
            policy: ExecPolicy::default(),
            store_file: None,
            guard_file: None,
            reexec: None,
            folder,
            longest_run: None,
            grace: DEFAULT_GRACE,
        }
    }
}
