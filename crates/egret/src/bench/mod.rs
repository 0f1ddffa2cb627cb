//! `egret bench`: how fast this machine is, and what bounds it.
//!
//! Every figure stands beside the raw limit of the store, measured in the same run on the same disk: absolute numbers say
//! little, the ratio says what Egret costs. Jobs are no-ops with one integer argument.

mod cold_start;
mod drain;
mod enqueue;
mod idle;
mod jobs;
mod meter;
mod peer;
mod pickup;
mod report;

use std::path::PathBuf;

pub(crate) use peer::serve;
pub(crate) use report::{Figure, Report};

use crate::config::{Config, Durability, LoadOptions};
use crate::program::Reexec;
use crate::{App, Error};

/// What to measure.
#[derive(Clone, Debug)]
pub(crate) struct BenchOptions {
    /// Where the throw-away stores are made; the disk of this folder is what is measured.
    pub(crate) folder: PathBuf,
    /// What an acknowledged job survives.
    pub(crate) durability: Durability,
    /// How much is done: 1.0 takes about a minute and a half.
    pub(crate) scale: f64,
    /// Only rows whose name contains this text.
    pub(crate) only: Option<String>,
    /// How this program starts itself again, for the rows with two processes.
    pub(crate) reexec: Reexec,
}

/// The rows in order: each makes a store of its own.
const ROWS: [&str; 8] = [
    "enqueue, one producer",
    "enqueue, many producers",
    "enqueue in bulk",
    "drain",
    "pickup in one process",
    "pickup by another process",
    "idle service",
    "cold start",
];

/// Measures everything that is asked for, telling each row to `progress` before it starts.
pub(crate) async fn run(options: &BenchOptions, progress: &dyn Fn(&str)) -> Result<Report, Error> {
    let mut report = Report::new(options);
    let folder = Scratch::new(&options.folder)?;
    progress("raw limits of the store");
    let raw = raw_limits(options, &folder).await?;
    for (number, row) in ROWS.iter().enumerate() {
        if options.only.as_ref().is_some_and(|only| !row.contains(only.as_str())) {
            continue;
        }
        progress(row);
        let app = app(options, &folder, &number.to_string()).await?;
        report.extend(measure(row, &app, options, &raw).await?);
    }
    Ok(report)
}

async fn measure(
    row: &str,
    app: &App,
    options: &BenchOptions,
    raw: &egret_sqlite::RawLimits,
) -> Result<Vec<Figure>, Error> {
    Ok(match row {
        "enqueue, one producer" => vec![enqueue::one_producer(app, options, raw).await?],
        "enqueue, many producers" => vec![enqueue::many_producers(app, options, raw).await?],
        "enqueue in bulk" => vec![enqueue::bulk(app, options, raw).await?],
        "drain" => drain::drain(app, options, raw).await?,
        "pickup in one process" => vec![pickup::same_process(app, options, raw).await?],
        "pickup by another process" => vec![pickup::other_process(app, options, raw).await?],
        "idle service" => idle::idle(app, options).await?,
        _ => vec![cold_start::cold_start(app, options, raw).await?],
    })
}

async fn raw_limits(options: &BenchOptions, folder: &Scratch) -> Result<egret_sqlite::RawLimits, Error> {
    let path = folder.path.join("raw");
    let durability = match options.durability {
        Durability::Full => egret_sqlite::Durability::Full,
        Durability::Normal => egret_sqlite::Durability::Normal,
    };
    match tokio::task::spawn_blocking(move || egret_sqlite::RawLimits::measure(&path, durability)).await {
        Ok(limits) => Ok(limits?),
        Err(_) => Err(Error::internal("measuring the raw limits ended with a panic")),
    }
}

/// An application on a fresh store that starts no service by itself.
async fn app(options: &BenchOptions, folder: &Scratch, name: &str) -> Result<App, Error> {
    let root = folder.path.join(name);
    std::fs::create_dir_all(&root).map_err(|error| Error::io("failed to make the bench's folder", error))?;
    let mut load = LoadOptions::in_folder(&root);
    load.overrides.insert("durability".to_owned(), options.durability.as_str().to_owned());
    let config = Config::load(&load)?;
    App::builder().config(config).register::<jobs::Noop>().register::<jobs::Pickup>().start_nothing().build().await
}

/// A folder that goes away with the value.
struct Scratch {
    path: PathBuf,
}

impl Scratch {
    fn new(parent: &std::path::Path) -> Result<Self, Error> {
        let path = parent.join(format!("egret-bench-{}", std::process::id()));
        std::fs::create_dir_all(&path).map_err(|error| Error::io("failed to make the bench's folder", error))?;
        Ok(Self { path })
    }
}

impl Drop for Scratch {
    fn drop(&mut self) {
        // What cannot be removed is in a folder for temporary files.
        let _ = std::fs::remove_dir_all(&self.path);
    }
}
