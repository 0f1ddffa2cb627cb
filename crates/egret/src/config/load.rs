//! Loads a configuration.

use std::collections::BTreeMap;
use std::env;
use std::path::PathBuf;

use super::discovery::{DEFAULT_ENVIRONMENT, Place};
use super::error::ConfigError;
use super::{Config, Review, decode, defaults, foreign, variables};

/// Where to look for the configuration and what to lay over it.
///
/// Nothing else is consulted: the process's own variables and folder count only through
/// [`from_process`](Self::from_process), so that tests with different settings run side by side.
#[derive(Debug, Clone, Default)]
#[non_exhaustive]
pub struct LoadOptions {
    /// The application's folder. `None`: the variable `EGRET_ROOT`, else the nearest folder from
    /// [`current_folder`](Self::current_folder) upwards that has a `config/job.yml`, else the current folder. Folders
    /// further up that anybody may write to, such as `/tmp`, are passed over.
    pub root: Option<PathBuf>,
    /// The folder that relative paths start from.
    pub current_folder: PathBuf,
    /// A file with the keys of one section, from the current folder: the section is called as the file is. This is what
    /// `config=PATH` means (SHIRASAGI 1.21.0, `app/models/job/service.rb`, where the file holds Ruby).
    pub section_file: Option<PathBuf>,
    /// A file of Sidekiq's, `config/sidekiq.yml`, from the current folder. What it says is laid over the files; with it
    /// `RAILS_MAX_THREADS` counts where it names no concurrency, and `REDIS_PROVIDER` and `REDIS_URL` choose the store
    /// where nobody has chosen one.
    pub sidekiq_file: Option<PathBuf>,
    /// Environment variables. `EGRET_ROOT` and `EGRET_ENV` (else `RAILS_ENV`, else `RACK_ENV`; with a file of Sidekiq's
    /// `APP_ENV` before these) choose folder and environment; `EGRET_`
    /// with the path of a key in capitals, dots as underscores, sets that key, lists with commas. A key of sections is
    /// set in all sections. An empty value counts as not set; variables that resemble none of ours are ignored.
    pub environment: BTreeMap<String, String>,
    /// Values by the path of their key, such as `url` or `polling.queues`; they win over everything else. Texts as in
    /// variables.
    pub overrides: BTreeMap<String, String>,
}

/// Variables of others that name the environment.
const ENVIRONMENT_VARIABLES: [&str; 3] = ["APP_ENV", "RAILS_ENV", "RACK_ENV"];

impl LoadOptions {
    /// The folder and the variables of this process.
    ///
    /// Variables that are not UTF-8 are left out, apart from `EGRET_ROOT`, which may be any path.
    pub fn from_process() -> Self {
        let named = env::var(foreign::NAMES_A_VARIABLE).unwrap_or_default();
        let ours = |name: &str| {
            let is_foreign = foreign::SHARED_VARIABLES.contains(&name)
                || foreign::RESQUE_VARIABLES.contains(&name)
                || foreign::DELAYED_JOB_VARIABLES.contains(&name);
            name.starts_with("EGRET_") || ENVIRONMENT_VARIABLES.contains(&name) || is_foreign || name == named
        };
        let texts =
            env::vars_os().filter_map(|(name, value)| Some((name.into_string().ok()?, value.into_string().ok()?)));
        Self {
            root: env::var_os(variables::ROOT).filter(|root| !root.is_empty()).map(PathBuf::from),
            // A folder that was deleted under us has no name; then relative paths stay relative.
            current_folder: env::current_dir().unwrap_or_else(|_| PathBuf::from(".")),
            section_file: None,
            sidekiq_file: None,
            environment: texts.filter(|(name, _)| ours(name)).collect(),
            overrides: BTreeMap::new(),
        }
    }

    /// The application in `root`, without variables.
    pub fn in_folder(root: impl Into<PathBuf>) -> Self {
        let root = root.into();
        Self { root: Some(root.clone()), current_folder: root, ..Self::default() }
    }

    /// The application's folder, by what these options say.
    pub fn folder(&self) -> PathBuf {
        Place::of(self).root
    }

    /// The name of the section that [`section_file`](Self::section_file) holds.
    pub fn section_of_file(&self) -> Option<String> {
        let path = self.current_folder.join(self.section_file.as_ref()?);
        Some(path.display().to_string())
    }
}

impl Config {
    /// Reads, merges and checks the configuration.
    ///
    /// # Errors
    /// Anything that is wrong, all of it in one error: files that cannot be read, unknown keys, values that are not
    /// what they should be, an environment that a file does not have.
    pub fn load(options: &LoadOptions) -> Result<Self, ConfigError> {
        let Review { config, problems, locale, .. } = Review::of(options);
        match config {
            Some(config) => Ok(config),
            None => Err(ConfigError::of(problems, locale)),
        }
    }
}

impl Default for Config {
    /// What holds without any file or variable, for an application in the current folder (`.`).
    fn default() -> Self {
        let mut problems = Vec::new();
        let environment = DEFAULT_ENVIRONMENT.to_owned();
        let config = decode::config(PathBuf::from("."), environment, defaults::tree(), &mut problems);
        debug_assert!(problems.is_empty(), "a test reads the compiled-in defaults");
        config
    }
}
