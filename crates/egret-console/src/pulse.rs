//! How it stands right now, read at most once a second however many pages are open.

use std::sync::Arc;
use std::time::{Duration, Instant};

use egret::status::Facts;
use egret::{App, Error};
use egret_core::{ExecutionFilter, ExecutionOrder, Page, Timestamp};
use tokio::sync::Mutex;

/// How long an answer is good.
const FRESH: Duration = Duration::from_secs(1);
/// The latest attempts by which the throughput is judged.
const SAMPLE: usize = 200;
/// Attempts that ended earlier say nothing about now.
const SPAN: Duration = Duration::from_secs(60);

/// How it stands right now.
#[derive(Debug, Default)]
pub(crate) struct Pulse {
    /// Guards the latest answer; whoever waits for it gets it too.
    latest: Mutex<Option<(Instant, Arc<Beat>)>>,
}

/// One look at the store.
#[derive(Debug)]
pub(crate) struct Beat {
    pub(crate) facts: Facts,
    /// Attempts that ended in a minute, by the latest of them; `None` where the store keeps no history.
    pub(crate) per_minute: Option<u64>,
}

impl Pulse {
    /// The present beat.
    pub(crate) async fn read(&self, app: &App) -> Result<Arc<Beat>, Error> {
        let mut latest = self.latest.lock().await;
        if let Some((at, beat)) = &*latest
            && at.elapsed() < FRESH
        {
            return Ok(Arc::clone(beat));
        }
        let facts = Facts::read(app).await?;
        let beat = Arc::new(Beat { per_minute: throughput(app, facts.now).await?, facts });
        *latest = Some((Instant::now(), Arc::clone(&beat)));
        Ok(beat)
    }

    /// Has the next look be a fresh one, because something was changed.
    pub(crate) async fn forget(&self) {
        *self.latest.lock().await = None;
    }
}

/// Attempts in a minute: those of the last minute, or as many more as the sample covers less than a minute.
async fn throughput(app: &App, now: Timestamp) -> Result<Option<u64>, Error> {
    let backend = app.backend();
    if !backend.capabilities().history {
        return Ok(None);
    }
    let since = now.saturating_sub(SPAN).unwrap_or(now);
    let filter = ExecutionFilter::all().since(since);
    let listing = backend.inspect_executions(&filter, ExecutionOrder::LatestFirst, &Page::first(SAMPLE)).await?;
    let is_whole = listing.next.is_none();
    let ended: Vec<Timestamp> = listing.items.iter().filter_map(|record| record.execution.closed_at).collect();
    let n_ended = ended.len() as u64;
    let Some(first) = ended.last().filter(|_| !is_whole) else { return Ok(Some(n_ended)) };
    let seconds = now.duration_since(*first).as_secs_f64().max(0.01);
    #[allow(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        clippy::cast_precision_loss,
        reason = "a rate for people"
    )]
    Ok(Some((n_ended as f64 * 60.0 / seconds).round() as u64))
}
