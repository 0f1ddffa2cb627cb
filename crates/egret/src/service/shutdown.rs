//! The end of a service: running jobs finish until the deadline, the rest goes back uncounted, results are told last.

use std::time::Duration;

use egret_core::Leave;
use tokio::task::JoinSet;
use tokio::time::timeout;

use super::engine::{CancelCause, Engine};
use super::stop::StopRequest;
use super::worker::release_runs;

/// How long jobs that were cancelled at the deadline have to end by themselves.
const CANCEL_GRACE: Duration = Duration::from_secs(1);
/// How long jobs whose futures were dropped have to come to their next await.
const ABANDON_GRACE: Duration = Duration::from_millis(100);
/// How long a store that does not answer is waited for before its claims are left to the rescue.
const TELL_GRACE: Duration = Duration::from_secs(10);
/// How long a disk that does not keep up is waited for before log lines that wait, or files to be removed, are given up.
pub(super) const LOG_GRACE: Duration = Duration::from_secs(2);

/// Lets what runs finish, cancels what does not, tells everything. Answers how many jobs were given back.
pub(super) async fn finish_runs(engine: &Engine, workers: &mut JoinSet<()>) -> u64 {
    engine.stopping.cancel();
    engine.outbox.release(engine.hand.recall_all());
    engine.hand.close();
    tokio::select! {
        () = join_all(workers) => {}
        () = deadline(engine) => cut_short(engine, workers).await,
    }
    let n_released = release_runs(engine).len() as u64;
    if timeout(TELL_GRACE, engine.outbox.emptied()).await.is_err() {
        tracing::error!("the store did not take the last results; they are left to the rescue");
    }
    engine.logs.flush(LOG_GRACE).await;
    n_released
}

/// Tells the store that this service is gone.
pub(super) async fn leave(engine: &Engine) {
    if let Ok(Err(error)) = timeout(TELL_GRACE, engine.backend.leave(engine.service(), Leave::Always)).await {
        tracing::debug!(error = %crate::error::chain(&error), "failed to leave");
    }
}

async fn deadline(engine: &Engine) {
    tokio::select! {
        () = tokio::time::sleep(engine.options().shutdown_timeout) => {}
        () = engine.stop.reached(StopRequest::StopNow) => {}
    }
}

/// Cancels, then abandons, what still runs.
async fn cut_short(engine: &Engine, workers: &mut JoinSet<()>) {
    engine.cancel_where(CancelCause::Deadline, |_, _| true);
    if timeout(CANCEL_GRACE, join_all(workers)).await.is_ok() {
        return;
    }
    engine.abandon_all();
    // A job that blocks its thread is left behind; its claim goes back and its end is not told.
    let _ = timeout(ABANDON_GRACE, join_all(workers)).await;
}

async fn join_all(workers: &mut JoinSet<()>) {
    while let Some(ended) = workers.join_next().await {
        if let Err(error) = ended {
            tracing::error!(%error, "a worker ended with a panic");
        }
    }
}
