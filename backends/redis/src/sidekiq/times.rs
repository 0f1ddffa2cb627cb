//! Times in payloads: seconds with a fraction, or whole milliseconds.
//!
//! Sidekiq 6 and 7 write and read seconds. Sidekiq 8 writes milliseconds and tells both apart by the type of the number
//! (`lib/sidekiq/api.rb`, `lib/sidekiq/job_util.rb`), so that seconds with a decimal point are read rightly by every version.

use egret_core::Timestamp;
use egret_core::job_data::{from_microseconds, to_microseconds};

/// How times are written into payloads.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum PayloadTimes {
    /// Seconds with a decimal point, as Sidekiq 6 and 7 write them; every version reads them. The default.
    #[default]
    Seconds,
    /// Whole milliseconds, as Sidekiq 8 writes them. Only where nothing older looks at the queues.
    Milliseconds,
}

impl PayloadTimes {
    /// The JSON of an instant.
    pub(super) fn json(self, instant: Timestamp) -> String {
        match self {
            Self::Seconds => float(seconds(instant)),
            Self::Milliseconds => instant.as_millisecond().to_string(),
        }
    }
}

/// The instant as seconds since the epoch.
pub(super) fn seconds(instant: Timestamp) -> f64 {
    #[expect(clippy::cast_precision_loss, reason = "a double has microseconds until the year 2255")]
    let microseconds = to_microseconds(instant) as f64;
    microseconds / 1e6
}

/// A number as Ruby and JSON write it, always with a decimal point.
pub(super) fn float(number: f64) -> String {
    format!("{number:?}")
}

pub(super) use crate::store::at_seconds as from_seconds;

/// Reads a time of a payload: a number with a fraction is seconds, a whole one is milliseconds unless it is so small that it
/// would lie in the first weeks of 1970; then somebody has written whole seconds.
pub(super) fn parse(json: &str) -> Option<Timestamp> {
    if json.contains(['.', 'e', 'E']) {
        return json.parse().ok().map(from_seconds);
    }
    let whole: i64 = json.parse().ok()?;
    match whole < 100_000_000_000 {
        true => Some(from_microseconds(whole.saturating_mul(1_000_000))),
        false => Some(from_microseconds(whole.saturating_mul(1_000))),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// R10 of the list of acceptance.
    #[test]
    fn r10_reads_times_by_the_type_of_their_numbers() {
        let expected = from_microseconds(1_700_000_000_500_000);
        for json in ["1700000000500", "1700000000.5", "1.7000000005e9"] {
            assert_eq!(parse(json), Some(expected), "{json}");
        }
        assert_eq!(parse("1700000000"), Some(from_microseconds(1_700_000_000_000_000)));
        assert_eq!(parse("\"2021-11-02\""), None);
    }

    #[test]
    fn writes_what_it_reads() {
        for microseconds in [1_795_458_410_500_000, 1_795_458_410_000_000, 1_795_458_038_473_511] {
            let instant = from_microseconds(microseconds);
            assert_eq!(parse(&PayloadTimes::Seconds.json(instant)), Some(instant));
            let whole = PayloadTimes::Milliseconds.json(instant);
            assert_eq!(parse(&whole).map(|read| read.as_millisecond()), Some(microseconds / 1_000));
        }
        assert_eq!(PayloadTimes::Seconds.json(from_microseconds(1_795_458_410_000_000)), "1795458410.0");
    }
}
