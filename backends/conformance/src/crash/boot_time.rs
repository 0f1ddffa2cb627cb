//! The clock by which a worker judges its own silence.

use std::time::Duration;

use rustix::time::{ClockId, clock_gettime};

/// Time since boot, suspension included.
pub(super) fn boot_time() -> Duration {
    let time = clock_gettime(ClockId::Boottime);
    Duration::new(u64::try_from(time.tv_sec).unwrap_or(0), u32::try_from(time.tv_nsec).unwrap_or(0))
}
