//! Waiting for a condition, with a deadline.

use std::fmt::Debug;
use std::time::{Duration, Instant};

/// Long enough for the slowest machine: only a broken store comes near it.
const DEADLINE: Duration = Duration::from_secs(60);
const PAUSE: Duration = Duration::from_millis(2);

/// Probes until the condition holds and gives what was found.
///
/// # Panics
/// When it does not hold in time, with what was seen last.
pub(crate) async fn wait_until<T, S: Debug>(what: &str, mut probe: impl AsyncFnMut() -> Result<T, S>) -> T {
    let started = Instant::now();
    loop {
        match probe().await {
            Ok(found) => return found,
            Err(seen) if started.elapsed() > DEADLINE => panic!("{what}: not within {DEADLINE:?}, last seen {seen:?}"),
            Err(_) => tokio::time::sleep(PAUSE).await,
        }
    }
}
