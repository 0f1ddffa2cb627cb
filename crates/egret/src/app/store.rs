//! Opening the store that a URL names.

use std::sync::Arc;
#[cfg(all(feature = "cli", feature = "delayed_job"))]
use std::time::Duration;

use egret_core::memory::{MemoryOptions, MemoryRows};
use egret_core::{Backend, ControlStore, StoreVersion, Timing, words};

use crate::config::Config;
use crate::{Error, ErrorKind};

/// Opens the store of the configuration.
pub(super) async fn open(config: &Config, timing: Timing) -> Result<Arc<dyn Backend>, Error> {
    match config.url.scheme() {
        #[cfg(feature = "sqlite")]
        "sqlite" => open_sqlite(config, timing).await,
        #[cfg(feature = "redis")]
        scheme if scheme.starts_with("sidekiq+redis") => open_sidekiq(config, timing).await,
        #[cfg(feature = "redis")]
        scheme if scheme.starts_with("resque+redis") => open_resque(config, timing).await,
        #[cfg(feature = "delayed_job")]
        scheme if scheme.starts_with("delayed-job+") => open_delayed_job(config, timing).await,
        "memory" => Ok(Arc::new(MemoryRows::new(MemoryOptions { timing, ..MemoryOptions::default() }))),
        scheme => Err(unknown_scheme(scheme)),
    }
}

/// A store that nobody has made yet, so that there is nothing in it.
#[cfg(feature = "cli")]
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct AbsentStore {
    /// Where it would be.
    pub(crate) location: String,
    /// The adapter's name that it would have.
    pub(crate) adapter: &'static str,
}

/// The store of the configuration, if it is a file that is not there. Who only looks need not make it.
#[cfg(feature = "cli")]
pub(crate) fn absent(config: &Config) -> Option<AbsentStore> {
    match config.url.scheme() {
        #[cfg(feature = "sqlite")]
        "sqlite" => {
            let path = std::path::absolute(config.root.join(config.url.rest())).ok()?;
            let folder = path.parent().and_then(|folder| folder.canonicalize().ok());
            let path = folder.zip(path.file_name()).map_or_else(|| path.clone(), |(folder, name)| folder.join(name));
            let location = format!("sqlite:{}", path.display());
            let is_absent = egret_sqlite::SqliteBackend::is_absent(&path);
            is_absent.then_some(AbsentStore { location, adapter: egret_sqlite::ADAPTER })
        }
        _ => None,
    }
}

/// The versions of the tables of the store that a configuration names, without opening it and so without changing it.
/// `found` is 0 when there is no store yet; `None` where a store has no tables.
///
/// # Errors
/// The store cannot be looked at, or its URL has a scheme that this program does not know.
pub async fn stored_version(config: &Config) -> Result<Option<StoreVersion>, Error> {
    match config.url.scheme() {
        #[cfg(feature = "sqlite")]
        "sqlite" => {
            let path = config.root.join(config.url.rest());
            Ok(Some(egret_sqlite::SqliteBackend::stored_version(&path)?))
        }
        "memory" => Ok(None),
        #[cfg(feature = "redis")]
        scheme if scheme.starts_with("sidekiq+redis") || scheme.starts_with("resque+redis") => Ok(None),
        #[cfg(feature = "delayed_job")]
        scheme if scheme.starts_with("delayed-job+") => {
            let tables = egret_delayed_job::DelayedJob::tables(&delayed_job_options(config)?).await?;
            Ok(Some(tables.version()))
        }
        scheme => Err(unknown_scheme(scheme)),
    }
}

/// Makes the tables of a store that makes none by itself when it is opened, since they lie in the application's own database.
/// Answers what there was; `None` for every other store.
///
/// # Errors
/// The database cannot be reached, or this user may not make tables in it.
pub async fn migrate(config: &Config) -> Result<Option<StoreVersion>, Error> {
    match config.url.scheme() {
        #[cfg(feature = "delayed_job")]
        scheme if scheme.starts_with("delayed-job+") => {
            let found = egret_delayed_job::DelayedJob::migrate(&delayed_job_options(config)?).await?;
            Ok(Some(found.version()))
        }
        _ => Ok(None),
    }
}

