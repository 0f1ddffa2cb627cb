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
    /// How this program starts itself again, for the rows with two processes.
    pub(crate) reexec: Reexec,
}

/// Measures everything, telling each row to `progress` before it starts.
pub(crate) async fn run(options: &BenchOptions, progress: &dyn Fn(&str)) -> Result<Report, Error> {
    let mut report = Report::new(options);
    let folder = Scratch::new(&options.folder)?;
    progress("raw limits of the store");
    let raw = raw_limits(options, &folder).await?;
    progress("enqueue, one producer");
    report.add(enqueue::one_producer(&app(options, &folder, "single").await?, options, &raw).await?);
    progress("enqueue, 64 producers");
    report.add(enqueue::many_producers(&app(options, &folder, "many").await?, options, &raw).await?);
    progress("enqueue in bulk");
    report.add(enqueue::bulk(&app(options, &folder, "bulk").await?, options, &raw).await?);
    progress("drain");
    report.extend(drain::drain(&app(options, &folder, "drain").await?, options, &raw).await?);
    progress("pickup in one process");
    report.add(pickup::same_process(&app(options, &folder, "same").await?, options, &raw).await?);
    progress("pickup by another process");
    report.add(pickup::other_process(&app(options, &folder, "other").await?, options, &raw).await?);
    progress("idle service");
    report.extend(idle::idle(&app(options, &folder, "idle").await?, options).await?);
    progress("cold start");
    report.add(cold_start::cold_start(&app(options, &folder, "cold").await?, options, &raw).await?);
    Ok(report)
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
