//! Forgetting what has run.

use std::time::Duration;

use egret_core::{PrunePolicy, Retention};

use crate::execution_log::LogFolder;
use crate::{App, Error};

/// Jobs forgotten in one step, so that enqueues and services never wait long.
const STEP: usize = 500;

/// Forgets finished jobs of every state that ended longer ago than `age`, with their attempts, lines and files of this
/// machine, and answers how many. Live jobs stay, whatever their age. `progress` is told how many went so far.
///
/// # Errors
/// The store or the folder of the logs fails; what went by then is gone. A store without history refuses.
pub async fn forget(app: &App, age: Duration, mut progress: impl FnMut(u64)) -> Result<u64, Error> {
    let folder = LogFolder::new(app.log_folder());
    let policy = PrunePolicy { retention: Retention::of(age), limit: STEP };
    let mut n_forgotten = 0;
    loop {
        let removed = app.backend().prune(policy).await?.removed;
        for job in &removed {
            folder
                .remove(job)
                .map_err(|error| Error::io(format!("failed to remove the log files of `{job}`"), error))?;
        }
        n_forgotten += removed.len() as u64;
        progress(n_forgotten);
        if removed.len() < STEP {
            return Ok(n_forgotten);
        }
    }
}
