//! Whether a service lives, by what this process can tell.

use std::time::{Duration, Instant};

use jiff::{SignedDuration, Timestamp};

use crate::{Liveness, ProcessIdentity, Timing};

/// The last sign of life of a service, on the store's clock and on this process's own.
#[derive(Clone, Copy, Debug)]
pub(super) struct Pulse {
    pub(super) beat_at: Timestamp,
    seen: Instant,
}

impl Pulse {
    /// A sign of life at this moment.
    pub(super) fn at(now: Timestamp) -> Self {
        Self { beat_at: now, seen: Instant::now() }
    }

    /// Whether the lease has run out by the store's clock *and* long enough by our own, so that a step of the store's clock
    /// alone kills nobody.
    fn has_lapsed(&self, now: Timestamp, timing: &Timing) -> bool {
        is_older(now, self.beat_at, timing.lease) && self.seen.elapsed() > timing.observation
    }
}

/// Whether a service with the process and the pulse is dead.
pub(super) fn is_dead(process: &ProcessIdentity, pulse: &Pulse, now: Timestamp, timing: &Timing) -> bool {
    pulse.has_lapsed(now, timing) || process.liveness(&ProcessIdentity::current()) == Liveness::Dead
}

/// Whether `then` lies more than `age` before `now`.
fn is_older(now: Timestamp, then: Timestamp, age: Duration) -> bool {
    SignedDuration::try_from(age).is_ok_and(|age| now.duration_since(then) > age)
}

/// Whether the host has been booted anew since the process ran on it, so that its end says nothing about its jobs.
pub(super) fn host_is_gone(process: &ProcessIdentity) -> bool {
    process.boot_id != ProcessIdentity::current().boot_id
}
