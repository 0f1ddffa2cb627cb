//! Parameters of statements, and what rows hold.

use egret_core::{Error, ErrorKind, Result};
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
    Moment(Timestamp),
}

/// A row of an answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Columns(pub(crate) Vec<Cell>);

impl Columns {
    fn cell(&self, place: usize) -> &Cell {
        self.0.get(place).unwrap_or(&Cell::Null)
    }

    /// A number; 0 for nothing.
    pub(crate) fn integer(&self, place: usize) -> i64 {
        match self.cell(place) {
            Cell::Integer(number) => *number,
            Cell::Text(text) => text.parse().unwrap_or(0),
            Cell::Null | Cell::Moment(_) => 0,
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
            Cell::Text(text) => Some(text.clone()),
            Cell::Integer(number) => Some(number.to_string()),
            Cell::Null | Cell::Moment(_) => None,
        }
    }

    /// A moment; `None` for nothing.
    ///
    /// # Errors
    /// [`ErrorKind::Corrupt`] when the text of a column is no time.
    pub(crate) fn moment(&self, place: usize) -> Result<Option<Timestamp>> {
        match self.cell(place) {
            Cell::Moment(moment) => Ok(Some(*moment)),
            // Active Record writes text in UTC into SQLite; the fraction may lack, and a `T` may stand for the blank.
            Cell::Text(text) => {
                let parsed = text.parse::<DateTime>().and_then(|local| TimeZone::UTC.to_timestamp(local));
                parsed.map(Some).map_err(|error| {
                    Error::new(ErrorKind::Corrupt, format!("`{text}` in a row of Delayed Job is no time"))
                        .with_source(error)
                })
            }
            Cell::Null | Cell::Integer(_) => Ok(None),
        }
    }
}
