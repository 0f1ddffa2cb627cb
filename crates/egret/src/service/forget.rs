//! Retention: finished jobs and their log files are forgotten by age, and by the room that store and logs take together.

use std::sync::Arc;

use egret_core::{JobId, PrunePolicy, Retention};

use super::engine::Engine;
use crate::error::chain;

/// Finished jobs forgotten in one step, so that nobody waits long for the store.
const STEP: usize = 500;
/// The same while the room is what counts, which is looked at after each step.
const STEP_BY_SIZE: usize = 100;

/// Forgets all that may be forgotten now, step by step.
pub(super) async fn forget_old_jobs(engine: &Engine) {
    let capabilities = engine.backend.capabilities();
    let retention = engine.options().retention;
    if retention.is_forever() || !capabilities.history {
        return;
    }
    let most = retention.max_bytes.filter(|_| capabilities.sizes);
    let mut log_bytes = if most.is_some() { log_bytes(engine).await } else { 0 };
    let limit = if most.is_some() { STEP_BY_SIZE } else { STEP };
    loop {
        engine.progress.claimer.step();
        let retention = Retention { max_bytes: most.map(|most| most.saturating_sub(log_bytes)), ..retention };
        match engine.backend.prune(PrunePolicy { retention, limit }).await {
            Ok(report) => {
                if most.is_some() {
                    log_bytes = log_bytes.saturating_sub(bytes_of(engine, &report.removed).await);
                }
                report.removed.iter().for_each(|job| engine.logs.remove(job));
                if report.removed.len() < limit {
                    return say_if_too_large(engine, retention.max_bytes).await;
                }
                tokio::task::yield_now().await;
            }
            Err(error) => return tracing::warn!(error = %chain(&error), "failed to forget old finished jobs"),
        }
    }
}

/// What no retention can help against is said, not repaired: live jobs are never forgotten.
async fn say_if_too_large(engine: &Engine, most: Option<u64>) {
    let Some(most) = most else { return };
    if let Ok(size) = engine.backend.size().await
        && size.used_bytes > most
    {
        tracing::warn!(
            used_bytes = size.used_bytes,
            left_for_the_store = most,
            "live jobs and log files alone take more room than `retention.max_size` allows"
        );
    }
}

/// What all log files take. A folder that cannot be read counts as empty.
async fn log_bytes(engine: &Engine) -> u64 {
    let logs = Arc::clone(&engine.logs);
    tokio::task::spawn_blocking(move || logs.bytes()).await.unwrap_or_default()
}

async fn bytes_of(engine: &Engine, jobs: &[JobId]) -> u64 {
    let (logs, jobs) = (Arc::clone(&engine.logs), jobs.to_vec());
    tokio::task::spawn_blocking(move || jobs.iter().map(|job| logs.bytes_of(job)).sum()).await.unwrap_or_default()
}
