//! The text form of instants in Active Job payloads.

use jiff::{SignedDuration, Timestamp};

/// Writes an instant as Active Job 7.1 and later do: UTC, exactly nine fractional digits, `Z`.
pub fn format_instant(instant: Timestamp) -> String {
    format!("{instant:.9}")
}

/// Reads an instant with 0 or more fractional digits and any numeric offset.
///
/// Ruby can write more than nine digits; what is beyond nanoseconds is cut off.
///
/// # Errors
/// When the text is not an ISO 8601 date and time with an offset.
pub fn parse_instant(text: &str) -> Result<Timestamp, jiff::Error> {
    match text.parse() {
        Ok(instant) => Ok(instant),
        Err(error) => match without_excess_digits(text) {
            Some(shorter) => shorter.parse(),
            None => Err(error),
        },
    }
}

/// The text with its fraction cut to nine digits, if it has more.
fn without_excess_digits(text: &str) -> Option<String> {
    let fraction = text.find('.')? + 1;
    let digits = text[fraction..].bytes().take_while(u8::is_ascii_digit).count();
    (digits > 9).then(|| format!("{}{}", &text[..fraction + 9], &text[fraction + digits..]))
}

/// Cuts an instant to whole microseconds, the precision in which stores keep times.
pub fn to_microseconds(instant: Timestamp) -> i64 {
    instant.as_microsecond()
}

/// The instant of a count of microseconds since the epoch, limited to the years that can be written.
pub fn from_microseconds(microseconds: i64) -> Timestamp {
    Timestamp::from_microsecond(microseconds).unwrap_or(if microseconds < 0 { Timestamp::MIN } else { Timestamp::MAX })
}

/// Adds a duration, staying at the last instant that can be written instead of overflowing.
pub fn saturating_add(instant: Timestamp, duration: std::time::Duration) -> Timestamp {
    SignedDuration::try_from(duration)
        .ok()
        .and_then(|duration| instant.checked_add(duration).ok())
        .unwrap_or(Timestamp::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn writes_nine_digits_and_reads_any_number() {
        let instant = parse_instant("2021-11-02T08:24:05.77Z").unwrap();
        assert_eq!(format_instant(instant), "2021-11-02T08:24:05.770000000Z");
        assert_eq!(parse_instant("2021-11-02T17:24:05.770+09:00").unwrap(), instant);
        assert_eq!(parse_instant("2021-11-02T08:24:05.770000000999Z").unwrap(), instant);
        assert!(parse_instant("yesterday").is_err());
    }

    #[test]
    fn adding_stops_at_the_end_of_time() {
        assert_eq!(saturating_add(Timestamp::MAX, std::time::Duration::from_secs(1)), Timestamp::MAX);
        assert_eq!(saturating_add(Timestamp::UNIX_EPOCH, std::time::Duration::MAX), Timestamp::MAX);
    }
}
