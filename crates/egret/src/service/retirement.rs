//! Retirement: a service that has used up what its options allow it finishes what runs and leaves, for another process to
//! go on in its place.
//!
//! Nobody waits for a process that retires, so its jobs have no deadline: a limit that cut a long job short would have it
//! begin anew for ever. A stop that is asked for meanwhile has the usual one.

use super::engine::Engine;
use super::memory::resident_bytes;

/// Why a service ended.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum EndCause {
    /// It was told to stop.
    #[default]
    Asked,
    /// By itself, since nothing waited.
    Idle,
    /// It has performed as many jobs as `max_jobs` allows.
    MaxJobs,
    /// It used more memory than `max_memory` allows.
    MaxMemory,
}

impl EndCause {
    /// Whether another process is to go on in its place.
    pub const fn wants_successor(self) -> bool {
        matches!(self, Self::MaxJobs | Self::MaxMemory)
    }
}

/// Whether the service is to claim nothing more and to leave when its jobs have ended.
pub(super) fn is_due(engine: &Engine) -> bool {
    if engine.retirement.get().is_some() {
        return true;
    }
    let Some(max_jobs) = engine.options().max_jobs else { return false };
    let n_jobs = engine.hand.n_started();
    if n_jobs < max_jobs {
        return false;
    }
    tracing::info!(n_jobs, max_jobs, "performed as many jobs as `max_jobs` allows; leaving when the last has ended");
    retire(engine, EndCause::MaxJobs);
    true
}

/// Looks whether the process has become too large. One that has not performed anything yet stays: its successor would
/// begin with the same size.
pub(super) fn weigh(engine: &Engine) {
    let Some(max_memory) = engine.options().max_memory else { return };
    if engine.retirement.get().is_some() || engine.hand.n_started() == 0 {
        return;
    }
    let bytes = resident_bytes();
    if bytes > max_memory {
        tracing::info!(
            bytes,
            max_memory,
            "uses more memory than `max_memory` allows; leaving when its jobs have ended"
        );
        retire(engine, EndCause::MaxMemory);
    }
}

fn retire(engine: &Engine, cause: EndCause) {
    // Only the control thread sets it, after a look that it is not set.
    let _ = engine.retirement.set(cause);
    // So that operators see it, and `why` does not blame a service that claims nothing.
    engine.heart_nudge().nudge();
}
