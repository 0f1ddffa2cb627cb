//! Retention: finished jobs and their log files are forgotten by age, and by the room that store and logs take together.

use std::sync::Arc;

use egret_core::{JobId, PrunePolicy, Retention};

use super::engine::Engine;
use super::shutdown::LOG_GRACE;
use crate::error::chain;

/// Finished jobs forgotten in one step, so that nobody waits long for the store.
const STEP: usize = 500;
/// At most so many while the room is what counts, which is looked at after each step.
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
    loop {
        engine.progress.claimer.step();
        let limit = match most {
            Some(most) => step_by_size(engine, most, log_bytes).await,
            None => STEP,
        };
        let retention = Retention { max_bytes: most.map(|most| most.saturating_sub(log_bytes)), ..retention };
        match engine.backend.prune(PrunePolicy { retention, limit }).await {
            Ok(report) => {
                if most.is_some() {
                    log_bytes = log_bytes.saturating_sub(bytes_of(engine, &report.removed).await);
                }
                report.removed.iter().for_each(|job| engine.logs.remove(job));
                // A service that leaves would take what still waits to be removed with it, and nobody would know of it.
                engine.logs.flush(LOG_GRACE).await;
                if report.removed.len() < limit {
                    return say_if_too_large(engine, retention.max_bytes).await;
                }
                tokio::task::yield_now().await;
            }
            Err(error) => return tracing::warn!(error = %chain(&error), "failed to forget old finished jobs"),
        }
    }
}

/// How many jobs to forget before the room is looked at again: about half of those that take what is too much, since logs are
/// of all lengths, and what is forgotten too early is gone for ever.
async fn step_by_size(engine: &Engine, most: u64, log_bytes: u64) -> usize {
    let (Ok(size), Ok(counts)) = (engine.backend.size().await, engine.backend.counts().await) else {
        return STEP_BY_SIZE;
    };
    let taken = size.used_bytes.saturating_add(log_bytes);
    let Some(excess) = taken.checked_sub(most).filter(|excess| *excess > 0) else { return STEP_BY_SIZE };
    let n_ended: u64 = counts.rows.iter().filter(|row| row.state.is_terminal()).map(|row| row.n_jobs).sum();
    let a_job = (taken / n_ended.max(1)).max(1);
    usize::try_from(excess / a_job / 2).unwrap_or(STEP_BY_SIZE).clamp(1, STEP_BY_SIZE)
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
