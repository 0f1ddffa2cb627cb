//! How long a service takes from its start to its first job.

use std::time::Instant;

use super::Figure;
use super::jobs::{Pickup, monotonic_nanoseconds};
use super::peer::{Peer, ServeUntil};
use super::place::Place;
use super::raw::empty_process;
use crate::{Error, Job};

/// A job waits; a process is started; the time ends when the job's code begins.
pub(super) async fn cold_start(place: &Place<'_>) -> Result<Vec<Figure>, Error> {
    let raw = empty_process()?;
    let mut latencies = Vec::new();
    for _ in 0..place.options.count(30) {
        let stored_before = Instant::now();
        Pickup { enqueued_at: monotonic_nanoseconds() }.perform_later(&place.app).await?;
        let enqueue = stored_before.elapsed().as_secs_f64() * 1e6;
        let mut peer = Peer::start(place, ServeUntil::Empty)?;
        // The job's clock began before the enqueue, which is not part of the start.
        latencies.push(peer.next_latency()? - enqueue);
    }
    Ok(vec![Figure::latency("cold start, spawn to the job's first line", latencies).against(raw, "an empty process")])
}
