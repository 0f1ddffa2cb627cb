//! Ruby's times with an offset.

use jiff::Timestamp;
use jiff::fmt::temporal::{Pieces, PiecesOffset};
use jiff::tz::{Offset, TimeZone};
use serde::de::Error;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use super::fields::{read_text, write_text};
use crate::arguments::markers::serializer;

/// An instant with an offset from UTC: Ruby's `Time`, on the wire as `2002-10-31T02:02:02.123456789+02:00`.
///
/// Ruby tells a time in UTC (`Z`) from one at the offset `+00:00`; so does this type.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Time {
    /// The instant.
    pub instant: Timestamp,
    /// The offset at which it is shown; `None` for UTC.
    pub offset: Option<Offset>,
}

impl Time {
    /// An instant in UTC.
    pub fn utc(instant: Timestamp) -> Self {
        Self { instant, offset: None }
    }
}

impl From<Timestamp> for Time {
    fn from(instant: Timestamp) -> Self {
        Self::utc(instant)
    }
}

impl Serialize for Time {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        write_text(serializer, serializer::TIME, &format(self.instant, self.offset))
    }
}

impl<'de> Deserialize<'de> for Time {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = read_text(deserializer, serializer::TIME, "a Time")?;
        let (instant, offset) = parse(&text).ok_or_else(|| D::Error::custom("invalid date"))?;
        Ok(Self { instant, offset })
    }
}

/// A date and time with an offset from UTC: Ruby's `DateTime`. The wire always has a numeric offset, never `Z`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct DateTime {
    /// The instant.
    pub instant: Timestamp,
    /// The offset at which it is shown.
    pub offset: Offset,
}

impl From<Timestamp> for DateTime {
    fn from(instant: Timestamp) -> Self {
        Self { instant, offset: Offset::UTC }
    }
}

impl Serialize for DateTime {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        write_text(serializer, serializer::DATE_TIME, &format(self.instant, Some(self.offset)))
    }
}

impl<'de> Deserialize<'de> for DateTime {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = read_text(deserializer, serializer::DATE_TIME, "a DateTime")?;
        let (instant, offset) = parse(&text).ok_or_else(|| D::Error::custom("invalid date"))?;
        Ok(Self { instant, offset: offset.unwrap_or(Offset::UTC) })
    }
}

/// ISO 8601 with nine digits (Active Job 8.1, `activejob/lib/active_job/serializers/time_object_serializer.rb`); `Z`
/// without an offset.
pub(super) fn format(instant: Timestamp, offset: Option<Offset>) -> String {
    match offset {
        None => format!("{instant:.9}"),
        Some(offset) => {
            instant.to_zoned_datetime(TimeZone::fixed(offset)).strftime("%Y-%m-%dT%H:%M:%S%.9f%:z").to_string()
        }
    }
}

/// The instant, and its offset unless the text says `Z`. Digits beyond nanoseconds are cut off.
pub(super) fn parse(text: &str) -> Option<(Timestamp, Option<Offset>)> {
    let instant = egret_core::job_data::parse_instant(text).ok()?;
    match Pieces::parse(text).ok().as_ref().and_then(Pieces::offset) {
        Some(PiecesOffset::Zulu) => Some((instant, None)),
        Some(PiecesOffset::Numeric(offset)) => Some((instant, Some(offset.offset()))),
        _ => None,
    }
}
