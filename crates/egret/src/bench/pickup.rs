//! How long a job waits for a service that has nothing else to do.

use std::sync::Arc;
use std::sync::Mutex;
use std::time::{Duration, Instant};

use egret_sqlite::RawLimits;

use super::enqueue::scaled;
use super::jobs::{Noop, Pickup, monotonic_nanoseconds};
use super::peer::{self, Peer};
use super::{BenchOptions, Figure};
use crate::executor::{Executor, Run, Verdict};
use crate::service::{ExitRule, Service, ServiceOptions, StopControl};
use crate::{App, Error, Job};

/// Between two jobs, so that the service falls asleep.
const PAUSE: Duration = Duration::from_millis(5);

/// The service lives in this process. The latency ends when the job's code begins.
pub(super) async fn same_process(app: &App, options: &BenchOptions, raw: &RawLimits) -> Result<Figure, Error> {
    let count = scaled(options, 500);
    let (sender, mut begun) = tokio::sync::mpsc::unbounded_channel();
    let executor = Arc::new(Witness { begun: Mutex::new(sender) });
    let service = service_with(app, executor);
    let stop = StopControl::new();
    let handle = service.start(stop.clone())?;
    let mut latencies = Vec::new();
    for number in 0..count {
        tokio::time::sleep(PAUSE).await;
        let enqueued_at = Instant::now();
        Noop { number }.perform_later(app).await?;
        let Some(began) = begun.recv().await else { return Err(Error::internal("the service ended early")) };
        latencies.push(began.saturating_duration_since(enqueued_at).as_secs_f64() * 1e6);
    }
    stop.stop();
    handle.ended().await?;
    Ok(Figure::latency("pickup, same process (from the call to the job's first line)", latencies)
        .against(1e3 / raw.single_inserts_per_second, "one durable insert"))
}

/// The service lives in another process.
pub(super) async fn other_process(app: &App, options: &BenchOptions, raw: &RawLimits) -> Result<Figure, Error> {
    let count = scaled(options, 500);
    let mut peer = Peer::start(app, options, ExitRule::ByMode)?;
    let mut latencies = Vec::new();
    for number in 0..=count {
        tokio::time::sleep(PAUSE).await;
        Pickup { enqueued_at: monotonic_nanoseconds() }.perform_later(app).await?;
        let latency = peer.next_latency()?;
        // The first one waits for the other process to start.
        if number > 0 {
            latencies.push(latency);
        }
    }
    Ok(peer::figure("pickup, another process", latencies)
        .against(1e3 / raw.single_inserts_per_second, "one durable insert"))
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