fn unknown_scheme(scheme: &str) -> Error {
    let has_redis = cfg!(feature = "redis");
    let known = [
        ("sqlite", cfg!(feature = "sqlite")),
        ("sidekiq+redis", has_redis),
        ("resque+redis", has_redis),
        ("delayed-job+postgres", cfg!(feature = "delayed_job")),
        ("delayed-job+mysql", cfg!(feature = "delayed_job")),
        ("delayed-job+sqlite", cfg!(feature = "delayed_job")),
        ("memory", true),
    ];
    // Heavy drivers are left out of a program that did not ask for them.
    let left_out = known.iter().find(|(name, is_known)| !is_known && scheme.starts_with(name));
    let message = match left_out {
        Some((name, _)) => {
            words!(
                "app-scheme-left-out",
                "this program was built without stores of the scheme `{scheme}`: build it with `--features full`",
                scheme = name
            )
        }
        None => {
            let known: Vec<&str> = known.iter().filter(|(_, is_known)| *is_known).map(|(name, _)| *name).collect();
            words!(
                "app-unknown-scheme",
                "unknown scheme `{scheme}` in the store's URL, this program knows {known}",
                scheme = scheme,
                known = known.join(", ")
            )
        }
    };
    Error::new(ErrorKind::Configuration, message)
}

/// Whether this program can open the store of a configuration, as far as its URL tells.
///
/// # Errors
/// The scheme is not known, or the rest does not suit it.
#[cfg(feature = "cli")]
pub(crate) fn check_url(config: &Config) -> Result<(), Error> {
    match config.url.scheme() {
        "memory" => Ok(()),
        "sqlite" if cfg!(feature = "sqlite") => Ok(()),
        #[cfg(feature = "redis")]
        scheme if scheme.starts_with("sidekiq+redis") => redis_address(config).map(drop),
        #[cfg(feature = "redis")]
        scheme if scheme.starts_with("resque+redis") => resque_options(config).map(drop),
        #[cfg(feature = "delayed_job")]
        scheme if scheme.starts_with("delayed-job+") => delayed_job_options(config).map(drop),
        scheme => Err(unknown_scheme(scheme)),
    }
}

/// Opens Sidekiq's queues.
#[cfg(feature = "redis")]
async fn open_sidekiq(config: &Config, timing: Timing) -> Result<Arc<dyn Backend>, Error> {
    use egret_redis::sidekiq::{self, Polling, SidekiqOptions};

    let settings = &config.sidekiq;
    let mut options = SidekiqOptions::new(redis_address(config)?);
    options.timing = timing;
    let folder = config.root.file_name().map(|name| name.to_string_lossy().into_owned());
    options.tag = settings.tag.clone().or(folder).unwrap_or_default();
    options.labels = settings.labels.clone();
    let number = |setting: Option<u64>, default| setting.map_or(default, |set| u32::try_from(set).unwrap_or(u32::MAX));
    options.max_retries = number(settings.max_retries, options.max_retries);
    options.dead_max_jobs = number(settings.dead_max_jobs, options.dead_max_jobs);
    options.dead_timeout = settings.dead_timeout.unwrap_or(options.dead_timeout);
    options.polling = match (settings.poll_interval_average, settings.average_scheduled_poll_interval) {
        (Some(each), _) => Polling::Each(each),
        (None, Some(together)) => Polling::Together(together),
        (None, None) => Polling::WhenDue,
    };
    Ok(sidekiq::open(options).await?)
}

/// Opens Resque's queues.
#[cfg(feature = "redis")]
async fn open_resque(config: &Config, timing: Timing) -> Result<Arc<dyn Backend>, Error> {
    let mut options = resque_options(config)?;
    let of_settings = || config.resque.scheduler_lock_prefix.clone();
    options.scheduler_lock_prefix = options.scheduler_lock_prefix.or_else(of_settings);
    options.timing = timing;
    Ok(egret_redis::resque::open(options).await?)
}

#[cfg(feature = "redis")]
fn resque_options(config: &Config) -> Result<egret_redis::resque::ResqueOptions, Error> {
    egret_redis::resque::ResqueOptions::parse(server_url(config)).map_err(bad_address)
}

#[cfg(feature = "redis")]
fn redis_address(config: &Config) -> Result<egret_redis::Address, Error> {
    egret_redis::Address::parse(server_url(config)).map_err(bad_address)
}

#[cfg(feature = "redis")]
fn bad_address(error: egret_redis::BadAddress) -> Error {
    Error::new(ErrorKind::Configuration, error.words().clone())
}

/// Opens Delayed Job's table.
#[cfg(feature = "delayed_job")]
async fn open_delayed_job(config: &Config, timing: Timing) -> Result<Arc<dyn Backend>, Error> {
    let mut options = delayed_job_options(config)?;
    options.timing = timing;
    Ok(egret_delayed_job::DelayedJob::open(options).await?)
}

