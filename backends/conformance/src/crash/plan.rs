//! The size of a crash run.

use std::time::Duration;

use egret_core::Timing;

/// How much is done to the workers, and for how long.
#[derive(Clone, Debug)]
pub struct Plan {
    /// Jobs, of 0 to 20 ms each; more of them, up to twice as many, if too few blows have hit by then.
    pub n_jobs: usize,
    /// Worker processes at once.
    pub n_workers: usize,
    /// Kills that must hit a job that has begun.
    pub n_kills: usize,
    /// Freezes that must.
    pub n_freezes: usize,
    /// Timing of the workers.
    pub timing: Timing,
    /// A run in which for so long no job has ended, while some are left, fails.
    pub patience: Duration,
    /// Where all chance of the harness comes from.
    pub seed: u64,
}

impl Plan {
    /// Jobs of a run in everyday tests.
    pub const N_JOBS: usize = 2_000;
    /// Jobs of a soak run.
    pub const N_SOAK_JOBS: usize = 20_000;
    /// The variable that, set, asks for a soak run.
    pub const SOAK_VARIABLE: &str = "EGRET_SOAK";

    /// The everyday run, or the soak run if [`SOAK_VARIABLE`](Self::SOAK_VARIABLE) is set; repeated if the
    /// [seed](crate::seed) is.
    pub fn from_environment() -> Self {
        let is_soak = std::env::var_os(Self::SOAK_VARIABLE).is_some();
        Self::of(if is_soak { Self::N_SOAK_JOBS } else { Self::N_JOBS }, crate::seed())
    }

    /// A run of so many jobs: at least 30 kills and 10 freezes, more with more jobs.
    pub fn of(n_jobs: usize, seed: u64) -> Self {
        Self {
            n_jobs,
            n_workers: 3,
            n_kills: (n_jobs / 60).max(30),
            n_freezes: (n_jobs / 200).max(10),
            timing: Timing::with_lease(Duration::from_secs(1)),
            patience: Duration::from_secs(30),
            seed,
        }
    }
}
