//! Spans of time as SHIRASAGI's forms have them (1.21.0, `app/models/concerns/ss/model/job_log.rb`).

use egret::language::TimeZone;
use egret_core::Timestamp;
use jiff::{Span, ToSpan as _};

use crate::fault::Fault;
use crate::visit::Visit;

/// The name of the field.
pub(super) const FIELD: &str = "item[save_term]";

/// A span of time to choose: its word on the wire, and the message that names it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Term {
    /// Empty for everything.
    pub(super) word: &'static str,
    pub(super) message: &'static str,
}

/// Which attempts an export has; the first is the default.
pub(super) const EXPORTED: [Term; 4] = [
    Term { word: "1.day", message: "logs-term-1-day" },
    Term { word: "1.month", message: "logs-term-1-month" },
    Term { word: "1.year", message: "logs-term-1-year" },
    Term { word: "", message: "logs-term-save-all" },
];

/// How old what a removal takes must be; the first is the default.
pub(super) const REMOVED: [Term; 7] = [
    Term { word: "6.months", message: "logs-term-6-months" },
    Term { word: "3.months", message: "logs-term-3-months" },
    Term { word: "2.months", message: "logs-term-2-months" },
    Term { word: "1.month", message: "logs-term-1-month" },
    Term { word: "2.weeks", message: "logs-term-2-weeks" },
    Term { word: "1.week", message: "logs-term-1-week" },
    Term { word: "", message: "logs-term-delete-all" },
];

impl Term {
    /// The one that a form names; the field must be there, if only empty.
    pub(super) fn of(terms: &[Self], value: Option<&str>) -> Result<Self, Fault> {
        let value = value.ok_or_else(|| Fault::bad_value(FIELD, ""))?;
        let found = terms.iter().copied().find(|term| term.word == value.trim());
        found.ok_or_else(|| Fault::bad_value(FIELD, value))
    }

    /// So long ago by the reader's calendar; `None` for ever.
    pub(super) fn before(self, visit: &Visit) -> Option<Timestamp> {
        so_long_ago(self.word, visit.now, &visit.reader.zone)
    }
}

fn so_long_ago(word: &str, now: Timestamp, zone: &TimeZone) -> Option<Timestamp> {
    let (number, unit) = word.split_once('.')?;
    let number: i64 = number.parse().ok()?;
    let span: Span = match unit {
        "day" => number.days(),
        "week" | "weeks" => number.weeks(),
        "month" | "months" => number.months(),
        _ => number.years(),
    };
    now.to_zoned_datetime(zone.clone()).checked_sub(span).ok().map(|moment| moment.timestamp())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spans_are_those_of_the_calendar() {
        let zone = TimeZone::get("Asia/Tokyo").unwrap();
        let ago = |word| so_long_ago(word, "2026-03-31T03:00:00Z".parse().unwrap(), &zone).map(|at| at.to_string());
        assert_eq!(ago("1.month").unwrap(), "2026-02-28T03:00:00Z");
        assert_eq!(ago("1.day").unwrap(), "2026-03-30T03:00:00Z");
        assert_eq!(ago("2.weeks").unwrap(), "2026-03-17T03:00:00Z");
        assert_eq!(ago("1.year").unwrap(), "2025-03-31T03:00:00Z");
        assert_eq!(ago(""), None);
        for term in EXPORTED.iter().chain(&REMOVED) {
            assert_eq!(ago(term.word).is_none(), term.word.is_empty(), "{term:?}");
        }
    }

    #[test]
    fn only_the_words_of_the_form_are_taken() {
        assert_eq!(Term::of(&EXPORTED, Some("1.year")).unwrap().word, "1.year");
        assert_eq!(Term::of(&REMOVED, Some("")).unwrap().word, "");
        for value in [None, Some("1.years"), Some("6.months"), Some("x")] {
            assert!(Term::of(&EXPORTED, value).is_err(), "{value:?}");
        }
    }
}
