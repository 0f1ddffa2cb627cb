//! The finisher: tells the store how claims ended, in batches, and loses none.

use std::sync::Arc;
use std::time::Duration;

use egret_core::{Applied, Finish, Release};

use super::engine::Engine;
use super::outbox::Endings;

/// Pauses between attempts to reach the store: the first, and the longest.
const FIRST_PAUSE: Duration = Duration::from_millis(50);
const LONGEST_PAUSE: Duration = Duration::from_secs(5);

/// Tells the store of ended claims for ever. While one batch is on its way the next one gathers.
pub(super) async fn tell_endings(engine: Arc<Engine>) {
    loop {
        let endings = engine.outbox.take().await;
        let n_endings = endings.len();
        tell(&engine, endings).await;
        engine.progress.finisher.rest();
        engine.outbox.told(n_endings);
    }
}

async fn tell(engine: &Engine, endings: Endings) {
    if !endings.finishes.is_empty() {
        tell_finishes(engine, endings.finishes).await;
    }
    if !endings.releases.is_empty() {
        tell_releases(engine, endings.releases).await;
    }
}

async fn tell_finishes(engine: &Engine, finishes: Vec<Finish>) {
    let mut pause = FIRST_PAUSE;
    loop {
        engine.progress.finisher.beat();
        match engine.backend.finish(finishes.clone()).await {
            Ok(applied) => return report_stale("finish", &applied),
            Err(error) if error.is_temporary() => {
                tracing::warn!(n_jobs = finishes.len(), error = %crate::error::chain(&error), "the store does not take finished jobs, trying again");
                tokio::time::sleep(pause).await;
                pause = (pause * 2).min(LONGEST_PAUSE);
            }
            Err(error) if finishes.len() > 1 => {
                tracing::error!(error = %crate::error::chain(&error), "the store refused a batch of finished jobs, telling them one by one");
                return Box::pin(tell_one_by_one(engine, finishes)).await;
            }
            Err(error) => {
                tracing::error!(error = %crate::error::chain(&error), "the store refused a finished job, giving it back");
                let releases = finishes.iter().map(|finish| Release::unstarted(finish.token)).collect();
                return tell_releases(engine, releases).await;
            }
        }
    }
}

async fn tell_one_by_one(engine: &Engine, finishes: Vec<Finish>) {
    for finish in finishes {
        tell_finishes(engine, vec![finish]).await;
    }
}

async fn tell_releases(engine: &Engine, releases: Vec<Release>) {
    let mut pause = FIRST_PAUSE;
    loop {
        engine.progress.finisher.beat();
        match engine.backend.release(releases.clone()).await {
            Ok(applied) => return report_stale("release", &applied),
            Err(error) if error.is_temporary() => {
                tokio::time::sleep(pause).await;
                pause = (pause * 2).min(LONGEST_PAUSE);
            }
            Err(error) => {
                // The claims stay with this service until it leaves, or until its rescue.
                return tracing::error!(n_jobs = releases.len(), error = %crate::error::chain(&error), "failed to give jobs back");
            }
        }
    }
}

fn report_stale(verb: &str, applied: &[Applied]) {
    let n_stale = applied.iter().filter(|applied| **applied == Applied::Stale).count();
    if n_stale > 0 {
        tracing::warn!(n_stale, verb, "claims had been replaced; nothing was changed");
    }
}
