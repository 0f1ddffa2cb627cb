//! `egret run`: a service in the foreground.

mod hangup;
mod reload;
mod service_log;
mod signals;
mod succession;
mod supervision;

use std::time::Duration;

use clap::{Args, ValueEnum};
use egret_core::ServiceMode;

use self::hangup::Reloads;
use self::reload::Reloader;
use self::service_log::ServiceLog;
use self::succession::Succession;
pub(super) use self::succession::replace_this_process;
use super::logging::LogArguments;
use super::section::SectionArguments;
use super::{Exit, Failure, Session};
use crate::config::{DEFAULT_SECTION, Section};
use crate::language::Language;
use crate::service::{ExitRule, ServiceHandle, ServiceOptions, ServiceReport, StopControl};
use crate::start::{self, START_RIGHT_VARIABLE};
use crate::systemd::ServiceManager;
use crate::{App, Error, ErrorKind};

/// Between two looks at the size of the log of a service on demand.
const LOOK_AT_LOG_EVERY: Duration = Duration::from_secs(5);

/// Runs a service in the foreground
///
/// It claims jobs and performs them until it is told to stop, or, on demand, until nothing waits. TERM, INT (Ctrl-C) and
/// QUIT stop it gracefully: running jobs finish until the deadline (`shutdown_timeout`), the rest is given back. A second
/// Ctrl-C, or any of them more than 5 s after the first, means at once. TSTP makes it quiet: it claims nothing more. USR1,
/// USR2, TTIN and CONT mean what those expect who come from the store's system: on Egret's own stores USR1 makes quiet,
/// CONT ends that, and TTIN has the log tell what runs. HUP has it open its log files anew and go on by what config/job.yml says now, as far as a running
/// service can; started from a terminal, HUP stops it, and under nohup it means nothing.
#[derive(Args, Debug)]
pub(super) struct Run {
    #[command(flatten)]
    pub(super) section: SectionArguments,
    /// Whether to leave when nothing waits; instead of what the section says
    #[arg(long, value_name = "MODE")]
    mode: Option<ModeArgument>,
    /// Leaves as soon as nothing is due
    #[arg(long)]
    until_empty: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum ModeArgument {
    /// Stays until it is told to stop
    #[value(name = "service")]
    Service,
    /// Leaves when nothing waits
    #[value(name = "on_demand", alias = "on-demand")]
    OnDemand,
}

impl From<ModeArgument> for ServiceMode {
    fn from(mode: ModeArgument) -> Self {
        match mode {
            ModeArgument::Service => Self::Service,
            ModeArgument::OnDemand => Self::OnDemand,
        }
    }
}

impl Run {
    /// The same, leaving as soon as nothing is due.
    pub(super) fn until_empty(self) -> Self {
        Self { until_empty: true, ..self }
    }

    pub(super) async fn perform(self, session: &Session, log: &LogArguments) -> Result<Exit, Failure> {
        let (stop, reloads) = (StopControl::new(), Reloads::default());
        // Before anything slow, so that no signal is lost.
        let signals = signals::listen(&stop, &reloads)?;
        let service_log = ServiceLog::of_process(&session.config().root);
        let name = self.section.name(session.config())?;
        let section = session.config().section(name.as_deref().unwrap_or(DEFAULT_SECTION));
        let section = section.map_err(|error| session.refusal(&error))?;
        let logging = log.for_a_service(session.output(), section.log_level)?;
        for problem in &session.config().unheeded {
            tracing::warn!("{problem}");
        }
        let app = session.app().await?;
        logging.let_through(app.registry().lowest_log_level());
        let mut options = self.options(section, session);
        options.timing = app.timing();
        options.log_level = logging.bound().clone();
        let mode = options.mode_on(app.backend().capabilities());
        let handle = self.start(app, session.language(), options, section, &stop)?;
        signals.learn(app.backend().capabilities().signals, handle.monitor());
        let reloader = Reloader {
            session,
            section: section.section.clone(),
            monitor: handle.monitor(),
            logging,
            service_log,
            config: session.config().clone(),
        };
        match ended(handle, reloader, &reloads).await {
            Ok(report) => {
                let (n_finished, n_released) = (report.n_finished, report.n_released);
                tracing::info!(n_finished, n_released, "service ended");
                if report.cause.wants_successor() {
                    succeed(session, app, Succession::of_process(mode)).await?;
                }
                Ok(Exit::Success)
            }
            Err(error) if mode == ServiceMode::OnDemand && is_one_too_many(&error) => {
                tracing::info!("enough services are alive");
                Ok(Exit::Success)
            }
            Err(error) => Err(error.into()),
        }
    }

