//! The heart: shows from a thread of its own that the service is alive, and gives up what it can no longer claim to hold.
//!
//! Liveness belongs to the process: however long a job takes and whatever it blocks, this thread goes on beating.

use std::sync::Arc;
use std::time::{Duration, Instant};

use futures_util::FutureExt as _;
use rustix::time::{ClockId, clock_gettime};
use tokio::sync::Notify;
use tokio_util::sync::CancellationToken;

use super::engine::{CancelCause, Engine};
use super::grid::Grid;

/// A running heart; it stops when told, and its thread is joined.
#[derive(Debug)]
pub(super) struct Heart {
    stop: CancellationToken,
    thread: std::thread::JoinHandle<()>,
}

impl Heart {
    /// Starts the thread.
    ///
    /// # Errors
    /// When the system gives no thread.
    pub(super) fn start(engine: Arc<Engine>) -> std::io::Result<Self> {
        let stop = CancellationToken::new();
        let stopped = stop.clone();
        let grid = Grid::of_next_runtime();
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
        let thread = std::thread::Builder::new()
            .name("egret-heart".to_owned())
            // It reads the store by itself.
            .stack_size(512 * 1024)
            .spawn(move || runtime.block_on(beat_until(engine, grid, stopped).boxed()))?;
        Ok(Self { stop, thread })
    }

    /// Stops beating and waits for the thread.
    pub(super) async fn stop(self) {
        self.stop.cancel();
        let joined = tokio::task::spawn_blocking(|| self.thread.join()).await;
        if !matches!(joined, Ok(Ok(()))) {
            tracing::error!("the heart ended with a panic");
        }
    }
}

async fn beat_until(engine: Arc<Engine>, grid: Grid, stop: CancellationToken) {
    let timing = engine.options().timing;
    let mut last_success = boot_time();
    loop {
        engine.progress.heart.beat();
        let now = Instant::now();
        let next = grid.at_most(now + timing.beat, now);
        tokio::select! {
            () = stop.cancelled() => return engine.progress.heart.rest(),
            () = engine.heart_nudge().notified() => {}
            () = tokio::time::sleep_until(next.into()) => {}
        }
        // Measured before the beat: a process that was frozen or suspended gives up first and beats afterwards.
        let silence = boot_time().saturating_sub(last_success);
        let is_known = silence < timing.self_fence && beat(&engine).await;
        if is_known || (boot_time().saturating_sub(last_success) >= timing.self_fence && start_anew(&engine).await) {
            last_success = boot_time();
        }
    }
}

/// One beat. Answers false when it did not arrive.
async fn beat(engine: &Arc<Engine>) -> bool {
    if engine.backend.beat_locally(engine.service()) && !engine.heart_nudge().take() {
        return true;
    }
    match engine.backend.beat(engine.service(), engine.present_beat()).await {
        Ok(orders) if orders.unknown => start_anew(engine).await,
        Ok(orders) => {
            engine.follow(&orders);
            true
        }
        Err(error) => {
            tracing::warn!(error = %crate::error::chain(&error), "failed to beat");
            false
        }
    }
}

/// Gives up every claim and goes on under a new nonce. Answers whether the store knows the new one.
async fn start_anew(engine: &Arc<Engine>) -> bool {
    let old = engine.service();
    tracing::warn!(service = %old, "this service could not show that it is alive; its jobs are cancelled");
    // Claims in hand are void; what runs is cancelled, and its end is not told.
    drop(engine.hand.recall_all());
    engine.cancel_where(CancelCause::Lost, |_, _| true);
    if let Err(error) = engine.backend.leave(old, egret_core::Leave::Always).await {
        tracing::debug!(error = %crate::error::chain(&error), "failed to take leave of the old nonce");
    }
    match engine.backend.register(engine.info(None)).await {
        Ok(service) => {
            engine.set_service(service);
            engine.nudge.notify_one();
            true
        }
        Err(error) => {
            tracing::warn!(error = %crate::error::chain(&error), "failed to register anew, trying again");
            false
        }
    }
}

/// Time since boot, suspension included.
fn boot_time() -> Duration {
    let time = clock_gettime(ClockId::Boottime);
    Duration::new(u64::try_from(time.tv_sec).unwrap_or(0), u32::try_from(time.tv_nsec).unwrap_or(0))
}

/// Asks the heart for a full beat at once.
#[derive(Debug, Default)]
pub(super) struct HeartNudge {
    notify: Notify,
    wants_full_beat: std::sync::atomic::AtomicBool,
}

impl HeartNudge {
    pub(super) fn nudge(&self) {
        self.wants_full_beat.store(true, std::sync::atomic::Ordering::Release);
        self.notify.notify_one();
    }

    pub(super) fn take(&self) -> bool {
        self.wants_full_beat.swap(false, std::sync::atomic::Ordering::AcqRel)
    }

    pub(super) async fn notified(&self) {
        self.notify.notified().await;
    }
}
