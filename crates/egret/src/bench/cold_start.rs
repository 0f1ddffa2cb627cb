//! How long a service takes from its start to its first job.

use egret_sqlite::RawLimits;

use super::enqueue::scaled;
use super::jobs::{Pickup, monotonic_nanoseconds};
use super::peer::{self, Peer};
use super::{BenchOptions, Figure};
use crate::service::ExitRule;
use crate::{App, Error, Job};

/// A job waits; a process is started; the time ends when the job's code begins.
pub(super) async fn cold_start(app: &App, options: &BenchOptions, raw: &RawLimits) -> Result<Figure, Error> {
    let mut latencies = Vec::new();
    for _ in 0..scaled(options, 20) {
        let stored_before = std::time::Instant::now();
        Pickup { enqueued_at: monotonic_nanoseconds() }.perform_later(app).await?;
        let enqueue = stored_before.elapsed().as_secs_f64() * 1e6;
        let mut peer = Peer::start(app, options, ExitRule::WhenNothingIsDue)?;
        // The job's clock began before the enqueue, which is not part of the start.
        latencies.push(peer.next_latency()? - enqueue);
    }
    Ok(peer::figure("cold start, spawn to the job's first line", latencies)
        .against(raw.empty_process_milliseconds, "an empty process"))
}
