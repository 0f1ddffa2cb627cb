//! Putting an application together.

use std::sync::Arc;

use egret_core::{Backend, ClassSelection, JobData, Origin, Selection, StartRequest, Timing};

use super::{App, AppInner};
use crate::config::{Config, DEFAULT_SECTION, LoadOptions, Mode};
use crate::job::{Job, Registry};
use crate::program::Reexec;
use crate::start::{InProcessStarter, NoStarter, ProcessStarter, Starter};
use crate::{Error, ErrorKind};

/// Puts an [`App`] together. Everything has a default: without a file the store is `var/egret.db` below the current
/// folder, and in on-demand mode an enqueue runs the service inside this process.
#[derive(Debug, Default)]
pub struct AppBuilder {
    config: Option<Config>,
    backend: Option<Arc<dyn Backend>>,
    registry: Registry,
    problems: Vec<Error>,
    origin: Option<Origin>,
    starting: Starting,
    timing: Timing,
    at_once: Condition,
}

/// Which jobs do not wait.
#[derive(Default)]
struct Condition(Option<super::at_once::AtOnce>);

impl std::fmt::Debug for Condition {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str(if self.0.is_some() { "a condition" } else { "none" })
    }
}

/// How services come to life on demand.
#[derive(Debug, Default)]
enum Starting {
    /// Inside this process; they end with it.
    #[default]
    InProcess,
    /// As processes of their own: this program, started again.
    Reexec(Reexec),
    /// Not by this application.
    Never,
}

impl AppBuilder {
    /// Takes a configuration instead of reading the one of this process.
    #[must_use]
    pub fn config(mut self, config: Config) -> Self {
        self.config = Some(config);
        self
    }

    /// Takes a store instead of opening the one that the configuration names.
    #[must_use]
    pub fn backend(mut self, backend: Arc<dyn Backend>) -> Self {
        self.backend = Some(backend);
        self
    }

    /// Makes a job class known. A class that is registered twice makes [`build`](Self::build) fail.
    #[must_use]
    pub fn register<J: Job>(mut self) -> Self {
        if let Err(error) = self.registry.register::<J>() {
            self.problems.push(error);
        }
        self
    }

    /// Says where enqueues of this application come from. Default: the application's code.
    #[must_use]
    pub fn origin(mut self, origin: Origin) -> Self {
        self.origin = Some(origin);
        self
    }

    /// Starts services on demand as processes of their own, by running this program again.
    #[must_use]
    pub fn reexec(mut self, reexec: Reexec) -> Self {
        self.starting = Starting::Reexec(reexec);
        self
    }

    /// Never starts a service, whatever the mode: for programs that only look.
    #[must_use]
    pub fn start_nothing(mut self) -> Self {
        self.starting = Starting::Never;
        self
    }

    /// Performs the jobs of which the condition says so at once, in place, when they are enqueued: nothing is stored, a time is
    /// not waited for, and retries follow each other. An enqueue whose job fails answers its error. For tests, or for jobs that
    /// are not worth storing; what Delayed Job has as `delay_jobs`. Without a condition the store decides
    /// (`delayed_job.delay_jobs` of the configuration).
    #[must_use]
    pub fn perform_at_once_if(mut self, condition: impl Fn(&JobData) -> bool + Send + Sync + 'static) -> Self {
        self.at_once = Condition(Some(Box::new(condition)));
        self
    }

    /// Beats and leases other than the defaults; every process on the store must use the same.
    #[must_use]
    pub fn timing(mut self, timing: Timing) -> Self {
        self.timing = timing;
        self
    }

    /// Opens the store.
    ///
    /// # Errors
    /// When the configuration has errors (all of them at once), a class is registered twice, or the store refuses.
    pub async fn build(self) -> Result<App, Error> {
        if let Some(problem) = self.problems.into_iter().next() {
            return Err(problem);
        }
        let config = match self.config {
            Some(config) => config,
            None => Config::load(&LoadOptions::from_process())?,
        };
        let section = config.section(DEFAULT_SECTION)?.clone();
        let backend = match self.backend {
            Some(backend) => backend,
            None => super::store::open(&config, self.timing).await?,
        };
        let can_start = section.mode == Mode::OnDemand && backend.capabilities().on_demand;
        let (starter, reexec): (Arc<dyn Starter>, _) = match self.starting {
            Starting::InProcess => (Arc::new(InProcessStarter::default()), None),
            Starting::Reexec(reexec) => (Arc::new(ProcessStarter::new(reexec.clone(), &config)), Some(reexec)),
            Starting::Never => (Arc::new(NoStarter), None),
        };
        let start_request = (can_start && starter.starts()).then(|| {
            let max_services = u32::try_from(section.max_services).unwrap_or(u32::MAX);
            let classes = match backend.capabilities().claims_by_class {
                true => self.registry.selection(),
                false => ClassSelection::All,
            };
            let selection = Selection { queues: section.queue_order(), classes };
            let request = StartRequest::new(section.name.clone(), max_services);
            Arc::new(StartRequest { selection: Arc::new(selection), ..request })
        });
        let inner = AppInner {
            section,
            backend,
            registry: Arc::new(self.registry),
            starter,
            start_request,
            origin: self.origin.unwrap_or(Origin::Application),
            reexec,
            timing: self.timing,
            at_once: self.at_once.0,
            config,
        };
        Ok(App { inner: Arc::new(inner) })
    }
}

impl From<crate::config::ConfigError> for Error {
    fn from(error: crate::config::ConfigError) -> Self {
        Self::new(ErrorKind::Configuration, error.to_string())
    }
}
