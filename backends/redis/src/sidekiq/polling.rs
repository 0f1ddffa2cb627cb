//! How often a process looks for jobs whose time has come.
//!
//! By itself each process looks whenever a job is due, so that none waits for longer than a second. Sidekiq's own way is there
//! for clusters of many processes: all together look so often on the average (6.4 to 8.1, `lib/sidekiq/scheduled.rb`).

use std::sync::Mutex;
use std::time::{Duration, Instant};

use egret_core::Timestamp;
use egret_core::job_data::saturating_add;
use rand::RngExt;

/// How often a process looks for due jobs.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Polling {
    /// As soon as one is due. The default.
    #[default]
    WhenDue,
    /// All processes together so often on the average (`average_scheduled_poll_interval`).
    Together(Duration),
    /// Each process so often on the average, whatever their number (`poll_interval_average`).
    Each(Duration),
}

impl Polling {
    /// How long until the next look of one of so many processes.
    fn interval(self, n_processes: u64, random: &mut impl RngExt) -> Duration {
        let n_processes = u32::try_from(n_processes.max(1)).unwrap_or(u32::MAX);
        let average = match self {
            Self::WhenDue => return Duration::ZERO,
            Self::Each(average) => average,
            Self::Together(average) => average.saturating_mul(n_processes),
        };
        // Few processes keep away from each other by halves; many by the whole (8.0.10 and later).
        let factor = match n_processes < 10 {
            true => random.random_range(0.5..1.5),
            false => random.random_range(0.0..2.0),
        };
        average.mul_f64(factor)
    }
}

/// When this process looks next.
#[derive(Debug)]
pub(super) struct Poller {
    polling: Polling,
    next_look: Mutex<Option<Instant>>,
}

impl Poller {
    pub(super) fn new(polling: Polling) -> Self {
        Self { polling, next_look: Mutex::new(None) }
    }

    /// Whether the number of processes matters for the next look.
    pub(super) fn counts_processes(&self) -> bool {
        matches!(self.polling, Polling::Together(_) | Polling::Each(_))
    }

    pub(super) fn is_time(&self) -> bool {
        self.lock().is_none_or(|next_look| next_look <= Instant::now())
    }

    /// The next look by the clock; `None` for at any time.
    pub(super) fn next_look(&self) -> Option<Timestamp> {
        let left = (*self.lock())?.saturating_duration_since(Instant::now());
        (!left.is_zero()).then(|| saturating_add(Timestamp::now(), left))
    }

    /// Has looked just now, beside so many processes.
    pub(super) fn looked(&self, n_processes: u64) {
        if self.polling != Polling::WhenDue {
            *self.lock() = Some(Instant::now() + self.polling.interval(n_processes, &mut rand::rng()));
        }
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, Option<Instant>> {
        self.next_look.lock().expect("nothing panics with the time")
    }
}

#[cfg(test)]
mod tests {
    use rand::SeedableRng;
    use rand::rngs::StdRng;

    use super::*;

    fn intervals(polling: Polling, n_processes: u64) -> (f64, f64, f64) {
        let mut random = StdRng::seed_from_u64(7);
        let seconds: Vec<f64> = (0..500).map(|_| polling.interval(n_processes, &mut random).as_secs_f64()).collect();
        let mean = seconds.iter().sum::<f64>() / 500.0;
        (seconds.iter().copied().fold(f64::MAX, f64::min), mean, seconds.iter().copied().fold(0.0, f64::max))
    }

    #[test]
    fn s4_an_average_of_its_own_does_not_depend_on_others() {
        for n_processes in [0, 1, 9] {
            let (least, mean, most) = intervals(Polling::Each(Duration::from_secs(10)), n_processes);
            assert!(least >= 5.0 && most <= 15.0 && (9.5..10.5).contains(&mean), "{least} {mean} {most}");
        }
    }

    #[test]
    fn s5_an_average_of_all_grows_with_their_number() {
        let (least, mean, most) = intervals(Polling::Together(Duration::from_secs(10)), 10);
        assert!(least >= 0.0 && most <= 200.0 && (92.0..108.0).contains(&mean), "{least} {mean} {most}");
        let (least, mean, most) = intervals(Polling::Together(Duration::from_secs(10)), 3);
        assert!(least >= 15.0 && most <= 45.0 && (28.5..31.5).contains(&mean), "{least} {mean} {most}");
    }

    #[test]
    fn by_itself_it_is_always_time() {
        let poller = Poller::new(Polling::WhenDue);
        poller.looked(1);
        assert!(poller.is_time() && poller.next_look().is_none());
        let poller = Poller::new(Polling::Each(Duration::from_secs(3600)));
        assert!(poller.is_time());
        poller.looked(1);
        assert!(!poller.is_time() && poller.next_look().is_some());
    }
}
