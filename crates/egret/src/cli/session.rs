//! What a command works with.

use std::path::Path;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};

use egret_core::memory::MemoryRows;
use egret_core::{Origin, Timestamp};
use jiff::tz::TimeZone;
use tokio::sync::OnceCell;

use super::{Failure, Output};
use crate::app;
use crate::config::{Config, ConfigError, LoadOptions};
use crate::language::{Language, Reader, Sentence};
use crate::program::Reexec;
use crate::{App, AppBuilder};

/// What a command works with: the configuration, the application, the streams.
#[derive(Debug)]
pub struct Session {
    load: LoadOptions,
    config: Config,
    output: Output,
    zone: TimeZone,
    /// The language that the command line asks for.
    language: Option<Language>,
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
        let config = Config::load(&load)?;
        Ok(Self {
            zone: config.time_zone.clone().unwrap_or_else(crate::zone::of_process),
            language: None,
            config,
            load,
            output,
            builder: Mutex::new(Some(builder)),
            app: OnceCell::new(),
            wants_replacement: AtomicBool::new(false),
        })
    }

    /// Whether there is the application's folder. A misspelt one would look like an application with no jobs.
    pub(super) fn check_folder(&self) -> Result<(), Failure> {
        if self.config.root.is_dir() {
            return Ok(());
        }
        let (language, path) = (self.language(), self.config.root.display().to_string());
        Err(Failure::new(language.text_with("folder-absent", &[("path", path.into())]))
            .with_hint(language.text("folder-absent-hint")))
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

    /// Takes the language that the command line asks for.
    pub(super) fn speaking(self, language: Option<Language>) -> Self {
        let output = self.output.speaking(spoken(language, self.config.locale));
        Self { language, output, ..self }
    }

    /// What the files, the variables and the options of the command line say.
    pub fn config(&self) -> &Config {
        &self.config
    }

    /// Where to write.
    pub fn output(&self) -> &Output {
        &self.output
    }

    /// The zone in which people read times: that of the configuration, else of the machine.
    pub fn zone(&self) -> &TimeZone {
        &self.zone
    }

    /// The language in which people read: the one of the command line, else that of `EGRET_LANG`, `LC_ALL`, `LC_MESSAGES`
    /// or `LANG`, else that of the configuration, else English.
    pub fn language(&self) -> Language {
        spoken(self.language, self.config.locale)
    }

    /// What is wrong with the configuration, for whoever asked.
    pub(super) fn refusal(&self, error: &ConfigError) -> Failure {
        Failure::of_configuration(error, self.language())
    }

    /// Who reads, for what speaks to people.
    pub fn reader(&self) -> Reader {
        Reader::new(self.language(), self.zone.clone())
    }

    /// The application; its store is opened by the first call.
    ///
    /// # Errors
    /// The store refuses, or the application contradicts itself.
    pub async fn app(&self) -> Result<&App, Failure> {
        self.app.get_or_try_init(|| self.open()).await
    }

    /// The application for a command that only looks, or that changes what it finds: a store that is not there is not
    /// made, which is said, and looks empty.
    pub(super) async fn app_for_looking(&self) -> Result<&App, Failure> {
        match app::absent(&self.config) {
            Some(store) if !self.app.initialized() => {
                let absence = self.absence(&store);
                self.output.note(absence.text(self.language()));
                self.output.hint(absence.hint(self.language()).as_deref());
                self.app.get_or_try_init(|| self.open_empty()).await
            }
            _ => self.app().await,
        }
    }

    /// The application for a command that changes something by its name.
    ///
    /// # Errors
    /// There is no store, so that nothing has a name; it is not made. Or the store refuses.
    pub(super) async fn app_for_changing(&self) -> Result<&App, Failure> {
        match app::absent(&self.config) {
            Some(store) => Err(self.absence(&store)),
            None => self.app().await,
        }
    }

    fn absence(&self, store: &app::AbsentStore) -> Failure {
        let language = self.language();
        Failure::new(language.text_with("store-absent", &[("store", store.location.as_str().into())]))
            .with_hint(language.text("store-absent-hint"))
    }

    /// Now, by the store's clock. A store that is not there is not made for that: it would have the clock of this machine.
    ///
    /// # Errors
    /// The store fails.
    pub async fn now(&self) -> Result<Timestamp, Failure> {
        match self.app.get() {
            Some(app) => Ok(app.backend().now().await?),
            None if app::absent(&self.config).is_some() => Ok(Timestamp::now()),
            None => Ok(self.app().await?.backend().now().await?),
        }
    }

    async fn open(&self) -> Result<App, Failure> {
        let reexec = Reexec::current()?;
        Ok(self.builder()?.config(self.config.clone()).origin(Origin::CommandLine).reexec(reexec).build().await?)
    }

    async fn open_empty(&self) -> Result<App, Failure> {
        let nothing = Arc::new(MemoryRows::default());
        Ok(self.builder()?.config(self.config.clone()).backend(nothing).start_nothing().build().await?)
    }

    fn builder(&self) -> Result<AppBuilder, Failure> {
        let builder = self.builder.lock().expect("nothing panics while the builder is locked").take();
        builder.ok_or_else(|| Failure::new(Sentence::new("cli-store-unopened")))
    }
}

/// The language to speak: the one that was asked for, else that of the process's variables, else that of the
/// configuration, else English.
pub(super) fn spoken(asked: Option<Language>, locale: Option<Language>) -> Language {
    let of_variables = || Language::of_variables(|name| std::env::var(name).ok());
    asked.or_else(of_variables).or(locale).unwrap_or_default()
}

/// Whose configuration it is, in a line.
pub(super) fn place(language: Language, root: &Path, environment: &str) -> String {
    let folder = root.display().to_string();
    language.text_with("check-place", &[("folder", folder.into()), ("environment", environment.into())])
}
