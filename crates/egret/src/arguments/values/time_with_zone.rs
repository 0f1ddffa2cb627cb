//! Active Support's times in a named zone.

use std::borrow::Cow;

use jiff::tz::{Offset, TimeZone};
use jiff::{Timestamp, ZonedDateTime};
use serde::de::Error;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use super::time::{format, parse};
use crate::arguments::markers::serializer;

const EXPECTED: &str = "a TimeWithZone";

/// A time in a named zone: `ActiveSupport::TimeWithZone`.
///
/// Rails up to 7.0.8 and 7.1.2 writes no zone; then the time keeps the offset of its text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TimeWithZone(ZonedDateTime);

impl TimeWithZone {
    /// The time in its zone.
    pub fn as_zoned(&self) -> &ZonedDateTime {
        &self.0
    }

    /// The time in its zone.
    pub fn into_zoned(self) -> ZonedDateTime {
        self.0
    }

    /// The instant.
    pub fn instant(&self) -> Timestamp {
        self.0.timestamp()
    }

    /// The zone's IANA id as Rails writes it; `None` for a mere offset.
    fn zone_name(&self) -> Option<&str> {
        match self.0.time_zone().iana_name() {
            Some("UTC") => Some("Etc/UTC"),
            name => name,
        }
    }

    /// `None` where Rails writes `Z`: in zones whose abbreviation is UTC (Active Support 8.1,
    /// `activesupport/lib/active_support/time_with_zone.rb`, `utc?`).
    fn shown_offset(&self) -> Option<Offset> {
        let zone = self.0.time_zone();
        let is_utc = matches!(zone.to_offset_info(self.instant()).abbreviation(), "UTC" | "UCT");
        (!is_utc).then(|| self.0.offset())
    }
}

impl From<ZonedDateTime> for TimeWithZone {
    fn from(time: ZonedDateTime) -> Self {
        Self(time)
    }
}

#[derive(Serialize, Deserialize)]
struct Fields<'a> {
    #[serde(rename = "_aj_serialized", borrow)]
    serializer: Cow<'a, str>,
    value: Cow<'a, str>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    time_zone: Option<Cow<'a, str>>,
}

impl Serialize for TimeWithZone {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let fields = Fields {
            serializer: serializer::TIME_WITH_ZONE.into(),
            value: format(self.instant(), self.shown_offset()).into(),
            time_zone: self.zone_name().map(Cow::from),
        };
        serializer.serialize_newtype_struct(serializer::TIME_WITH_ZONE, &fields)
    }
}

impl<'de> Deserialize<'de> for TimeWithZone {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let fields: Fields<'de> = super::read_fields(deserializer, serializer::TIME_WITH_ZONE, EXPECTED)?;
        super::fields::require_name(&fields.serializer, serializer::TIME_WITH_ZONE, EXPECTED)?;
        let (instant, offset) = parse(&fields.value).ok_or_else(|| D::Error::custom("invalid date"))?;
        let zone = match fields.time_zone {
            None => TimeZone::fixed(offset.unwrap_or(Offset::UTC)),
            Some(name) => {
                zone_named(&name).ok_or_else(|| D::Error::custom(format_args!("Invalid Timezone: {name}")))?
            }
        };
        Ok(Self(instant.to_zoned_datetime(zone)))
    }
}

fn zone_named(name: &str) -> Option<TimeZone> {
    TimeZone::get(name).ok()
}
