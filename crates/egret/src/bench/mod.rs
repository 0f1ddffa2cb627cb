//! `egret bench`: how fast this machine is, and what bounds it.
//!
//! Every figure stands beside the raw limit of the store, measured just before and just after it on the same disk:
//! absolute numbers say little, the ratio says what Egret costs. Jobs are no-ops with one integer argument. Each row has a
//! store of its own and a time that it may take, so that a slow disk makes rows rough instead of long.

mod backlog;
mod cold_start;
mod drain;
mod enqueue;
mod idle;
mod jobs;
mod meter;
mod peer;
mod pickup;
mod place;
mod plan;
mod raw;
mod report;
mod usage;

use std::path::PathBuf;
use std::time::Duration;

pub(crate) use peer::{ServeUntil, serve};
pub(crate) use plan::{Row, plan};
pub(crate) use report::{Figure, Report};

use crate::Error;
use crate::config::Durability;
use crate::program::Reexec;
use place::Place;

/// What to measure.
#[derive(Clone, Debug)]
pub(crate) struct BenchOptions {
    /// Where the throw-away stores are made; the disk of this folder is what is measured.
    pub(crate) folder: PathBuf,
    /// What an acknowledged job survives: one after the other.
    pub(crate) durabilities: Vec<Durability>,
    /// How much is done: 1.0 takes about two and a half minutes.
    pub(crate) scale: f64,
    /// Only rows whose name contains this text.
    pub(crate) only: Option<String>,
    /// How this program starts itself again, for the rows with two processes.
    pub(crate) reexec: Reexec,
}

/// What a row may take at most, beyond which the bench gives up: never reached on a working disk.
const LONGEST_ROW: Duration = Duration::from_secs(300);

impl BenchOptions {
    /// A count of jobs at this scale, at least 10.
    fn count(&self, count: u64) -> u64 {
        ((count as f64 * self.scale) as u64).max(10)
    }

    /// A time at this scale, at least 50 ms.
    fn span(&self, seconds: f64) -> Duration {
        Duration::from_secs_f64((seconds * self.scale).max(0.05))
    }
}

/// Measures everything that is asked for, telling each row to `progress` before it starts.
pub(crate) async fn run(options: &BenchOptions, progress: &dyn Fn(&Row)) -> Result<Report, Error> {
    let mut report = Report::new(options);
    for row in plan(options) {
        progress(&row);
        let place = Place::new(options, row.durability).await?;
        match tokio::time::timeout(LONGEST_ROW.mul_f64(options.scale.max(1.0)), row.measure(&place)).await {
            Ok(figures) => report.extend(row.durability, figures?),
            Err(_) => return Err(Error::internal(format!("gave up measuring {row}: it took too long"))),
        }
    }
    Ok(report)
}
