//! Moments as Resque and its peers write them, in the zone of the machine that writes.

use jiff::civil::DateTime;
use jiff::tz::TimeZone;
use jiff::{Timestamp, ZonedDateTime};

/// `failed_at` and `retried_at` (Resque 3.0, `lib/resque/failure/redis.rb`).
const FAILED: &str = "%Y/%m/%d %H:%M:%S %Z";
/// `worker:ID:started`: Ruby's `Time#to_s` (`lib/resque/worker.rb`).
const STARTED: &str = "%Y-%m-%d %H:%M:%S %z";
/// A field of `workers:heartbeat`: Ruby's `Time#iso8601` (`lib/resque/data_store.rb`).
const HEARTBEAT: &str = "%Y-%m-%dT%H:%M:%S%:z";
/// The text of a date in JavaScript up to the name of its zone, as node-resque 9.7 writes `failed_at` and `run_at`.
const JAVASCRIPT: &str = "%a %b %d %Y %H:%M:%S GMT%z";

/// Abbreviations of zones that do not say what they are, as Ruby's date parser reads them (ext/date/zonetab.list), in
/// hours.
const ABBREVIATIONS: [(&str, i8); 17] = [
    ("UTC", 0),
    ("GMT", 0),
    ("Z", 0),
    ("WET", 0),
    ("BST", 1),
    ("CET", 1),
    ("WEST", 1),
    ("CEST", 2),
    ("EET", 2),
    ("EEST", 3),
    ("MSK", 3),
    ("JST", 9),
    ("KST", 9),
    ("EST", -5),
    ("CST", -6),
    ("MST", -7),
    ("PST", -8),
];

/// The moment of a failure, or of its retry.
pub(super) fn failed_at(at: Timestamp, zone: &TimeZone) -> String {
    local(at, zone).strftime(FAILED).to_string()
}

/// The start of a worker.
pub(super) fn started(at: Timestamp, zone: &TimeZone) -> String {
    local(at, zone).strftime(STARTED).to_string()
}

/// A sign of life of a worker.
pub(super) fn heartbeat(at: Timestamp, zone: &TimeZone) -> String {
    local(at, zone).strftime(HEARTBEAT).to_string()
}

/// Reads a moment in any of the forms that Ruby, its page and node-resque write. `zone` is meant where none is told, and
/// where it has the abbreviation that is told.
pub(super) fn parse(text: &str, zone: &TimeZone) -> Option<Timestamp> {
    let text = text.trim();
    slashed(text, zone)
        .or_else(|| text.parse().ok())
        .or_else(|| ZonedDateTime::strptime(STARTED, text).ok().map(|zoned| zoned.timestamp()))
        .or_else(|| javascript(text))
        .or_else(|| Timestamp::from_second(text.parse().ok()?).ok())
}

fn slashed(text: &str, zone: &TimeZone) -> Option<Timestamp> {
    let (moment, abbreviation) = text.split_at_checked("2026/11/24 03:13:16".len())?;
    let moment = DateTime::strptime("%Y/%m/%d %H:%M:%S", moment).ok()?;
    let abbreviation = abbreviation.trim();
    let here = moment.to_zoned_datetime(zone.clone()).ok()?;
    if abbreviation.is_empty() || here.strftime("%Z").to_string() == abbreviation {
        return Some(here.timestamp());
    }
    // An abbreviation that nobody knows counts as UTC: a moment that is some hours wrong is better than none.
    let known = ABBREVIATIONS.iter().find(|(name, _)| *name == abbreviation);
    let daylight =
        || abbreviation.strip_suffix("DT").and_then(|name| offset_of(&format!("{name}ST"))).map(|hours| hours + 1);
    let hours = known.map(|(_, hours)| *hours).or_else(daylight).unwrap_or(0);
    Some(moment.to_zoned_datetime(TimeZone::fixed(jiff::tz::offset(hours))).ok()?.timestamp())
}

fn offset_of(abbreviation: &str) -> Option<i8> {
    ABBREVIATIONS.iter().find(|(name, _)| *name == abbreviation).map(|(_, hours)| *hours)
}

fn javascript(text: &str) -> Option<Timestamp> {
    let moment = text.split(" (").next()?;
    ZonedDateTime::strptime(JAVASCRIPT, moment).ok().map(|zoned| zoned.timestamp())
}

fn local(at: Timestamp, zone: &TimeZone) -> ZonedDateTime {
    at.to_zoned_datetime(zone.clone())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tokyo() -> TimeZone {
        TimeZone::get("Asia/Tokyo").unwrap()
    }

    #[test]
    fn moments_are_written_as_by_ruby() {
        let at: Timestamp = "2026-11-23T18:13:16.987Z".parse().unwrap();
        assert_eq!(failed_at(at, &tokyo()), "2026/11/24 03:13:16 JST");
        assert_eq!(started(at, &tokyo()), "2026-11-24 03:13:16 +0900");
        assert_eq!(heartbeat(at, &tokyo()), "2026-11-24T03:13:16+09:00");
        assert_eq!(heartbeat(at, &TimeZone::UTC), "2026-11-23T18:13:16+00:00");
        assert_eq!(failed_at(at, &TimeZone::UTC), "2026/11/23 18:13:16 UTC");
    }

    #[test]
    fn every_form_of_the_peers_is_read() {
        let expected: Timestamp = "2026-11-23T18:13:16Z".parse().unwrap();
        for text in [
            "2026/11/24 03:13:16 JST",
            "2026/11/24 03:13:16",
            "2026/11/23 18:13:16 UTC",
            "2026/11/23 13:13:16 EST",
            "2026/11/23 14:13:16 EDT",
            "2026-11-24 03:13:16 +0900",
            "2026-11-24T03:13:16+09:00",
            "2026-11-23T18:13:16Z",
            "Tue Nov 24 2026 03:13:16 GMT+0900 (Japan Standard Time)",
            "1795457596",
        ] {
            assert_eq!(parse(text, &tokyo()), Some(expected), "{text}");
        }
        for text in ["", "soon", "2026/13/24 03:13:16 JST", "日本語日本語日本語"] {
            assert_eq!(parse(text, &tokyo()), None, "{text}");
        }
    }
}
