//! When a job that failed runs again.

use egret_core::job_data::saturating_add;
use jiff::Timestamp;
use std::time::Duration;

/// The time of the next run of a job that has now failed so many times: `attempts**4 + 5` seconds from now (delayed_job 4.1,
/// `lib/delayed/backend/base.rb`, `reschedule_at`).
pub fn retry_at(now: Timestamp, attempts: u32) -> Timestamp {
    let seconds = u64::from(attempts).saturating_pow(4).saturating_add(5);
    saturating_add(now, Duration::from_secs(seconds))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_delays_are_those_of_the_formula() {
        let now = Timestamp::UNIX_EPOCH;
        let delays = [1, 2, 3, 24].map(|attempts| retry_at(now, attempts).as_second());
        assert_eq!(delays, [6, 21, 86, 331_781]);
        assert_eq!(retry_at(now, u32::MAX), Timestamp::MAX, "no number of attempts is too large");
    }
}
