//! What a service costs that has nothing to do.

use std::time::{Duration, Instant};

use super::jobs::{Pickup, monotonic_nanoseconds};
use super::peer::Peer;
use super::{BenchOptions, Figure};
use crate::service::ExitRule;
use crate::{App, Error, Job};

/// Resident memory, processor time and wake-ups of an idle service in a process of its own.
pub(super) async fn idle(app: &App, options: &BenchOptions) -> Result<Vec<Figure>, Error> {
    let span = Duration::from_secs_f64((20.0 * options.scale).max(2.0));
    let mut peer = Peer::start(app, options, ExitRule::ByMode)?;
    // One job shows that it is up and running.
    Pickup { enqueued_at: monotonic_nanoseconds() }.perform_later(app).await?;
    peer.next_latency()?;
    tokio::time::sleep(Duration::from_secs(1)).await;
    let (before, began) = (Usage::of(peer.id())?, Instant::now());
    tokio::time::sleep(span).await;
    let (after, elapsed) = (Usage::of(peer.id())?, began.elapsed().as_secs_f64());
    let cpu = (after.cpu_seconds - before.cpu_seconds) / elapsed * 100.0;
    let switches = (after.n_switches - before.n_switches) as f64 / elapsed;
    Ok(vec![
        Figure::new("idle service, resident memory", after.resident_bytes as f64 / 1e6, "MB"),
        Figure::new("idle service, processor", cpu, "% of a core"),
        Figure::new("idle service, context switches", switches, "1/s"),
    ])
}

/// What the kernel counts of a process.
struct Usage {
    cpu_seconds: f64,
    resident_bytes: u64,
    n_switches: u64,
}

impl Usage {
    fn of(pid: u32) -> Result<Self, Error> {
        let mut usage = Self { cpu_seconds: 0.0, resident_bytes: 0, n_switches: 0 };
        let status = read(format!("/proc/{pid}/status"))?;
        usage.resident_bytes = field(&status, "VmRSS:") * 1024;
        let threads = std::fs::read_dir(format!("/proc/{pid}/task"))
            .map_err(|error| Error::io("failed to list the threads of the other process", error))?;
        for thread in threads.flatten() {
            let schedule = read(thread.path().join("schedstat").display().to_string())?;
            // The first number is the time on a processor in nanoseconds.
            let nanoseconds: u64 =
                schedule.split_ascii_whitespace().next().and_then(|text| text.parse().ok()).unwrap_or(0);
            usage.cpu_seconds += nanoseconds as f64 / 1e9;
            let status = read(thread.path().join("status").display().to_string())?;
            usage.n_switches += field(&status, "voluntary_ctxt_switches:");
        }
        Ok(usage)
    }
}

fn read(path: String) -> Result<String, Error> {
    std::fs::read_to_string(&path).map_err(|error| Error::io(format!("failed to read `{path}`"), error))
}

/// The number behind a name in a `status` file.
fn field(status: &str, name: &str) -> u64 {
    status
        .lines()
        .find_map(|line| line.strip_prefix(name))
        .and_then(|rest| rest.split_ascii_whitespace().next())
        .and_then(|text| text.parse().ok())
        .unwrap_or(0)
}
