//! Reading everything anew while the service runs.

use super::super::Session;
use super::super::logging::Logging;
use super::service_log::ServiceLog;
use crate::config::{Config, Effect, changes};
use crate::service::{ServiceMonitor, ServiceOptions};

/// What a running service reads anew, and with what it goes on.
pub(super) struct Reloader<'a> {
    pub(super) session: &'a Session,
    /// The section that the service runs.
    pub(super) section: String,
    pub(super) monitor: ServiceMonitor,
    pub(super) logging: Logging,
    pub(super) service_log: Option<ServiceLog>,
    /// What holds now.
    pub(super) config: Config,
}

impl Reloader<'_> {
    /// Keeps the log of a service on demand from growing without end.
    pub(super) fn keep_log_small(&self) {
        if let Some(Err(error)) = self.service_log.as_ref().map(ServiceLog::keep_small) {
            tracing::error!(%error, "failed to begin a new log file, writing on in the old one");
        }
    }

    /// Opens the log file anew and reads the configuration again. What is wrong is reported, and the old values stay.
    pub(super) fn reload(&mut self) {
        let service_log = self.service_log.as_ref().map_or(Ok(()), ServiceLog::reopen);
        if let Err(error) = service_log.and_then(|()| self.logging.reopen()) {
            tracing::error!(%error, "failed to reopen a log file, writing on in the old one");
        }
        match self.session.reload_config().and_then(|config| config.section(&self.section).map(|_| config.clone())) {
            Ok(config) => self.go_on_by(config),
            Err(error) => tracing::error!("the configuration is invalid, the service goes on as before: {error}"),
        }
    }

    fn go_on_by(&mut self, config: Config) {
        let changes = changes(&self.config, &config, &self.section);
        for change in &changes {
            let (key, before, after) = (change.key, &change.before, &change.after);
            match change.effect {
                Effect::Now => tracing::info!(key, before, after, "configuration changed"),
                Effect::Restart => {
                    tracing::warn!(key, before, after, "configuration changed; this takes effect with the next start");
                }
            }
        }
        if let Ok(section) = config.section(&self.section) {
            self.logging.set_level(section.log_level);
            self.monitor.reload(ServiceOptions::of_section(section, &config));
        }
        tracing::info!(n_changes = changes.len(), "configuration reloaded");
        self.config = config;
    }
}