/// How Delayed Job's table is reached and treated.
#[cfg(feature = "delayed_job")]
fn delayed_job_options(config: &Config) -> Result<egret_delayed_job::DelayedJobOptions, Error> {
    use egret_delayed_job::DelayedJobOptions;

    let priority = |name: &str, set: Option<i64>| {
        let priority = set.map(i32::try_from).transpose();
        priority.map_err(|_| {
            let words =
                words!("app-priority", "`delayed_job.{key}` is beyond what the column `priority` holds", key = name);
            Error::new(ErrorKind::Configuration, words)
        })
    };
    let options = DelayedJobOptions::parse(server_url(config));
    let mut options = options.map_err(|error| Error::from(error).with_kind(ErrorKind::Configuration))?;
    options = options.below(&config.root);
    let set = &config.delayed_job;
    let settings = &mut options.settings;
    if let Some(max_attempts) = set.max_attempts {
        settings.max_attempts = u32::try_from(max_attempts).unwrap_or(u32::MAX);
    }
    settings.max_run_time = set.max_run_time.unwrap_or(settings.max_run_time);
    settings.destroy_failed_jobs = set.destroy_failed_jobs.unwrap_or(settings.destroy_failed_jobs);
    settings.default_priority = priority("default_priority", set.default_priority)?.unwrap_or(0);
    settings.default_queue_name.clone_from(&set.default_queue_name);
    for (queue, of_queue) in &set.queue_priorities {
        let name = format!("queue_attributes.{queue}.priority");
        settings.queue_priorities.extend(priority(&name, Some(*of_queue))?.map(|priority| (queue.clone(), priority)));
    }
    settings.min_priority = priority("min_priority", set.min_priority)?;
    settings.max_priority = priority("max_priority", set.max_priority)?;
    for (class, set) in &set.job_attributes {
        let own = egret_delayed_job::table::ClassSettings {
            max_attempts: set.max_attempts.map(|most| u32::try_from(most).unwrap_or(u32::MAX)),
            reschedule_in: set.reschedule_in,
            destroy_failed_jobs: set.destroy_failed_jobs,
        };
        settings.classes.insert(class.clone(), own);
    }
    settings.delay_jobs = set.delay_jobs.unwrap_or(settings.delay_jobs);
    settings.time_zone = set.default_timezone.clone().unwrap_or(settings.time_zone.clone());
    if let Some(max_bytes) = set.max_handler_size {
        settings.limits.max_bytes = usize::try_from(max_bytes).unwrap_or(usize::MAX);
    }
    options.poll = set.sleep_delay.unwrap_or(options.poll);
    Ok(options)
}

/// The `max_run_time` of a store that has one, and the shortest that is safe on it.
#[cfg(all(feature = "cli", feature = "delayed_job"))]
pub(crate) fn run_times(config: &Config) -> Option<(Duration, Duration)> {
    if !config.url.scheme().starts_with("delayed-job+") {
        return None;
    }
    let shortest = egret_delayed_job::table::Settings::shortest_run_time(&Timing::default());
    Some((delayed_job_options(config).ok()?.settings.max_run_time, shortest))
}

/// Which tables there are of a store that makes none by itself.
#[cfg(all(feature = "cli", feature = "delayed_job"))]
pub(crate) async fn found_tables(config: &Config) -> Result<Option<egret_delayed_job::TablesFound>, Error> {
    if !config.url.scheme().starts_with("delayed-job+") {
        return Ok(None);
    }
    let tables = egret_delayed_job::DelayedJob::tables(&delayed_job_options(config)?).await?;
    Ok(Some(tables))
}

/// What follows the name of the format in `sidekiq+redis://…`.
#[cfg(any(feature = "redis", feature = "delayed_job"))]
fn server_url(config: &Config) -> &str {
    let url = config.url.as_str();
    url.split_once('+').map_or(url, |(_, url)| url)
}

/// Opens the embedded store; a relative path starts at the application's folder.
#[cfg(feature = "sqlite")]
async fn open_sqlite(config: &Config, timing: Timing) -> Result<Arc<dyn Backend>, Error> {
    open_file(config, config.root.join(config.url.rest()), timing).await
}

/// What is kept beside the jobs of a store that keeps nothing else.
#[cfg(feature = "sqlite")]
pub(super) async fn beside(config: &Config) -> Result<Arc<dyn ControlStore>, Error> {
    let backend = open_file(config, config.root.join("var/egret-control.db"), Timing::default()).await?;
    Ok(backend.control().expect("the embedded store keeps records"))
}

