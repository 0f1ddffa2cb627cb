//! Moments and spans of time, as people write and read them: in the zone of the machine.

use std::time::Duration;

use egret_core::Timestamp;
use jiff::civil;
use jiff::tz::TimeZone;
use jiff::{SignedDuration, ToSpan as _, ZonedDateTime};

use crate::config::parse_duration;
use crate::language::Sentence;

/// Reads a moment: a date and time with an offset or a zone, a date and time, a date (its first moment), or a time of day
/// (its next occurrence). Without an offset or a zone it is that of the machine.
pub(super) fn parse(text: &str, now: Timestamp, zone: &TimeZone) -> Result<Timestamp, Sentence> {
    let trimmed = text.trim();
    exact(trimmed)
        .or_else(|| time_of_day(trimmed, now, zone))
        .or_else(|| local(trimmed, zone))
        .ok_or_else(|| no_moment(text))
}

/// Reads a moment of what has been: as [`parse`], but a time of day is its last occurrence, and a length of time such as
/// `1d` is so long ago.
pub(super) fn parse_earlier(text: &str, now: Timestamp, zone: &TimeZone) -> Result<Timestamp, Sentence> {
    const DAY: Duration = Duration::from_secs(24 * 60 * 60);
    let trimmed = text.trim();
    let ago = parse_span(trimmed).ok().map(|span| now.checked_sub(span).unwrap_or(Timestamp::MIN));
    let last = || time_of_day(trimmed, now, zone).map(|next| next.checked_sub(DAY).unwrap_or(next));
    let found = ago.or_else(|| exact(trimmed)).or_else(last).or_else(|| local(trimmed, zone));
    found.ok_or_else(|| no_moment(text))
}

/// The refusal of a text that is no moment.
fn no_moment(text: &str) -> Sentence {
    Sentence::new("cli-no-moment").with("text", text)
}

/// A moment with an offset or a zone.
fn exact(text: &str) -> Option<Timestamp> {
    match text.parse::<ZonedDateTime>() {
        Ok(moment) => Some(moment.timestamp()),
        Err(_) => text.parse().ok(),
    }
}

fn local(text: &str, zone: &TimeZone) -> Option<Timestamp> {
    let moment: civil::DateTime = text.parse().ok()?;
    zone.to_timestamp(moment).ok()
}

/// Only digits and colons: anything longer is read as a date.
fn time_of_day(text: &str, now: Timestamp, zone: &TimeZone) -> Option<Timestamp> {
    if !text.contains(':') || text.contains(['-', '+', 'T', ' ']) {
        return None;
    }
    // `9:00` is what people write.
    let padded = if text.find(':') == Some(1) { format!("0{text}") } else { text.to_owned() };
    let time: civil::Time = padded.parse().ok()?;
    let now = now.to_zoned_datetime(zone.clone());
    let today = now.date().to_datetime(time);
    let next = zone.to_timestamp(today).ok().filter(|moment| *moment > now.timestamp());
    next.or_else(|| zone.to_timestamp(today.checked_add(1.day()).ok()?).ok())
}

/// Reads how long from now: `10s`, `5m`, or a number of seconds.
pub(super) fn parse_span(text: &str) -> Result<Duration, Sentence> {
    parse_duration(text).map_err(|_| Sentence::new("cli-no-span").with("text", text))
}

/// Reads how long something may take: more than nothing.
pub(super) fn parse_time_limit(text: &str) -> Result<Duration, Sentence> {
    match parse_span(text) {
        Ok(limit) if limit.is_zero() => Err(Sentence::new("cli-no-time-limit")),
        read => read,
    }
}

/// Writes a moment for people, to the second: `2026-11-23 20:09:01`.
pub(super) fn show(moment: Timestamp, zone: &TimeZone) -> String {
    moment.to_zoned_datetime(zone.clone()).strftime("%Y-%m-%d %H:%M:%S").to_string()
}

/// Writes a moment for people, to the millisecond.
pub(super) fn show_exactly(moment: Timestamp, zone: &TimeZone) -> String {
    moment.to_zoned_datetime(zone.clone()).strftime("%Y-%m-%d %H:%M:%S%.3f").to_string()
}

/// Writes how long it is from one moment to another for people: `in 5 min`, `3 h ago`, `now`.
pub(super) fn distance(moment: Timestamp, now: Timestamp) -> String {
    let distance = moment.duration_since(now);
    let length = length(distance.unsigned_abs());
    match distance.as_secs() {
        0 => "now".to_owned(),
        seconds if seconds > 0 => format!("in {length}"),
        _ => format!("{length} ago"),
    }
}

