//! A service: claims jobs from a store, performs them, tells how they ended, and shows that it is alive.
//!
//! ```text
//!  control thread                          job threads             heart thread
//!  ┌──────────┐ claims  ┌──────┐ takes  ┌──────────┐
//!  │ claimer  │────────▶│ hand │───────▶│ workers  │               beats; gives up what it
//!  │ keeper   │         └──────┘        └────┬─────┘               can no longer claim to hold
//!  │ finisher │◀── outbox ◀── ended claims ──┘
//!  └──────────┘
//! ```
//!
//! Claiming, finishing and beating never share a thread with jobs, so that a job that blocks its thread delays only
//! itself. Every loop has the same shape: it waits for a hint, at most until a timer that is the truth.

mod claimer;
mod crew;
mod engine;
mod finisher;
mod forget;
mod grid;
mod hand;
mod heart;
mod keeper;
mod leave;
mod look;
pub(crate) mod memory;
mod monitor;
mod notes;
mod options;
mod outbox;
mod progress;
mod rate;
mod retirement;
mod settings;
mod shutdown;
mod stop;
mod worker;

use std::sync::Arc;

use egret_core::{Backend, ServiceId, ServiceMode};
use futures_util::FutureExt as _;
use tokio::sync::oneshot;
use tokio::task::JoinSet;

pub use monitor::{Running, ServiceMonitor, ServiceStatus};
pub use options::{ExitRule, ServiceOptions};
pub use progress::{ServiceLoop, Stall};
pub use retirement::EndCause;
pub use stop::{StopControl, StopRequest, StopSignal};

use crate::Error;
use crate::execution_log::LogOutbox;
use crate::executor::Executor;
use crew::Crew;
use engine::Engine;
use grid::Grid;
use heart::Heart;
use keeper::Keeper;

/// A service that is to be started.
pub struct Service {
    backend: Arc<dyn Backend>,
    executor: Arc<dyn Executor>,
    logs: Arc<LogOutbox>,
    options: ServiceOptions,
    max_services: Option<u32>,
    on_registered: Option<OnRegistered>,
}

/// Called with the name of this life of the service.
type OnRegistered = Box<dyn FnOnce(ServiceId) + Send>;

impl std::fmt::Debug for Service {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.debug_struct("Service").field("options", &self.options).finish_non_exhaustive()
    }
}

/// What a service did.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct ServiceReport {
    /// Jobs that ended, well or badly.
    pub n_finished: u64,
    /// Jobs that were given back because the stop's deadline came first.
    pub n_released: u64,
    /// Why the service ended.
    pub cause: EndCause,
}

/// A running service.
#[derive(Debug)]
pub struct ServiceHandle {
    stop: StopControl,
    monitor: ServiceMonitor,
    report: oneshot::Receiver<Result<ServiceReport, Error>>,
}

impl ServiceHandle {
    /// Asks it to be quiet or to stop.
    pub fn control(&self) -> &StopControl {
        &self.stop
    }

    /// Looks at it while it runs, from anywhere in this process.
    pub fn monitor(&self) -> ServiceMonitor {
        self.monitor.clone()
    }

    /// Waits until it has ended.
    ///
    /// # Errors
    /// When the service could not register, or its control thread panicked.
    pub async fn ended(self) -> Result<ServiceReport, Error> {
        match self.report.await {
            Ok(report) => report,
            Err(_) => Err(Error::internal("the control thread of the service ended with a panic")),
        }
    }
}

impl Service {
    /// A service of the options on a store. Where the store keeps no right to start services on demand, nobody would start
    /// another one: then it stays, whatever its mode.
    pub fn new(
        backend: Arc<dyn Backend>,
        executor: Arc<dyn Executor>,
        logs: Arc<LogOutbox>,
        mut options: ServiceOptions,
    ) -> Self {
        options.mode = options.mode_on(backend.capabilities());
        Self { backend, executor, logs, options, max_services: None, on_registered: None }
    }

    /// On demand: refuses to start when this many services of the name live.
    #[must_use]
    pub fn max_services(mut self, max_services: u32) -> Self {
        self.max_services = (self.options.mode == ServiceMode::OnDemand).then_some(max_services);
        self
    }

    /// Has `announce` called on the service's own thread once the store knows it, before it claims anything.
    #[must_use]
    pub fn on_registered(mut self, announce: impl FnOnce(ServiceId) + Send + 'static) -> Self {
        self.on_registered = Some(Box::new(announce));
        self
    }

    /// Starts it on threads of its own. It ends when told through `stop`, or by itself as its options say.
    ///
    /// # Errors
    /// When the system gives no thread.
    pub fn start(self, stop: StopControl) -> Result<ServiceHandle, Error> {
        let (sender, report) = oneshot::channel();
        let Self { backend, executor, logs, options, max_services, on_registered } = self;
        let engine = Arc::new(Engine::new(backend, executor, options, stop.clone(), logs));
        let monitor = ServiceMonitor::new(Arc::clone(&engine));
        let grid = Grid::of_next_runtime();
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build()
            .map_err(|error| Error::io("failed to make the control runtime", error))?;
        std::thread::Builder::new()
            .name("egret-control".to_owned())
            .spawn(move || {
                // Nobody listening for the report is no error.
                // Boxed, or the code is in the program once for each kind of runtime.
                let _ = sender.send(runtime.block_on(live(engine, grid, max_services, on_registered).boxed()));
            })
            .map_err(|error| Error::io("failed to start the control thread", error))?;
        Ok(ServiceHandle { stop, monitor, report })
    }
}

/// The whole life of a service.
async fn live(
    engine: Arc<Engine>,
    grid: Grid,
    max_services: Option<u32>,
    on_registered: Option<OnRegistered>,
) -> Result<ServiceReport, Error> {
    let service = register(&engine, max_services).await?;
    if let Some(announce) = on_registered {
        announce(service);
    }
    let heart = Heart::start(Arc::clone(&engine)).map_err(|error| Error::io("failed to start the heart", error))?;
    let mut crew = Crew::new(&engine);
    let mut tellers = JoinSet::new();
    tellers.spawn(finisher::tell_endings(Arc::clone(&engine)));
    tellers.spawn(notes::tell_notes(Arc::clone(&engine)));

    let mut keeper = Keeper::new(&engine, grid);
    let cause = claimer::claim_until_done(&engine, &mut keeper, &mut crew).await;

    let n_released = shutdown::finish_runs(&engine, crew.workers()).await;
    keeper.prune_before_leaving(&engine).await;
    heart.stop().await;
    shutdown::leave(&engine).await;
    crew.dismiss();
    Ok(ServiceReport { n_finished: engine.outbox.n_finished(), n_released, cause })
}

async fn register(engine: &Engine, max_services: Option<u32>) -> Result<ServiceId, Error> {
    let mut info = engine.info(engine.options().start_right);
    info.max_services = max_services;
    let service = engine.backend.register(info).await?;
    engine.set_service(service);
    tracing::info!(%service, name = engine.options().name, "service started");
    Ok(service)
}
