//! Time and processor time of a stretch of work.

use std::time::{Duration, Instant};

use rustix::time::{ClockId, clock_gettime};

/// Measures from its making on.
pub(super) struct Meter {
    began: Instant,
    cpu: Duration,
}

/// What a stretch of work took.
#[derive(Clone, Copy, Debug)]
pub(super) struct Reading {
    pub(super) elapsed: Duration,
    /// Of all threads of this process, in user and kernel.
    pub(super) cpu: Duration,
}

impl Meter {
    pub(super) fn start() -> Self {
        Self { began: Instant::now(), cpu: process_cpu() }
    }

    pub(super) fn read(&self) -> Reading {
        Reading { elapsed: self.began.elapsed(), cpu: process_cpu().saturating_sub(self.cpu) }
    }
}

impl Reading {
    pub(super) fn per_second(&self, count: u64) -> f64 {
        count as f64 / self.elapsed.as_secs_f64().max(1e-9)
    }

    /// Microseconds of processor time for each of `count` jobs.
    pub(super) fn cpu_each(&self, count: u64) -> f64 {
        self.cpu.as_secs_f64() * 1e6 / count.max(1) as f64
    }
}

fn process_cpu() -> Duration {
    let time = clock_gettime(ClockId::ProcessCPUTime);
    Duration::new(u64::try_from(time.tv_sec).unwrap_or(0), u32::try_from(time.tv_nsec).unwrap_or(0))
}

/// The value below which the share of the sorted values lies.
pub(super) fn percentile(sorted: &[f64], share: f64) -> f64 {
    match sorted.len() {
        0 => f64::NAN,
        length => sorted[((length - 1) as f64 * share).round() as usize],
    }
}
