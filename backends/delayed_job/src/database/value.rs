//! Parameters of statements, and what rows hold.

use jiff::Timestamp;
use jiff::civil::DateTime;
use jiff::tz::TimeZone;

/// A parameter. Nothing, too, has a type.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Value {
    Integer(Option<i64>),
    Text(Option<String>),
    /// A moment of a column of Delayed Job's, to the microsecond.
    Moment(Option<Timestamp>),
    /// A list, for `IN (?)`.
    Integers(Vec<i64>),
}

impl Value {
    /// A moment as a clock in the zone shows it, for a column without a zone.
    pub(crate) fn in_zone(self, zone: &TimeZone) -> Self {
        match self {
            Self::Moment(Some(at)) if *zone != TimeZone::UTC => {
                // At the ends of time nothing can be moved, nor needs to be.
                Self::Moment(Some(TimeZone::UTC.to_timestamp(zone.to_datetime(at)).unwrap_or(at)))
            }
            other => other,
        }
    }
}

impl From<i64> for Value {
    fn from(number: i64) -> Self {
        Self::Integer(Some(number))
    }
}

impl From<u32> for Value {
    fn from(number: u32) -> Self {
        Self::Integer(Some(i64::from(number)))
    }
}

impl From<usize> for Value {
    fn from(number: usize) -> Self {
        Self::Integer(Some(i64::try_from(number).unwrap_or(i64::MAX)))
    }
}

impl From<u64> for Value {
    fn from(number: u64) -> Self {
        Self::Integer(Some(i64::try_from(number).unwrap_or(i64::MAX)))
    }
}

impl From<&str> for Value {
    fn from(text: &str) -> Self {
        Self::Text(Some(text.to_owned()))
    }
}

impl From<String> for Value {
    fn from(text: String) -> Self {
        Self::Text(Some(text))
    }
}

impl From<Option<String>> for Value {
    fn from(text: Option<String>) -> Self {
        Self::Text(text)
    }
}

impl From<Option<i64>> for Value {
    fn from(number: Option<i64>) -> Self {
        Self::Integer(number)
    }
}

impl From<&[i64]> for Value {
    fn from(numbers: &[i64]) -> Self {
        Self::Integers(numbers.to_vec())
    }
}

impl From<Timestamp> for Value {
    fn from(moment: Timestamp) -> Self {
        Self::Moment(Some(moment))
    }
}

/// One value of a row.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Cell {
    Null,
    Integer(i64),
    Text(String),
    /// Bytes that are no UTF-8, as far as they can be shown.
    Damaged(String),
    Moment(Timestamp),
}

impl Cell {
    /// Of the bytes of a text.
    pub(crate) fn of_bytes(bytes: &[u8]) -> Self {
        match std::str::from_utf8(bytes) {
            Ok(text) => Self::Text(text.to_owned()),
            Err(_) => Self::Damaged(String::from_utf8_lossy(bytes).into_owned()),
        }
    }
}

/// A row of an answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Columns {
    cells: Vec<Cell>,
    zone: TimeZone,
}

impl Columns {
    /// With moments in UTC.
    pub(crate) fn new(cells: Vec<Cell>) -> Self {
        Self { cells, zone: TimeZone::UTC }
    }

    /// With moments as clocks in the zone show them.
    pub(crate) fn in_zone(self, zone: &TimeZone) -> Self {
        Self { zone: zone.clone(), ..self }
    }

    fn cell(&self, place: usize) -> &Cell {
        self.cells.get(place).unwrap_or(&Cell::Null)
    }

    /// A number; 0 for nothing.
    pub(crate) fn integer(&self, place: usize) -> i64 {
        match self.cell(place) {
            Cell::Integer(number) => *number,
            Cell::Text(text) => text.parse().unwrap_or(0),
            Cell::Null | Cell::Damaged(_) | Cell::Moment(_) => 0,
        }
    }

    /// A number that may lack.
    pub(crate) fn integer_or_none(&self, place: usize) -> Option<i64> {
        (*self.cell(place) != Cell::Null).then(|| self.integer(place))
    }

    /// A number of things, which is not negative.
    pub(crate) fn count(&self, place: usize) -> u32 {
        u32::try_from(self.integer(place).max(0)).unwrap_or(u32::MAX)
    }

    /// A text; `None` for nothing.
    pub(crate) fn text(&self, place: usize) -> Option<String> {
        match self.cell(place) {
            Cell::Text(text) | Cell::Damaged(text) => Some(text.clone()),
            Cell::Integer(number) => Some(number.to_string()),
            Cell::Null | Cell::Moment(_) => None,
        }
    }

    /// Whether a text is all that the column holds.
    pub(crate) fn is_whole(&self, place: usize) -> bool {
        !matches!(self.cell(place), Cell::Damaged(_))
    }

    /// A moment; `None` for nothing, and for a text that is no time: one such row must not stop all others.
    pub(crate) fn moment(&self, place: usize) -> Option<Timestamp> {
        let shown = match self.cell(place) {
            Cell::Moment(moment) if self.zone == TimeZone::UTC => return Some(*moment),
            Cell::Moment(moment) => TimeZone::UTC.to_datetime(*moment),
            // Active Record writes text into SQLite; the fraction may lack, and a `T` may stand for the blank.
            Cell::Text(text) => text.parse::<DateTime>().ok()?,
            Cell::Null | Cell::Damaged(_) | Cell::Integer(_) => return None,
        };
        self.zone.to_timestamp(shown).ok()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_moment_is_what_a_clock_in_the_zone_shows() {
        let zone = TimeZone::get("Asia/Tokyo").unwrap();
        let at: Timestamp = "2026-11-23T19:01:31.246532Z".parse().unwrap();
        let shown: Timestamp = "2026-11-24T04:01:31.246532Z".parse().unwrap();
        assert_eq!(Value::from(at).in_zone(&zone), Value::from(shown));
        assert_eq!(Value::from(Timestamp::MAX).in_zone(&zone), Value::from(Timestamp::MAX));
        let text = Cell::Text("2026-11-24 04:01:31.246532".to_owned());
        let columns = Columns::new(vec![Cell::Moment(shown), text]).in_zone(&zone);
        assert_eq!((columns.moment(0), columns.moment(1)), (Some(at), Some(at)));
    }

    #[test]
    fn what_is_no_time_is_none() {
        let texts = ["0000-00-00 00:00:00", "soon", ""].map(|text| Cell::Text(text.to_owned()));
        let columns = Columns::new(texts.to_vec());
        assert_eq!([columns.moment(0), columns.moment(1), columns.moment(2), columns.moment(3)], [None; 4]);
    }
}
