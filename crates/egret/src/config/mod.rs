//! The configuration: `config/job.yml` and what is laid over it.
//!
//! The file has the shape of SHIRASAGI's (1.21.0, `config/defaults/job.yml`), so that an operator can bring it along:
//! environments on top, in each of them *sections* (`default`, `mail`, …: one service process runs one section) and
//! beside the sections what all of them share (`pool`, `keep_logs`, `url`, …). Six layers make the effective value,
//! the later one wins key by key, and lists are replaced as a whole:
//!
//! 1. the compiled-in defaults ([`DEFAULTS`]),
//! 2. `config/defaults/job.yml`, if it exists,
//! 3. `config/job.yml`, if it exists,
//! 4. what is written for another system: a file of Sidekiq's that was named ([`LoadOptions::sidekiq_file`]), and Resque's
//!    variables where the store is one of Resque's,
//! 5. variables: `EGRET_` and the key in capitals, `EGRET_URL`, `EGRET_POLLING_QUEUES` (see [`LoadOptions`]),
//! 6. overrides, which is what the flags of a command line become.
//!
//! Two rules differ from SHIRASAGI on purpose. There, a section that lacks a key is broken or surprising; here the key
//! takes its compiled-in default (sections are still not merged over the section `default`). There, an unknown key or
//! mode is ignored; here it is an error, and all errors are reported at once.
//!
//! ```
//! use egret::config::{Config, LoadOptions, Mode};
//!
//! let mut options = LoadOptions::in_folder("/nonexistent/application");
//! options.environment.insert("EGRET_MODE".into(), "service".into());
//! let config = Config::load(&options)?;
//! assert_eq!(config.section("default")?.mode, Mode::Service);
//! assert_eq!(config.url.as_str(), "sqlite:var/egret.db");
//! # Ok::<(), egret::config::ConfigError>(())
//! ```

#[cfg(feature = "cli")]
mod changes;
mod console;
mod decode;
mod defaults;
mod delayed_job;
mod discovery;
mod durability;
mod duration;
mod effective;
mod environment;
mod error;
mod exec;
mod file;
mod foreign;
mod keys;
mod layers;
mod level;
mod load;
mod mode;
mod pool;
mod reader;
mod remarks;
mod resque;
mod retention;
mod review;
mod ruby;
mod section;
mod sidekiq;
mod size;
mod store_url;
mod suggestion;
mod unknown;
mod value;
mod variables;
mod yaml;

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::time::Duration;

use jiff::tz::TimeZone;

#[cfg(feature = "cli")]
pub(crate) use self::changes::{Effect, changes};
pub use self::console::ConsoleSettings;
pub use self::defaults::DEFAULTS;
pub use self::delayed_job::{DelayedJobSettings, JobAttributes};
pub use self::durability::Durability;
pub use self::duration::{DurationError, format_duration, parse_duration};
pub use self::effective::Setting;
pub use self::error::{ConfigError, Problem};
pub use self::exec::ExecPolicy;
pub use self::level::LogLevel;
pub use self::load::LoadOptions;
pub use self::mode::Mode;
pub use self::pool::PoolLimits;
pub use self::resque::ResqueSettings;
pub use self::review::Review;
pub use self::section::Section;
pub use self::sidekiq::SidekiqSettings;
pub use self::store_url::StoreUrl;
pub use self::suggestion::closest;
pub use self::value::{Content, Mapping, Origin, Value};
use crate::language::Language;
pub use egret_core::Retention;

/// The name of the section that is taken when none is asked for, and that enqueuers go by.
///
/// Source: SHIRASAGI 1.21.0, `app/models/job/service.rb`.
pub const DEFAULT_SECTION: &str = "default";

/// The effective configuration of one application: every value checked and typed.
///
/// [`Config::load`] reads the files; [`Config::default`] is what holds without any file. There is no global
/// configuration: several may live in one process.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct Config {
    /// The application's folder. Relative paths in values, such as the one in the default URL, start here.
    pub root: PathBuf,
    /// The environment whose part of the files was read, `production` unless told otherwise.
    pub environment: String,
    /// Which store holds the jobs. Defaults to `sqlite:var/egret.db`.
    pub url: StoreUrl,
    /// What an acknowledged job survives. Defaults to [`Durability::Full`].
    pub durability: Durability,
    /// The adapter's name to show in `status.json`. `None`, the default: the name that goes with the URL.
    pub queue_adapter: Option<String>,
    /// The sections by name; `default` is always among them.
    pub sections: BTreeMap<String, Section>,
    /// How many jobs a queue may hold.
    pub pools: PoolLimits,
    /// For how long executions and log files are kept; `None` keeps them for ever. Defaults to 14 days.
    pub keep_logs: Option<Duration>,
    /// For how long tasks that nobody writes are kept, counted in days that begin at midnight; `None` keeps them for ever.
    /// Defaults to 14 days. (SHIRASAGI 1.21.0 has it in another file: `ss.keep_tasks`.)
    pub keep_tasks: Option<Duration>,
    /// For how long, by state, and in how much room finished jobs are kept. Defaults to [`keep_logs`](Self::keep_logs) for
    /// every state, without a bound of the room.
    pub retention: Retention,
    /// How many lines of a log are kept in the store and shown, counted from its start. Defaults to 1000.
    pub head_logs: usize,
    /// How often a progress page reloads. Defaults to 10 s.
    pub reload_interval: Duration,
    /// The language in which people read where they do not choose one themselves. `None`, the default: English.
    pub locale: Option<Language>,
    /// The zone in which people read times. `None`, the default: that of the machine.
    pub time_zone: Option<TimeZone>,
    /// How the web console is served.
    pub console: ConsoleSettings,
    /// What the job that runs programs may run.
    pub exec: ExecPolicy,
    /// What only stores of Sidekiq's have.
    pub sidekiq: SidekiqSettings,
    /// What only stores of Resque's have.
    pub resque: ResqueSettings,
    /// What only stores on Delayed Job's table have.
    pub delayed_job: DelayedJobSettings,
    /// The section that was read from a file of its own, if one was.
    pub section_of_file: Option<String>,
    /// What a file or variables of another system say that means nothing here, each with the reason.
    pub unheeded: Vec<Problem>,
    values: Value,
}

impl Config {
    /// The section `name`.
    ///
    /// # Errors
    /// There is no such section; the error names those that exist.
    pub fn section(&self, name: &str) -> Result<&Section, ConfigError> {
        self.sections.get(name).ok_or_else(|| ConfigError::unknown_section(name, self.sections.keys(), self.locale))
    }

    /// The merged tree behind the typed values, each value with its origin. It also holds what other parts read for
    /// themselves (`executor`: any keys, since those who read them know which).
    pub fn values(&self) -> &Value {
        &self.values
    }
}
