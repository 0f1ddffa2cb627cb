//! Where jobs are in listings.

use egret_core::job_data::to_microseconds;
use egret_core::{Cursor, Error, JobFilter, JobOrder, Result};

/// Where a job is in the order of listings.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Place {
    Live { due_at: i64, position: i64, record: i64 },
    Finished { finished_at: i64, record: i64 },
}

impl Place {
    pub(super) fn record(&self) -> i64 {
        let (Self::Live { record, .. } | Self::Finished { record, .. }) = self;
        *record
    }

    /// Whether it comes later than another place.
    pub(super) fn is_behind(&self, other: &Self, order: JobOrder) -> bool {
        match (*self, *other) {
            (Self::Finished { .. }, Self::Live { .. }) => true,
            (Self::Live { .. }, Self::Finished { .. }) => false,
            (Self::Finished { finished_at, record }, Self::Finished { finished_at: other_end, record: other }) => {
                (finished_at, record) < (other_end, other)
            }
            (Self::Live { due_at, position, .. }, Self::Live { due_at: other_due, position: other, .. }) => {
                let (key, other) = ((due_at, position), (other_due, other));
                if order == JobOrder::DueFirst { key > other } else { key < other }
            }
        }
    }

    pub(super) fn to_cursor(self) -> Cursor {
        Cursor(match self {
            Self::Live { due_at, position, record } => format!("live:{due_at}:{position}:{record}"),
            Self::Finished { finished_at, record } => format!("finished:{finished_at}:{record}"),
        })
    }

    pub(super) fn parse(cursor: &Cursor) -> Result<Self> {
        let mut parts = cursor.0.split(':');
        let kind = parts.next();
        let mut number = || parts.next()?.parse().ok();
        let place = match (kind, number(), number(), number()) {
            (Some("live"), Some(due_at), Some(position), Some(record)) => Some(Self::Live { due_at, position, record }),
            (Some("finished"), Some(finished_at), Some(record), None) => Some(Self::Finished { finished_at, record }),
            _ => None,
        };
        place.ok_or_else(|| Error::no_cursor(cursor))
    }
}

/// Live jobs between two places, of which neither belongs to it: due times and orders of enqueue.
#[derive(Clone, Copy, Debug)]
pub(super) struct Range {
    pub(super) low: (i64, i64),
    pub(super) high: (i64, i64),
}

impl Range {
    /// Of the filter's span of time, what is behind the place.
    pub(super) fn new(filter: &JobFilter, order: JobOrder, after: Option<Place>) -> Self {
        // Orders of enqueue are positive: the smallest number stands before all of its time.
        let low = filter.since.map_or((i64::MIN, i64::MIN), |since| (to_microseconds(since), i64::MIN));
        let high = filter.before.map_or((i64::MAX, i64::MAX), |before| (to_microseconds(before), i64::MIN));
        let range = Self { low, high };
        match after {
            Some(Place::Live { due_at, position, .. }) => range.behind((due_at, position), order),
            _ => range,
        }
    }

    /// What of it is behind the place.
    pub(super) fn behind(self, place: (i64, i64), order: JobOrder) -> Self {
        match order {
            JobOrder::DueFirst => Self { low: self.low.max(place), ..self },
            JobOrder::LatestFirst => Self { high: self.high.min(place), ..self },
        }
    }

    /// What of it is not later than a moment.
    pub(super) fn until(self, moment: i64) -> Self {
        Self { high: self.high.min((moment, i64::MAX)), ..self }
    }

    /// What of it is later than a moment.
    pub(super) fn after(self, moment: i64) -> Self {
        Self { low: self.low.max((moment, i64::MAX)), ..self }
    }

    pub(super) fn contains(self, place: (i64, i64)) -> bool {
        self.low < place && place < self.high
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cursors_go_both_ways() {
        for place in [Place::Live { due_at: -5, position: 7, record: 9 }, Place::Finished { finished_at: 5, record: 7 }]
        {
            assert_eq!(Place::parse(&place.to_cursor()).unwrap(), place);
        }
    }

    #[test]
    fn what_is_behind_a_place_depends_on_the_order() {
        let [one, other] = [1, 2].map(|due_at| Place::Live { due_at, position: 1, record: 1 });
        let end = Place::Finished { finished_at: 1, record: 1 };
        assert!(other.is_behind(&one, JobOrder::DueFirst) && !one.is_behind(&other, JobOrder::DueFirst));
        assert!(one.is_behind(&other, JobOrder::LatestFirst) && !other.is_behind(&one, JobOrder::LatestFirst));
        assert!(end.is_behind(&one, JobOrder::LatestFirst) && !one.is_behind(&end, JobOrder::DueFirst));
        assert!(!end.is_behind(&end, JobOrder::DueFirst));
    }
}
