//! Moments as the driver takes and gives those of columns without a zone: the system's, which are in UTC.

use std::time::{Duration, SystemTime};

use egret_core::job_data::{from_microseconds, to_microseconds};
use jiff::Timestamp;

/// To the microsecond, which is what the columns hold.
pub(crate) fn system(moment: Timestamp) -> SystemTime {
    let microseconds = to_microseconds(moment);
    let distance = Duration::from_micros(microseconds.unsigned_abs());
    match microseconds < 0 {
        true => SystemTime::UNIX_EPOCH - distance,
        false => SystemTime::UNIX_EPOCH + distance,
    }
}

/// A moment that no timestamp can be is the nearest that can.
pub(crate) fn moment(system: SystemTime) -> Timestamp {
    let microseconds = |distance: Duration| i64::try_from(distance.as_micros()).unwrap_or(i64::MAX);
    match system.duration_since(SystemTime::UNIX_EPOCH) {
        Ok(after) => from_microseconds(microseconds(after)),
        Err(before) => from_microseconds(-microseconds(before.duration())),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn moments_survive_to_the_microsecond() {
        for text in ["2026-11-23T19:01:31.246532Z", "1969-12-31T23:59:59.999999Z", "1970-01-01T00:00:00Z"] {
            let given: Timestamp = text.parse().unwrap();
            assert_eq!(moment(system(given)), given, "{text}");
        }
        assert_eq!(moment(SystemTime::UNIX_EPOCH + Duration::from_secs(1 << 40)), from_microseconds(i64::MAX));
    }
}