    /// Starts the service; whoever supervises this process learns of it before the first job is claimed.
    fn start(
        &self,
        app: &App,
        language: Language,
        options: ServiceOptions,
        section: &Section,
        stop: &StopControl,
    ) -> Result<ServiceHandle, Failure> {
        // Whoever waits for the pool to be empty wants a service, whether or not another one is alive.
        let max_services = if self.until_empty || section.until_empty { usize::MAX } else { section.max_services };
        let manager = ServiceManager::of_process();
        let service = app.service_with(options, max_services).on_registered(move |_| {
            announce();
            manager
                .inspect(|manager| manager.ready(&language.text_with("services-waiting", &[("ended", 0_u32.into())])));
        });
        let handle = service.start(stop.clone())?;
        if let Some(manager) = manager {
            tokio::spawn(supervision::inform(manager, handle.monitor(), stop.clone(), language));
        }
        Ok(handle)
    }

    fn options(&self, section: &Section, session: &Session) -> ServiceOptions {
        let mut options = ServiceOptions::of_section(section, session.config());
        if let Some(mode) = self.mode {
            options.mode = mode.into();
        }
        if self.until_empty || section.until_empty {
            options.exit = ExitRule::WhenNothingIsDue;
        }
        options.start_right = start_right();
        options
    }
}

/// Tells whoever started this service on demand, and watches, that it is there.
fn announce() {
    if start_right().is_none() {
        return;
    }
    if let Err(error) = start::announce() {
        tracing::warn!(error = %crate::error::chain(&error), "failed to tell that this service is there");
    }
}

/// Waits for the end of the service; reads everything anew whenever that is asked for.
async fn ended(handle: ServiceHandle, mut reloader: Reloader<'_>, reloads: &Reloads) -> Result<ServiceReport, Error> {
    let manager = ServiceManager::of_process();
    let ended = handle.ended();
    tokio::pin!(ended);
    let mut looks = tokio::time::interval(LOOK_AT_LOG_EVERY);
    loop {
        tokio::select! {
            report = &mut ended => return report,
            _ = looks.tick(), if reloader.service_log.is_some() => reloader.keep_log_small(),
            () = reloads.asked() => {
                manager.inspect(|manager| manager.reloading());
                reloader.reload();
                let words = supervision::words(reloader.monitor.status(), reloader.session.language());
                manager.inspect(|manager| manager.ready(&words));
            }
        }
    }
}

/// Has another process go on in the place of this one.
async fn succeed(session: &Session, app: &App, succession: Succession) -> Result<(), Failure> {
    match succession {
        Succession::Supervised => tracing::info!("ending, so that the service manager starts this service anew"),
        Succession::Itself => {
            tracing::info!("starting anew");
            session.replace_process();
        }
        Succession::Started => {
            let is_started = app.start_service_if_needed().await?;
            tracing::info!(is_started, "a service is started in the place of this one if jobs wait");
        }
    }
    Ok(())
}

/// The right to start that led to this process. Whatever else the variable holds is not from us.
fn start_right() -> Option<u64> {
    std::env::var(START_RIGHT_VARIABLE).ok()?.parse().ok()
}

fn is_one_too_many(error: &Error) -> bool {
    *error.kind() == ErrorKind::Store(egret_core::ErrorKind::Conflict)
}
