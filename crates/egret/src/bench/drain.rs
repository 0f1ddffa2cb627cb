//! How fast services empty the store, history kept.

use std::time::{Duration, Instant};

use egret_core::{JobState, ServiceMode};
use egret_sqlite::RawWork;

use super::Figure;
use super::enqueue::{fill, rows_a_commit};
use super::meter::{Meter, Reading};
use super::peer::{Peer, ServeUntil};
use super::place::Place;
use super::raw::{LOOK, beside};
use crate::service::{ExitRule, ServiceOptions, StopControl, memory::resident_bytes};
use crate::{App, Error};

/// Jobs that wait before a drain.
const WAITING: u64 = 200_000;
/// Rows in a transaction of the raw limit; about what a busy service claims and finishes at once.
const CYCLE: u32 = 100;
/// The longest that a drain may take before the rate is taken of what it did.
const LONGEST: Duration = Duration::from_secs(60);

/// One service, in this process.
pub(super) async fn alone(place: &Place<'_>) -> Result<Vec<Figure>, Error> {
    let count = place.options.count(WAITING);
    fill(&place.app, count).await?;
    let commits = place.store.n_commits();
    let ((reading, finished), raw) = beside(place, RawWork::Cycles { rows: CYCLE }, drain(&place.app)).await?;
    if finished != count {
        return Err(Error::internal(format!("drained {finished} of {count} jobs")));
    }
    let rate = Figure::rate("drain, 1 service, default settings, history kept", reading, count)
        .batches(count, place.store.n_commits() - commits)
        .against(raw, rows_a_commit("claim and finish", CYCLE));
    let memory = Figure::new("resident memory after the drain", resident_bytes() as f64 / 1e6, "MB");
    Ok(vec![rate, memory])
}

async fn drain(app: &App) -> Result<(Reading, u64), Error> {
    let service = ServiceOptions { exit: ExitRule::WhenNothingIsDue, ..ServiceOptions::default() };
    let meter = Meter::start();
    let report = app.service_with(service, 1).start(StopControl::new())?.ended().await?;
    Ok((meter.read(), report.n_finished))
}

/// Two services: one in this process, one in another.
pub(super) async fn with_another_process(place: &Place<'_>) -> Result<Vec<Figure>, Error> {
    let count = place.options.count(WAITING);
    let work = RawWork::Cycles { rows: CYCLE };
    let (drained, raw) = beside(place, work, drain_together(place, count)).await?;
    let rate = Figure::rate("drain, 2 services in 2 processes", drained.reading, drained.n_finished)
        .against(raw, rows_a_commit("claim and finish", CYCLE));
    let share = drained.n_here as f64 * 100.0 / drained.n_finished.max(1) as f64;
    Ok(vec![rate, Figure::new("share of the service in this process", share, "%")])
}

/// What two services did.
struct Drained {
    /// With the processor time of both processes.
    reading: Reading,
    n_finished: u64,
    n_here: u64,
}

async fn drain_together(place: &Place<'_>, count: u64) -> Result<Drained, Error> {
    let backend = place.app.backend();
    let queue = egret_core::job_data::DEFAULT_QUEUE;
    // Both are awake and wait before the first job may be taken.
    backend.pause(queue).await?;
    fill(&place.app, count).await?;
    let peer = Peer::start(place, ServeUntil::Stopped)?;
    let service = ServiceOptions { mode: ServiceMode::Service, ..ServiceOptions::default() };
    let stop = StopControl::new();
    let handle = place.app.service_with(service, 1).start(stop.clone())?;
    let started = Instant::now();
    while backend.services().await?.len() < 2 {
        if started.elapsed() > LONGEST {
            return Err(Error::internal("the other service did not start"));
        }
        tokio::time::sleep(LOOK).await;
    }
    let (before, meter, began) = (peer.usage()?, Meter::start(), Instant::now());
    backend.resume(queue).await?;
    backend.wake().await;
    let mut n_finished = 0;
    while n_finished < count && began.elapsed() < LONGEST {
        tokio::time::sleep(LOOK).await;
        n_finished = backend.counts().await?.of_state(JobState::Completed);
    }
    let mut reading = meter.read();
    reading.cpu += peer.usage()?.cpu_since(&before);
    stop.stop();
    let n_here = handle.ended().await?.n_finished;
    Ok(Drained { reading, n_finished, n_here })
}