/// Writes a length of time for people, in the largest unit that fits: `340 ms`, `1.5 s`, `3 min`, `2 h`, `5 d`.
pub(super) fn length(length: Duration) -> String {
    let seconds = length.as_secs();
    match seconds {
        0 => format!("{} ms", length.as_millis()),
        1..=9 => format!("{:.1} s", length.as_secs_f64()),
        10..=119 => format!("{seconds} s"),
        120..=7_199 => format!("{} min", seconds / 60),
        7_200..=172_799 => format!("{} h", seconds / 3_600),
        _ => format!("{} d", seconds / 86_400),
    }
}

/// How long it is from one moment to a later one; nothing when it is not later.
pub(super) fn between(earlier: Timestamp, later: Timestamp) -> Duration {
    SignedDuration::try_into(later.duration_since(earlier)).unwrap_or(Duration::ZERO)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tokyo() -> TimeZone {
        TimeZone::get("Asia/Tokyo").unwrap()
    }

    fn at(text: &str) -> Timestamp {
        text.parse().unwrap()
    }

    fn read(text: &str) -> Result<String, Sentence> {
        parse(text, at("2026-11-23T03:00:00Z"), &tokyo()).map(|moment| moment.to_string())
    }

    #[test]
    fn reads_what_people_write() {
        for (text, moment) in [
            ("2030-01-31T09:00:00Z", "2030-01-31T09:00:00Z"),
            ("2030-01-31T09:00:00+09:00", "2030-01-31T00:00:00Z"),
            ("2030-01-31T09:00[Europe/Paris]", "2030-01-31T08:00:00Z"),
            ("2030-01-31T09:00:00", "2030-01-31T00:00:00Z"),
            ("2030-01-31 09:00", "2030-01-31T00:00:00Z"),
            ("2030-01-31", "2030-01-30T15:00:00Z"),
            // It is noon in Tokyo.
            ("12:01", "2026-11-23T03:01:00Z"),
            ("12:00", "2026-11-24T03:00:00Z"),
            ("9:00", "2026-11-24T00:00:00Z"),
            (" 23:59:59 ", "2026-11-23T14:59:59Z"),
        ] {
            assert_eq!(read(text).as_deref(), Ok(moment), "{text}");
        }
    }

    #[test]
    fn reads_what_people_write_of_what_has_been() {
        let since =
            |text: &str| parse_earlier(text, at("2026-11-23T03:00:00Z"), &tokyo()).map(|moment| moment.to_string());
        for (text, moment) in [
            ("1d", "2026-11-22T03:00:00Z"),
            ("2026-11-01", "2026-10-31T15:00:00Z"),
            ("11:00", "2026-11-23T02:00:00Z"),
            // The last one, not the next.
            ("13:00", "2026-11-22T04:00:00Z"),
            ("2030-01-31", "2030-01-30T15:00:00Z"),
        ] {
            assert_eq!(since(text).as_deref(), Ok(moment), "{text}");
        }
        assert!(since("soon").is_err());
    }

    #[test]
    fn refuses_what_is_no_moment() {
        for text in ["", "soon", "10s", "25:00", "2030-02-30", "2030-01-31T09:00:00+99:00"] {
            assert!(read(text).is_err(), "{text}");
        }
    }

    #[test]
    fn writes_distances_in_the_largest_unit() {
        let now = at("2026-11-23T03:00:00Z");
        for (moment, text) in [
            ("2026-11-23T03:00:00.4Z", "now"),
            ("2026-11-23T03:00:30Z", "in 30 s"),
            ("2026-11-23T03:05:00Z", "in 5 min"),
            ("2026-11-22T23:00:00Z", "4 h ago"),
            ("2026-11-13T03:00:00Z", "10 d ago"),
        ] {
            assert_eq!(distance(at(moment), now), text);
        }
        assert_eq!(length(Duration::from_millis(340)), "340 ms");
        assert_eq!(length(Duration::from_millis(1_500)), "1.5 s");
        assert_eq!(between(at("2026-11-23T03:00:00Z"), at("2026-11-23T02:00:00Z")), Duration::ZERO);
    }

    #[test]
    fn shows_the_zone_of_the_machine() {
        assert_eq!(show(at("2026-11-23T03:00:00.123Z"), &tokyo()), "2026-11-23 12:00:00");
        assert_eq!(show_exactly(at("2026-11-23T03:00:00.123Z"), &tokyo()), "2026-11-23 12:00:00.123");
    }
}
