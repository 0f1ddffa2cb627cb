//! Beats and leases.

use std::time::Duration;

/// How often a service shows that it is alive and when others take it for dead.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Timing {
    /// Between two beats. Default 5 s.
    pub beat: Duration,
    /// Age of the last beat by the store's clock at which a service may be dead. Default 30 s.
    pub lease: Duration,
    /// For how long, by its own monotonic clock, an observer must have seen the beat counter unmoved before it
    /// believes the lease; so that a step of a wall clock kills nobody. Default 10 s.
    pub observation: Duration,
    /// After how long without a successful beat (measured with time spent suspended) a service gives up its jobs by
    /// itself and goes on under a new nonce. Smaller than `lease`. Default 20 s.
    pub self_fence: Duration,
}

impl Default for Timing {
    fn default() -> Self {
        Self {
            beat: Duration::from_secs(5),
            lease: Duration::from_secs(30),
            observation: Duration::from_secs(10),
            self_fence: Duration::from_secs(20),
        }
    }
}

impl Timing {
    /// Timing of the same proportions for a lease of another length, for tests: beat 1/10, observation 1/3, fence 2/3.
    pub fn with_lease(lease: Duration) -> Self {
        Self { beat: lease / 10, lease, observation: lease / 3, self_fence: lease * 2 / 3 }
    }
}
