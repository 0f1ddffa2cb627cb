//! The jobs that the bench runs.

use std::io::Write as _;

use rustix::time::{ClockId, clock_gettime};

use crate::{Context, Job};

/// Does nothing.
#[derive(Job)]
#[job(class = "Egret::Bench::Noop")]
pub(super) struct Noop {
    #[allow(dead_code, reason = "the argument is what is carried, not what is used")]
    pub(super) number: u64,
}

impl Noop {
    async fn perform(self, _context: &Context) -> crate::Result {
        Ok(())
    }
}

/// Tells on standard output how long ago it was enqueued, in microseconds.
#[derive(Job)]
#[job(class = "Egret::Bench::Pickup")]
pub(super) struct Pickup {
    /// When it was enqueued: nanoseconds of the monotonic clock, which all processes of a boot share.
    pub(super) enqueued_at: u64,
}

impl Pickup {
    async fn perform(self, _context: &Context) -> crate::Result {
        let latency = monotonic_nanoseconds().saturating_sub(self.enqueued_at) / 1_000;
        let mut out = std::io::stdout().lock();
        writeln!(out, "{PICKED_UP}{latency}")?;
        out.flush()?;
        Ok(())
    }
}

/// Begins each line of a [`Pickup`].
pub(super) const PICKED_UP: &str = "picked up after ";

/// The monotonic clock of the machine.
pub(super) fn monotonic_nanoseconds() -> u64 {
    let time = clock_gettime(ClockId::Monotonic);
    u64::try_from(time.tv_sec).unwrap_or(0) * 1_000_000_000 + u64::try_from(time.tv_nsec).unwrap_or(0)
}
