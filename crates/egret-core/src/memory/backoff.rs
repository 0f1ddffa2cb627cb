//! Delays that grow.

use std::time::Duration;

/// The delay after so many attempts: the first delay, doubled with each attempt after the first.
pub(super) fn doubled(first_delay: Duration, attempts: u32) -> Duration {
    let factor = 2_u32.checked_pow(attempts.saturating_sub(1)).unwrap_or(u32::MAX);
    first_delay.saturating_mul(factor)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn doubles_from_the_second_attempt_on_and_never_overflows() {
        let second = Duration::from_secs(1);
        assert_eq!([0, 1, 2, 3].map(|attempts| doubled(second, attempts).as_secs()), [1, 1, 2, 4]);
        assert_eq!(doubled(Duration::MAX, 100), Duration::MAX);
    }
}
