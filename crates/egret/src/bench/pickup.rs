//! How long a job waits for a service that has nothing else to do.

use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use egret_sqlite::RawWork;

use super::Figure;
use super::jobs::{Noop, Pickup, monotonic_nanoseconds};
use super::peer::{Peer, ServeUntil};
use super::place::Place;
use super::raw::beside;
use crate::executor::{Executor, Run, Verdict};
use crate::service::{Service, ServiceOptions, StopControl};
use crate::{App, Error, Job};

/// Jobs, one after the other.
const JOBS: u64 = 400;
/// Between two jobs, so that the service falls asleep.
const PAUSE: Duration = Duration::from_millis(5);
/// The work of the raw limit: what the enqueue has to wait for.
const ONE_INSERT: RawWork = RawWork::Inserts { rows: 1 };

/// The service lives in this process. The latency ends when the job's code begins.
pub(super) async fn same_process(place: &Place<'_>) -> Result<Vec<Figure>, Error> {
    let (latencies, raw) = beside(place, ONE_INSERT, wait_here(place)).await?;
    Ok(vec![figure("pickup, same process, from the call to the job's first line", latencies, raw)])
}

/// The service lives in another process.
pub(super) async fn other_process(place: &Place<'_>) -> Result<Vec<Figure>, Error> {
    let (latencies, raw) = beside(place, ONE_INSERT, wait_there(place)).await?;
    Ok(vec![figure("pickup, another process", latencies, raw)])
}

fn figure(name: &str, latencies: Vec<f64>, inserts_per_second: f64) -> Figure {
    Figure::latency(name, latencies).against(1e3 / inserts_per_second, "one insert and its commit")
}

async fn wait_here(place: &Place<'_>) -> Result<Vec<f64>, Error> {
    let (sender, mut begun) = tokio::sync::mpsc::unbounded_channel();
    let stop = StopControl::new();
    let handle = service_with(&place.app, Arc::new(Witness { begun: Mutex::new(sender) })).start(stop.clone())?;
    let mut latencies = Vec::new();
    for number in 0..place.options.count(JOBS) {
        tokio::time::sleep(PAUSE).await;
        let enqueued_at = Instant::now();
        Noop { number }.perform_later(&place.app).await?;
        let Some(began) = begun.recv().await else { return Err(Error::internal("the service ended early")) };
        latencies.push(began.saturating_duration_since(enqueued_at).as_secs_f64() * 1e6);
    }
    stop.stop();
    handle.ended().await?;
    Ok(latencies)
}

async fn wait_there(place: &Place<'_>) -> Result<Vec<f64>, Error> {
    let mut peer = Peer::start(place, ServeUntil::Stopped)?;
    let mut latencies = Vec::new();
    for number in 0..=place.options.count(JOBS) {
        tokio::time::sleep(PAUSE).await;
        Pickup { enqueued_at: monotonic_nanoseconds() }.perform_later(&place.app).await?;
        let latency = peer.next_latency()?;
        // The first one waits for the other process to start.
        if number > 0 {
            latencies.push(latency);
        }
    }
    Ok(latencies)
}

fn service_with(app: &App, executor: Arc<dyn Executor>) -> Service {
    let options = ServiceOptions { mode: egret_core::ServiceMode::Service, ..ServiceOptions::default() };
    Service::new(Arc::clone(app.backend()), executor, app.log_outbox(options.log_level.clone()), options)
}

/// Tells when a job begins.
struct Witness {
    begun: Mutex<tokio::sync::mpsc::UnboundedSender<Instant>>,
}

#[async_trait::async_trait]
impl Executor for Witness {
    fn classes(&self) -> egret_core::ClassSelection {
        egret_core::ClassSelection::All
    }

    async fn execute(&self, _run: Run) -> Verdict {
        let now = Instant::now();
        if let Ok(begun) = self.begun.lock() {
            // The bench is over when nobody listens.
            let _ = begun.send(now);
        }
        Verdict::Ended(egret_core::Outcome::Completed { value: None })
    }
}
