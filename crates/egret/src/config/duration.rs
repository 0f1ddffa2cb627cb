//! Durations as people write them: `10`, `10s`, `5m`, `6h`, `2d`, `500ms`.

use std::time::Duration;

const NANOS_PER_SECOND: u128 = 1_000_000_000;
/// Units by their suffix, longest duration first; the second field is in nanoseconds.
const UNITS: [(&str, u128); 5] = [
    ("d", 86_400 * NANOS_PER_SECOND),
    ("h", 3_600 * NANOS_PER_SECOND),
    ("m", 60 * NANOS_PER_SECOND),
    ("s", NANOS_PER_SECOND),
    ("ms", NANOS_PER_SECOND / 1_000),
];

/// A text that is no duration.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("invalid duration `{text}`, expected seconds or a number with `ms`, `s`, `m`, `h` or `d`, such as `10s`")]
pub struct DurationError {
    text: String,
}

/// Reads a duration: a number of seconds, or a number with one of the units `ms`, `s`, `m`, `h`, `d` behind it.
///
/// Up to nine fractional digits are allowed (`1.5h`). A sign, two units (`1h30m`) and an empty text are refused.
///
/// # Errors
/// The text is no duration, or one longer than [`Duration::MAX`].
///
/// ```
/// use std::time::Duration;
/// use egret::config::parse_duration;
///
/// assert_eq!(parse_duration("90"), Ok(Duration::from_secs(90)));
/// assert_eq!(parse_duration("1.5h"), Ok(Duration::from_secs(5_400)));
/// assert!(parse_duration("soon").is_err());
/// ```
pub fn parse_duration(text: &str) -> Result<Duration, DurationError> {
    nanoseconds(text.trim()).and_then(from_nanoseconds).ok_or_else(|| DurationError { text: text.to_owned() })
}

/// Writes a duration so that [`parse_duration`] reads it back, in the largest unit that needs no fraction.
///
/// ```
/// use std::time::Duration;
/// use egret::config::format_duration;
///
/// assert_eq!(format_duration(Duration::from_secs(7_200)), "2h");
/// assert_eq!(format_duration(Duration::from_millis(1_500)), "1500ms");
/// ```
pub fn format_duration(duration: Duration) -> String {
    let nanoseconds = duration.as_nanos();
    if nanoseconds == 0 {
        return "0s".to_owned();
    }
    match UNITS.iter().find(|(_, unit)| nanoseconds.is_multiple_of(*unit)) {
        Some((suffix, unit)) => format!("{}{suffix}", nanoseconds / unit),
        None => format!("{}.{:09}s", duration.as_secs(), duration.subsec_nanos()),
    }
}

fn nanoseconds(text: &str) -> Option<u128> {
    let end = text.find(|letter: char| !letter.is_ascii_digit() && letter != '.').unwrap_or(text.len());
    let (number, suffix) = text.split_at(end);
    let (_, unit) = UNITS.into_iter().find(|(name, _)| *name == if suffix.is_empty() { "s" } else { suffix })?;
    let (whole, fraction) = number.split_once('.').unwrap_or((number, "0"));
    if whole.is_empty() || fraction.is_empty() || fraction.len() > 9 {
        return None;
    }
    let whole = whole.parse::<u128>().ok()?.checked_mul(unit)?;
    // At most nine digits times a day in nanoseconds: far from the edge of the type.
    let fraction = format!("{fraction:0<9}").parse::<u128>().ok()? * unit / NANOS_PER_SECOND;
    whole.checked_add(fraction)
}

fn from_nanoseconds(nanoseconds: u128) -> Option<Duration> {
    let seconds = u64::try_from(nanoseconds / NANOS_PER_SECOND).ok()?;
    let rest = u32::try_from(nanoseconds % NANOS_PER_SECOND).ok()?;
    Some(Duration::new(seconds, rest))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn reads_each_unit_and_bare_seconds() {
        let cases = [
            ("0", 0),
            ("10", 10_000),
            ("0.5", 500),
            ("10s", 10_000),
            ("5m", 300_000),
            ("6h", 21_600_000),
            ("2d", 172_800_000),
            ("500ms", 500),
            (" 7s ", 7_000),
            ("1.5m", 90_000),
        ];
        for (text, milliseconds) in cases {
            assert_eq!(parse_duration(text), Ok(Duration::from_millis(milliseconds)), "{text}");
        }
    }

    #[test]
    fn refuses_what_is_no_duration() {
        for text in ["", "s", "-1", "+1", "1 s", "1h30m", "1.s", ".5s", "1..5", "1e3", "1S", "1w", "ten", "∞"] {
            assert!(parse_duration(text).is_err(), "{text}");
        }
        assert!(parse_duration("1.0000000001").is_err(), "ten fractional digits");
        assert!(parse_duration("340282366920938463463374607431768211456").is_err());
        assert!(parse_duration("300000000000000000000d").is_err());
    }

    #[test]
    fn names_the_text_and_the_units() {
        let error = parse_duration("soon").unwrap_err().to_string();
        assert!(error.contains("`soon`") && error.contains("`10s`"), "{error}");
    }

    proptest! {
        #[test]
        fn what_is_written_is_read_back(seconds in any::<u64>(), nanoseconds in 0..1_000_000_000_u32) {
            let duration = Duration::new(seconds, nanoseconds);
            prop_assert_eq!(parse_duration(&format_duration(duration)), Ok(duration));
        }

        #[test]
        fn whole_numbers_mean_number_times_unit(number in 0..1_000_000_u32, unit in 0..UNITS.len()) {
            let (suffix, length) = UNITS[unit];
            let expected = from_nanoseconds(u128::from(number) * length).expect("small");
            prop_assert_eq!(parse_duration(&format!("{number}{suffix}")), Ok(expected));
        }

        #[test]
        fn no_text_makes_it_panic(text in ".{0,40}") {
            let _ = parse_duration(&text);
        }
    }
}
