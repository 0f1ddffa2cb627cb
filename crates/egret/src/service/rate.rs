//! How many jobs a second this service starts, as far as it can tell from the last moments.

use std::time::{Duration, Instant};

/// A moving average of the rate at which jobs start while there are jobs to start.
#[derive(Debug)]
pub(super) struct Rate {
    per_second: f64,
    measured_at: Instant,
    measured_total: u64,
}

/// Half of the weight of what was measured is gone after this time.
const HALF_LIFE: Duration = Duration::from_millis(50);
/// Shorter spans are not measured: too few jobs fall into them.
const SHORTEST_SPAN: Duration = Duration::from_micros(500);

impl Rate {
    pub(super) fn new(now: Instant) -> Self {
        Self { per_second: 0.0, measured_at: now, measured_total: 0 }
    }

    /// Takes note that `total` jobs have started since the service did.
    pub(super) fn measure(&mut self, now: Instant, total: u64) {
        let span = now.saturating_duration_since(self.measured_at);
        if span < SHORTEST_SPAN {
            return;
        }
        let latest = (total - self.measured_total) as f64 / span.as_secs_f64();
        let kept = 0.5_f64.powf(span.as_secs_f64() / HALF_LIFE.as_secs_f64());
        self.per_second = self.per_second * kept + latest * (1.0 - kept);
        self.measured_at = now;
        self.measured_total = total;
    }

    /// Jobs that will have started after the span, at this rate; rounded down, so that slow jobs give none.
    pub(super) fn within(&self, span: Duration) -> usize {
        (self.per_second * span.as_secs_f64()) as usize
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn follows_the_rate_up_and_down() {
        let start = Instant::now();
        let mut rate = Rate::new(start);
        for step in 1..=100_u64 {
            rate.measure(start + Duration::from_millis(10 * step), step * 100);
        }
        let ahead = rate.within(Duration::from_millis(50));
        assert!((490..=500).contains(&ahead), "{ahead}");
        rate.measure(start + Duration::from_secs(3), 10_001);
        assert_eq!(rate.within(Duration::from_millis(50)), 0);
    }

    #[test]
    fn long_jobs_give_nothing_ahead() {
        let start = Instant::now();
        let mut rate = Rate::new(start);
        rate.measure(start + Duration::from_secs(1), 10);
        assert_eq!(rate.within(Duration::from_millis(50)), 0);
    }
}
