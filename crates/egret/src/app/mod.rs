//! An application: its configuration, its store, the jobs that it knows, and how services come to life.

mod at_once;
mod builder;
mod enqueue;
mod limits;
mod statements;
mod store;

use std::sync::Arc;

use egret_core::{Backend, ControlStore, Origin, StartRequest, Timing};

pub use builder::AppBuilder;
#[cfg(feature = "cli")]
pub(crate) use store::{AbsentStore, StorePlace, absent, check_url};
#[cfg(all(feature = "cli", feature = "delayed_job"))]
pub(crate) use store::{found_tables, run_times};
pub use store::{migrate, stored_version};

use crate::Error;
use crate::config::{Config, Section};
use crate::execution_log::{LevelBound, LogLimits, LogOutbox};
use crate::executor::{Executor, RegistryExecutor};
use crate::job::Registry;
use crate::program::Reexec;
use crate::service::{Service, ServiceOptions};
use crate::start::Starter;

/// An application: configuration, store, registered jobs. Cheap to clone; nothing is global, several live side by side.
///
/// ```no_run
/// # async fn example() -> Result<(), egret::Error> {
/// let app = egret::App::builder().build().await?;
/// # Ok(()) }
/// ```
#[derive(Clone)]
pub struct App {
    inner: Arc<AppInner>,
}

struct AppInner {
    config: Config,
    /// The section by which enqueues go: its mode decides whether they start a service.
    section: Section,
    backend: Arc<dyn Backend>,
    registry: Arc<Registry>,
    starter: Arc<dyn Starter>,
    /// What each enqueue asks with in on-demand mode.
    start_request: Option<Arc<StartRequest>>,
    origin: Origin,
    reexec: Option<Reexec>,
    timing: Timing,
    /// Which jobs are performed at once, if the application says it.
    at_once: Option<at_once::AtOnce>,
}

impl std::fmt::Debug for App {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter
            .debug_struct("App")
            .field("root", &self.inner.config.root)
            .field("store", &self.inner.backend.location())
            .finish_non_exhaustive()
    }
}

impl App {
    /// Begins an application with what `config/job.yml` and the environment say.
    pub fn builder() -> AppBuilder {
        AppBuilder::default()
    }

    /// The configuration.
    pub fn config(&self) -> &Config {
        &self.inner.config
    }

    /// The store.
    pub fn backend(&self) -> &Arc<dyn Backend> {
        &self.inner.backend
    }

    /// The registered jobs.
    pub fn registry(&self) -> &Arc<Registry> {
        &self.inner.registry
    }

    /// Where enqueues of this application come from.
    pub fn origin(&self) -> Origin {
        self.inner.origin
    }

    /// How this program starts itself again, if it may: only programs that entered `egret::cli::run` do.
    pub fn reexec(&self) -> Option<&Reexec> {
        self.inner.reexec.as_ref()
    }

    /// Beats and leases of every service of this application.
    pub fn timing(&self) -> Timing {
        self.inner.timing
    }

    pub(crate) fn starter(&self) -> &Arc<dyn Starter> {
        &self.inner.starter
    }

    /// Whether enqueues of this application start services: the mode is on demand, the store keeps the right to start, and
    /// this program knows how.
    pub fn starts_on_demand(&self) -> bool {
        self.inner.start_request.is_some()
    }

    pub(crate) fn start_request(&self) -> Option<&Arc<StartRequest>> {
        self.inner.start_request.as_ref()
    }

    /// A service of a section of the configuration, ready to start.
    ///
    /// # Errors
    /// When there is no such section.
    pub fn service(&self, section: &str) -> Result<Service, Error> {
        let section = self.inner.config.section(section)?;
        let mut options = ServiceOptions::of_section(section, &self.inner.config);
        options.timing = self.inner.timing;
        Ok(self.service_with(options, section.max_services))
    }

    /// A service with options of the caller's own. On demand at most `max_services` of its name live.
    pub fn service_with(&self, options: ServiceOptions, max_services: usize) -> Service {
        let logs = self.log_outbox(options.log_level.clone());
        let executor: Arc<dyn Executor> = Arc::new(RegistryExecutor::new(self.clone()));
        Service::new(Arc::clone(&self.inner.backend), executor, logs, options)
            .max_services(u32::try_from(max_services).unwrap_or(u32::MAX))
    }

    pub(crate) fn log_outbox(&self, bound: LevelBound) -> Arc<LogOutbox> {
        let limits = LogLimits { head_lines: self.inner.config.head_logs, ..LogLimits::default() };
        LogOutbox::bounded(Some(self.log_folder()), limits, bound)
    }

    /// Where users, sessions, tokens and the trail of changes are kept: in the store of the jobs, or else in an embedded
    /// file of its own, `var/egret-control.db` below the application's folder.
    ///
    /// # Errors
    /// When that file cannot be opened.
    pub async fn control_store(&self) -> Result<Arc<dyn ControlStore>, Error> {
        match Arc::clone(&self.inner.backend).control() {
            Some(control) => Ok(control),
            None => store::beside(&self.inner.config).await,
        }
    }

    /// Where whole logs of attempts are kept.
    pub fn log_folder(&self) -> std::path::PathBuf {
        self.inner.backend.log_folder().unwrap_or_else(|| self.inner.config.root.join("var/log/jobs"))
    }

    /// The section by which enqueues go.
    pub fn section(&self) -> &Section {
        &self.inner.section
    }
}
