//! What a command works with.

use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, Ordering};

use egret_core::{Origin, Timestamp};
use jiff::tz::TimeZone;
use tokio::sync::OnceCell;

use super::{Failure, Output};
use crate::config::{Config, ConfigError, LoadOptions};
use crate::language::Language;
use crate::program::Reexec;
use crate::{App, AppBuilder};

/// What a command works with: the configuration, the application, the streams.
#[derive(Debug)]
pub struct Session {
    load: LoadOptions,
    config: Config,
    output: Output,
    zone: TimeZone,
    /// Taken by the first who asks for the application.
    builder: Mutex<Option<AppBuilder>>,
    app: OnceCell<App>,
    /// Whether this program is to be started anew in its own place once the command has ended.
    wants_replacement: AtomicBool,
}

impl Session {
    /// Reads the configuration.
    ///
    /// # Errors
    /// It is invalid.
    pub(super) fn load(load: LoadOptions, output: Output, builder: AppBuilder) -> Result<Self, ConfigError> {
        Ok(Self {
            config: Config::load(&load)?,
            load,
            output,
            zone: TimeZone::system(),
            builder: Mutex::new(Some(builder)),
            app: OnceCell::new(),
            wants_replacement: AtomicBool::new(false),
        })
    }

    /// Reads the configuration again, from the same places.
    ///
    /// # Errors
    /// It is invalid now.
    pub(super) fn reload_config(&self) -> Result<Config, ConfigError> {
        Config::load(&self.load)
    }

    /// Has this program started anew, in the place of this process, once the command has ended well.
    pub(super) fn replace_process(&self) {
        self.wants_replacement.store(true, Ordering::Release);
    }

    /// Whether somebody asked for that.
    pub(super) fn wants_replacement(&self) -> bool {
        self.wants_replacement.load(Ordering::Acquire)
    }

    /// What the files, the variables and the options of the command line say.
    pub fn config(&self) -> &Config {
        &self.config
    }

    /// Where to write.
    pub fn output(&self) -> &Output {
        &self.output
    }

    /// The zone of the machine, in which people read times.
    pub fn zone(&self) -> &TimeZone {
        &self.zone
    }

    /// The language in which people read.
    pub fn language(&self) -> Language {
        Language::of_variables(|name| std::env::var(name).ok()).unwrap_or_default()
    }

    /// The application; its store is opened by the first call.
    ///
    /// # Errors
    /// The store refuses, or the application contradicts itself.
    pub async fn app(&self) -> Result<&App, Failure> {
        self.app.get_or_try_init(|| self.open()).await
    }

    /// Now, by the store's clock.
    ///
    /// # Errors
    /// The store fails.
    pub async fn now(&self) -> Result<Timestamp, Failure> {
        Ok(self.app().await?.backend().now().await?)
    }

    async fn open(&self) -> Result<App, Failure> {
        let builder = self.builder.lock().expect("nothing panics while the builder is locked").take();
        let Some(builder) = builder else {
            return Err(Failure::new("the store could not be opened before"));
        };
        let reexec = Reexec::current()?;
        Ok(builder.config(self.config.clone()).origin(Origin::CommandLine).reexec(reexec).build().await?)
    }
}
