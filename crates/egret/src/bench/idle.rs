//! What a service costs that has nothing to do.

use std::time::{Duration, Instant};

use super::Figure;
use super::jobs::{Pickup, monotonic_nanoseconds};
use super::peer::{Peer, ServeUntil};
use super::place::Place;
use crate::{Error, Job};

/// Seconds of idleness that are watched.
const SPAN: f64 = 15.0;

/// Resident memory, processor time and wake-ups of an idle service in a process of its own.
pub(super) async fn idle(place: &Place<'_>) -> Result<Vec<Figure>, Error> {
    let span = place.options.span(SPAN).max(Duration::from_secs(2));
    let mut peer = Peer::start(place, ServeUntil::Stopped)?;
    // One job shows that it is up and running.
    Pickup { enqueued_at: monotonic_nanoseconds() }.perform_later(&place.app).await?;
    peer.next_latency()?;
    // What only work needs is let go of after a while.
    tokio::time::sleep(Duration::from_secs(1)).await;
    let (before, began) = (peer.usage()?, Instant::now());
    tokio::time::sleep(span).await;
    let (after, elapsed) = (peer.usage()?, began.elapsed().as_secs_f64());
    let cpu = after.cpu_since(&before).as_secs_f64() / elapsed * 100.0;
    let switches = after.n_switches.saturating_sub(before.n_switches) as f64 / elapsed;
    Ok(vec![
        Figure::new("idle service, resident memory", after.resident_bytes as f64 / 1e6, "MB"),
        Figure::new("idle service, memory without program files", after.own_bytes as f64 / 1e6, "MB"),
        Figure::new("idle service, processor", cpu, "% of a core"),
        Figure::new("idle service, context switches", switches, "1/s"),
    ])
}
