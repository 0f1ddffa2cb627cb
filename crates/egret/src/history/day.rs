//! Days, as people name them.

use egret_core::{ExecutionFilter, Timestamp};
use jiff::civil::{Date, Time};
use jiff::tz::TimeZone;

/// A day of the calendar.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Day(Date);

/// A text that names no day.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("invalid day `{0}`, expected `today`, `yesterday` or one such as `2026-11-23`")]
pub struct NoDay(String);

impl Day {
    /// The day of a moment in a zone.
    pub fn of(moment: Timestamp, zone: &TimeZone) -> Self {
        Self(moment.to_zoned_datetime(zone.clone()).date())
    }

    /// Reads `today`, `yesterday`, `2026-11-23` or `20261123`, the form of SHIRASAGI's paths (1.21.0,
    /// `config/routes/job/routes.rb`: `:ymd`).
    ///
    /// # Errors
    /// The text is none of these.
    pub fn parse(text: &str, now: Timestamp, zone: &TimeZone) -> Result<Self, NoDay> {
        let today = Self::of(now, zone);
        let day = match text.trim() {
            "today" => Some(today),
            "yesterday" => today.previous(),
            other => date(other).map(Self),
        };
        day.ok_or_else(|| NoDay(text.to_owned()))
    }

    /// The day before; `None` at the beginning of the calendar.
    pub fn previous(self) -> Option<Self> {
        self.0.yesterday().ok().map(Self)
    }

    /// The day after; `None` at the end of the calendar.
    pub fn next(self) -> Option<Self> {
        self.0.tomorrow().ok().map(Self)
    }

    /// The first moment of the day in a zone; `None` at the edges of the calendar.
    pub fn begin(self, zone: &TimeZone) -> Option<Timestamp> {
        zone.to_timestamp(self.0.to_datetime(Time::midnight())).ok()
    }

    /// The filter, for attempts of the day only.
    #[must_use]
    pub fn bound(self, mut filter: ExecutionFilter, zone: &TimeZone) -> ExecutionFilter {
        filter.since = self.begin(zone);
        filter.before = self.next().and_then(|next| next.begin(zone));
        filter
    }
}

/// Writes `2026-11-23`.
impl std::fmt::Display for Day {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.0.fmt(formatter)
    }
}

fn date(text: &str) -> Option<Date> {
    let is_short = text.len() == 8 && text.bytes().all(|byte| byte.is_ascii_digit());
    match is_short {
        true => format!("{}-{}-{}", &text[..4], &text[4..6], &text[6..]).parse().ok(),
        // A longer text would be read as a date and a time.
        false => text.parse().ok().filter(|_| text.len() == 10),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> Timestamp {
        text.parse().unwrap()
    }

    #[test]
    fn days_are_those_of_the_zone() {
        let zone = TimeZone::get("Asia/Tokyo").unwrap();
        let now = at("2026-11-23T16:00:00Z");
        let day = |text: &str| Day::parse(text, now, &zone).map(|day| day.to_string());
        assert_eq!(day("today").unwrap(), "2026-11-24");
        assert_eq!(day("yesterday").unwrap(), "2026-11-23");
        assert_eq!(day("2026-11-23").unwrap(), "2026-11-23");
        assert_eq!(day("20261123").unwrap(), "2026-11-23");
        for text in ["", "tomorow", "2026-13-01", "2026-11-23 10:00", "2026112"] {
            assert!(day(text).is_err(), "{text}");
        }
    }

    #[test]
    fn a_day_lasts_until_the_next_one_begins() {
        let zone = TimeZone::get("Europe/Berlin").unwrap();
        let day = Day::parse("2026-10-25", at("2026-11-23T16:00:00Z"), &zone).unwrap();
        let filter = day.bound(ExecutionFilter::all(), &zone);
        assert_eq!(filter.since, Some(at("2026-10-24T22:00:00Z")));
        assert_eq!(filter.before, Some(at("2026-10-25T23:00:00Z")), "this day has 25 hours");
        assert!(filter.covers_moment(at("2026-10-25T22:59:59Z")) && !filter.covers_moment(at("2026-10-25T23:00:00Z")));
    }
}
