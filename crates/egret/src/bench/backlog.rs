//! Whether a long queue costs anything: the time to the first job, the rate, the memory.

use std::time::{Duration, Instant};

use egret_core::JobState;

use super::Figure;
use super::enqueue::fill;
use super::peer::{Peer, ServeUntil};
use super::place::Place;
use super::raw::LOOK;
use crate::Error;

/// Jobs that wait.
const BACKLOG: u64 = 1_000_000;
/// Jobs that are drained, from a short queue and from the long one.
const DRAINED: u64 = 100_000;
/// The longest that one of the two drains may take before the rate is taken of what it did.
const LONGEST: Duration = Duration::from_secs(60);

/// A service in another process drains a short queue whole, and then as many jobs of a long one.
pub(super) async fn backlog(place: &Place<'_>) -> Result<Vec<Figure>, Error> {
    let drained = place.options.count(DRAINED);
    let backlog = place.options.count(BACKLOG).max(drained);
    fill(&place.app, drained).await?;
    let short = drain(place, drained).await?;
    fill(&place.app, backlog).await?;
    let long = drain(place, drained).await?;
    let of_short = || format!("a queue of {drained}");
    Ok(vec![
        Figure::new(format!("backlog of {backlog}: drain, 1 service in another process"), long.per_second, "jobs/s")
            .cpu(long.cpu_microseconds)
            .against(short.per_second, of_short()),
        Figure::new("backlog: spawn to the first finished jobs", long.first_milliseconds, "ms")
            .against(short.first_milliseconds, of_short()),
        Figure::new("backlog: peak memory of the service", long.peak_megabytes, "MB")
            .against(short.peak_megabytes, of_short()),
    ])
}

/// What a service in another process did.
struct Drain {
    first_milliseconds: f64,
    per_second: f64,
    cpu_microseconds: f64,
    peak_megabytes: f64,
}

async fn drain(place: &Place<'_>, count: u64) -> Result<Drain, Error> {
    let completed_before = completed(place).await?;
    let spawned = Instant::now();
    let peer = Peer::start(place, ServeUntil::Stopped)?;
    let first = look(place, completed_before, 1, spawned).await?;
    let (first_at, before) = (Instant::now(), peer.usage()?);
    let last = look(place, completed_before, count, first_at).await?;
    let (elapsed, after) = (first_at.elapsed(), peer.usage()?);
    let n_drained = last.saturating_sub(first).max(1);
    Ok(Drain {
        first_milliseconds: first_at.duration_since(spawned).as_secs_f64() * 1e3,
        per_second: n_drained as f64 / elapsed.as_secs_f64().max(1e-9),
        cpu_microseconds: after.cpu_since(&before).as_secs_f64() * 1e6 / n_drained as f64,
        peak_megabytes: after.peak_bytes as f64 / 1e6,
    })
}

/// Waits until so many more jobs than before are completed, and answers how many really are.
async fn look(place: &Place<'_>, before: u64, count: u64, began: Instant) -> Result<u64, Error> {
    loop {
        let n_completed = completed(place).await?.saturating_sub(before);
        if n_completed >= count || began.elapsed() > LONGEST {
            return Ok(n_completed);
        }
        tokio::time::sleep(LOOK).await;
    }
}

async fn completed(place: &Place<'_>) -> Result<u64, Error> {
    Ok(place.app.backend().counts().await?.of_state(JobState::Completed))
}
