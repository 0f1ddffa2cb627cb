//! Times as people write them into forms.

use egret::config::parse_duration;
use egret::language::TimeZone;
use egret_core::Timestamp;
use egret_core::job_data::saturating_add;
use jiff::civil;

/// A time that has been: a length of time such as `1h` is so long ago.
pub(super) fn earlier(text: &str, now: Timestamp, zone: &TimeZone) -> Option<Timestamp> {
    let ago = || parse_duration(text).ok().map(|length| now.checked_sub(length).unwrap_or(Timestamp::MIN));
    moment(text, zone).or_else(ago)
}

/// A time to come: a length of time such as `10m` is so long from now.
pub(super) fn later(text: &str, now: Timestamp, zone: &TimeZone) -> Option<Timestamp> {
    let from_now = || parse_duration(text).ok().map(|length| saturating_add(now, length));
    moment(text, zone).or_else(from_now)
}

/// A date, a date and time in the reader's zone, or one with an offset of its own.
fn moment(text: &str, zone: &TimeZone) -> Option<Timestamp> {
    // `20261123` and `2026` are lengths of time, not dates.
    if !text.contains(['-', ':']) {
        return None;
    }
    text.parse::<Timestamp>().ok().or_else(|| zone.to_timestamp(text.parse::<civil::DateTime>().ok()?).ok())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_read_as_people_write_them() {
        let now: Timestamp = "2026-11-23T03:00:00Z".parse().unwrap();
        let tokyo = TimeZone::get("Asia/Tokyo").unwrap();
        for (text, expected) in [
            ("1h", "2026-11-23T02:00:00Z"),
            ("90", "2026-11-23T02:58:30Z"),
            ("2026-11-23", "2026-11-22T15:00:00Z"),
            ("2026-11-23 12:00", "2026-11-23T03:00:00Z"),
            ("2026-11-23T12:00", "2026-11-23T03:00:00Z"),
            ("2026-11-23T12:00:00+02:00", "2026-11-23T10:00:00Z"),
        ] {
            assert_eq!(
                earlier(text, now, &tokyo).map(|moment| moment.to_string()).as_deref(),
                Some(expected),
                "{text}"
            );
        }
        assert_eq!(later("1h", now, &tokyo).unwrap().to_string(), "2026-11-23T04:00:00Z");
        for text in ["", "soon", "2026-13-01", "-1h", "<b>"] {
            assert_eq!((earlier(text, now, &tokyo), later(text, now, &tokyo)), (None, None), "{text}");
        }
    }
}
