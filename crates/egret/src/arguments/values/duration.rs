//! Active Support's durations.

use std::borrow::Cow;
use std::time::Duration;

use serde::{Deserialize, Deserializer, Serialize, Serializer};
use serde_json::Number;

use super::Symbol;
use crate::arguments::markers::serializer;

const EXPECTED: &str = "a Duration";

/// A length of time in parts of the calendar: `ActiveSupport::Duration`, for example `1.month + 2.days`.
///
/// The wire carries both the seconds and the parts, and neither is computed from the other when it is read: a month
/// counts 2,629,746 s and a year 31,556,952 s where seconds are needed (Active Support 8.1,
/// `activesupport/lib/active_support/duration.rb`).
#[derive(Clone, Debug, PartialEq)]
pub struct DurationValue {
    /// Seconds, an integer or a float; may be negative.
    pub value: Number,
    /// The parts, in the order in which they were given.
    pub parts: Vec<DurationPart>,
}

/// One part of a duration: `years`, `months`, `weeks`, `days`, `hours`, `minutes` or `seconds`, and how many.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct DurationPart(pub Symbol, pub Number);

/// A duration that is negative or too long for [`std::time::Duration`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("a duration of the standard library is neither negative nor longer than 2^64 seconds")]
pub struct DurationOutOfRange;

impl From<Duration> for DurationValue {
    /// Whole seconds as an integer, others as a float, in one part of seconds.
    fn from(duration: Duration) -> Self {
        let value = match duration.subsec_nanos() {
            0 => Number::from(duration.as_secs()),
            _ => Number::from_f64(duration.as_secs_f64()).expect("a duration is a finite number of seconds"),
        };
        Self { parts: vec![DurationPart(Symbol::from("seconds"), value.clone())], value }
    }
}

impl TryFrom<&DurationValue> for Duration {
    type Error = DurationOutOfRange;

    fn try_from(duration: &DurationValue) -> Result<Self, DurationOutOfRange> {
        if let Some(seconds) = duration.value.as_u64() {
            return Ok(Self::from_secs(seconds));
        }
        let seconds = duration.value.as_f64().ok_or(DurationOutOfRange)?;
        Self::try_from_secs_f64(seconds).map_err(|_| DurationOutOfRange)
    }
}

#[derive(Serialize, Deserialize)]
struct Fields<'a> {
    #[serde(rename = "_aj_serialized", borrow)]
    serializer: Cow<'a, str>,
    value: Number,
    parts: Cow<'a, [DurationPart]>,
}

impl Serialize for DurationValue {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let fields = Fields {
            serializer: serializer::DURATION.into(),
            value: self.value.clone(),
            parts: Cow::Borrowed(&self.parts),
        };
        serializer.serialize_newtype_struct(serializer::DURATION, &fields)
    }
}

impl<'de> Deserialize<'de> for DurationValue {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let fields: Fields<'de> = super::read_fields(deserializer, serializer::DURATION, EXPECTED)?;
        super::fields::require_name(&fields.serializer, serializer::DURATION, EXPECTED)?;
        Ok(Self { value: fields.value, parts: fields.parts.into_owned() })
    }
}
