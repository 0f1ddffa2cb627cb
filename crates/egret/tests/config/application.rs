//! An application's folder made for one test.

use std::fs;

use egret::config::{Config, ConfigError, LoadOptions, Section};
use tempfile::TempDir;

/// A folder with the files that a test writes, loaded without any variable of the real process.
pub(crate) struct Application {
    folder: TempDir,
    pub(crate) options: LoadOptions,
}

impl Application {
    pub(crate) fn new() -> Self {
        let folder = TempDir::new().expect("a temporary folder can be made");
        let options = LoadOptions::in_folder(folder.path());
        Self { folder, options }
    }

    /// With this `config/job.yml`.
    pub(crate) fn with(text: &str) -> Self {
        Self::new().file("config/job.yml", text)
    }

    pub(crate) fn file(self, name: &str, text: &str) -> Self {
        let path = self.folder.path().join(name);
        fs::create_dir_all(path.parent().expect("it is below the folder")).expect("folders can be made");
        fs::write(path, text).expect("files can be written");
        self
    }

    pub(crate) fn variable(mut self, name: &str, value: &str) -> Self {
        self.options.environment.insert(name.to_owned(), value.to_owned());
        self
    }

    pub(crate) fn set(mut self, path: &str, value: &str) -> Self {
        self.options.overrides.insert(path.to_owned(), value.to_owned());
        self
    }

    /// With this file of Sidekiq's, named as `--sidekiq-config` does.
    pub(crate) fn sidekiq(self, text: &str) -> Self {
        let mut application = self.file("config/sidekiq.yml", text);
        application.options.sidekiq_file = Some("config/sidekiq.yml".into());
        application
    }

    /// What means nothing here, the application's folder shortened to `ROOT`.
    pub(crate) fn unheeded(&self) -> Vec<String> {
        let folder = self.folder.path().display().to_string();
        self.load().unheeded.iter().map(|problem| problem.to_string().replace(&folder, "ROOT")).collect()
    }

    pub(crate) fn path(&self, name: &str) -> String {
        self.folder.path().join(name).display().to_string()
    }

    pub(crate) fn try_load(&self) -> Result<Config, ConfigError> {
        Config::load(&self.options)
    }

    pub(crate) fn load(&self) -> Config {
        self.try_load().expect("the configuration is valid")
    }

    pub(crate) fn section(&self, name: &str) -> Section {
        self.load().section(name).expect("the section exists").clone()
    }

    /// The text of the error, the application's folder shortened to `ROOT`.
    pub(crate) fn error(&self) -> String {
        let error = self.try_load().expect_err("the configuration is refused");
        error.to_string().replace(&self.folder.path().display().to_string(), "ROOT")
    }
}
