//! Where an attempt is in listings of all attempts.

use egret_core::{Cursor, Error, Result};

/// Where an attempt is in listings of all attempts, and how it is found.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Place {
    Open { started_at: i64, record: i64 },
    Closed { closed_at: i64, source: Source, number: i64 },
}

/// Which table a closed attempt is in. Of attempts that closed at the same time, those of their own come earlier.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Source {
    /// A row of its own; the number is its claim's.
    Own,
    /// Folded into the history of its job; the number is the job's record.
    Folded,
}

impl Place {
    pub(super) fn to_cursor(self) -> Cursor {
        Cursor(match self {
            Self::Open { started_at, record } => format!("open:{started_at}:{record}"),
            Self::Closed { closed_at, source: Source::Own, number } => format!("own:{closed_at}:{number}"),
            Self::Closed { closed_at, source: Source::Folded, number } => format!("folded:{closed_at}:{number}"),
        })
    }

    pub(super) fn parse(cursor: &Cursor) -> Result<Self> {
        let mut parts = cursor.0.split(':');
        let kind = parts.next();
        let mut number = || parts.next()?.parse().ok();
        let place = match (kind, number(), number(), number()) {
            (Some("open"), Some(started_at), Some(record), None) => Some(Self::Open { started_at, record }),
            (Some("own"), Some(closed_at), Some(number), None) => {
                Some(Self::Closed { closed_at, source: Source::Own, number })
            }
            (Some("folded"), Some(closed_at), Some(number), None) => {
                Some(Self::Closed { closed_at, source: Source::Folded, number })
            }
            _ => None,
        };
        place.ok_or_else(|| Error::no_cursor(cursor))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cursors_go_both_ways() {
        for place in [
            Place::Open { started_at: 5, record: 7 },
            Place::Closed { closed_at: -5, source: Source::Own, number: 7 },
            Place::Closed { closed_at: 5, source: Source::Folded, number: 7 },
        ] {
            assert_eq!(Place::parse(&place.to_cursor()).unwrap(), place);
        }
        for text in ["", "own:1", "own:1:2:3", "live:1:2", "open:x:1"] {
            assert!(Place::parse(&Cursor(text.to_owned())).is_err(), "{text}");
        }
    }
}
