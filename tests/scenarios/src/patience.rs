//! Waiting for conditions.

use std::time::{Duration, Instant};

/// Far more than anything here takes, also on a small machine that does other things besides.
pub const PATIENCE: Duration = Duration::from_secs(60);
/// Between two looks.
const LOOK_EVERY: Duration = Duration::from_millis(2);

/// Looks until it sees what is waited for. A look that sees something else says what.
///
/// # Panics
/// After [`PATIENCE`], with what was last seen.
pub fn wait_for<T>(what: &str, look: impl FnMut() -> Result<T, String>) -> T {
    wait_at_most(PATIENCE, what, look)
}

/// The same with another deadline.
///
/// # Panics
/// At the deadline, with what was last seen.
pub fn wait_at_most<T>(patience: Duration, what: &str, mut look: impl FnMut() -> Result<T, String>) -> T {
    let began = Instant::now();
    loop {
        let seen = match look() {
            Ok(value) => return value,
            Err(seen) => seen,
        };
        assert!(began.elapsed() < patience, "waited {patience:?} in vain for {what}; last seen: {seen}");
        std::thread::sleep(LOOK_EVERY);
    }
}

/// An answer for [`wait_for`]: what is seen, said only when it is not what is waited for.
///
/// # Errors
/// The condition does not hold.
pub fn holds(condition: bool, seen: impl FnOnce() -> String) -> Result<(), String> {
    if condition { Ok(()) } else { Err(seen()) }
}