/// What is kept beside the jobs of a store that keeps nothing else, where nothing can be written to a file.
#[cfg(not(feature = "sqlite"))]
pub(super) async fn beside(_config: &Config) -> Result<Arc<dyn ControlStore>, Error> {
    tracing::warn!("users and sessions are kept in memory only: this program has no embedded store");
    Ok(Arc::new(egret_core::MemoryControl::new(Arc::new(egret_core::SystemClock))))
}

#[cfg(feature = "sqlite")]
async fn open_file(config: &Config, path: std::path::PathBuf, timing: Timing) -> Result<Arc<dyn Backend>, Error> {
    use egret_sqlite::{Durability, SqliteBackend, SqliteOptions};

    let mut options = SqliteOptions::new(path);
    options.timing = timing;
    options.head_logs = config.head_logs;
    options.durability = match config.durability {
        crate::config::Durability::Full => Durability::Full,
        crate::config::Durability::Normal => Durability::Normal,
    };
    let opened = tokio::task::spawn_blocking(move || SqliteBackend::open(options)).await;
    match opened {
        Ok(backend) => Ok(backend?),
        Err(_) => Err(Error::internal("opening the store ended with a panic")),
    }
}

/// Where a store is, as far as this machine and its service manager are concerned; known without opening it.
#[cfg(feature = "cli")]
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct StorePlace {
    /// Units of systemd after which the store is there, by the names that distributions give them.
    pub(crate) units: &'static [&'static str],
    /// Where it writes on this machine.
    pub(crate) folder: Option<std::path::PathBuf>,
    /// Files of which one is written with each enqueue.
    pub(crate) watched_files: Vec<std::path::PathBuf>,
}

#[cfg(feature = "cli")]
impl StorePlace {
    /// The place of the configuration's store; relative paths start at `root`.
    pub(crate) fn of(config: &Config, root: &std::path::Path) -> Self {
        let scheme = config.url.scheme();
        // The last part of `sidekiq+redis` and `delayed-job+postgres` is the server.
        match scheme.rsplit('+').next().unwrap_or(scheme) {
            "sqlite" => Self::of_file(root.join(config.url.rest())),
            "postgres" | "postgresql" => Self::of_server(&["postgresql.service"]),
            "mongodb" | "mongodb+srv" => Self::of_server(&["mongod.service"]),
            "redis" | "rediss" => Self::of_server(&["redis-server.service", "redis.service", "valkey-server.service"]),
            "mysql" => Self::of_server(&["mysql.service", "mariadb.service"]),
            _ => Self::default(),
        }
    }

    fn of_server(units: &'static [&'static str]) -> Self {
        Self { units, ..Self::default() }
    }

    /// SQLite writes each commit into the file beside the database whose name ends in `-wal`. That file comes and goes with
    /// the processes that have the store open: one that is quick is gone before systemd watches its log. The last of them
    /// carries it over into the database, where it shows.
    fn of_file(database: std::path::PathBuf) -> Self {
        let mut wal = database.clone().into_os_string();
        wal.push("-wal");
        let folder = database.parent().map(ToOwned::to_owned);
        Self { units: &[], folder, watched_files: vec![database, wal.into()] }
    }
}

#[cfg(all(test, feature = "cli"))]
mod tests {
    use super::*;
    use crate::config::StoreUrl;

    #[test]
    fn knows_units_and_files_of_stores_by_their_urls() {
        let place = |url: &str| {
            let mut config = Config::default();
            config.url = StoreUrl::new(url).unwrap();
            StorePlace::of(&config, std::path::Path::new("/srv/app"))
        };
        let local = place("sqlite:var/egret.db");
        assert_eq!(local.folder.as_deref(), Some(std::path::Path::new("/srv/app/var")));
        let watched = ["/srv/app/var/egret.db", "/srv/app/var/egret.db-wal"].map(std::path::PathBuf::from);
        assert_eq!(local.watched_files, watched);
        assert!(local.units.is_empty());
        for (url, unit) in [
            ("postgres://db/x", "postgresql.service"),
            ("mongodb://db/x", "mongod.service"),
            ("sidekiq+redis://db/0", "redis-server.service"),
            ("delayed-job+mysql://db/x", "mysql.service"),
            ("delayed-job+sqlite:/srv/x.db", ""),
        ] {
            let place = place(url);
            assert_eq!(place.units.first().copied().unwrap_or_default(), unit, "{url}");
            assert_eq!(!place.watched_files.is_empty(), url.contains("sqlite"), "{url}");
        }
    }
}
