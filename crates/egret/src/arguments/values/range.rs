//! Ruby's ranges.

use std::borrow::Cow;
use std::ops;

use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::arguments::markers::serializer;

const EXPECTED: &str = "a Range";

/// A range of Ruby, whose ends are arguments themselves: `1..5`, `1...5`, `(1..)`, `(..5)`.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Range<T> {
    /// Where it begins; `None` for a range without a beginning.
    pub begin: Option<T>,
    /// Where it ends; `None` for a range without an end.
    pub end: Option<T>,
    /// Whether the end is outside: Ruby's three dots.
    pub exclude_end: bool,
}

impl<T> From<ops::Range<T>> for Range<T> {
    fn from(range: ops::Range<T>) -> Self {
        Self { begin: Some(range.start), end: Some(range.end), exclude_end: true }
    }
}

impl<T> From<ops::RangeInclusive<T>> for Range<T> {
    fn from(range: ops::RangeInclusive<T>) -> Self {
        let (begin, end) = range.into_inner();
        Self { begin: Some(begin), end: Some(end), exclude_end: false }
    }
}

impl<T> From<ops::RangeFrom<T>> for Range<T> {
    fn from(range: ops::RangeFrom<T>) -> Self {
        Self { begin: Some(range.start), end: None, exclude_end: false }
    }
}

impl<T> From<ops::RangeTo<T>> for Range<T> {
    fn from(range: ops::RangeTo<T>) -> Self {
        Self { begin: None, end: Some(range.end), exclude_end: true }
    }
}

impl<T> From<ops::RangeToInclusive<T>> for Range<T> {
    fn from(range: ops::RangeToInclusive<T>) -> Self {
        Self { begin: None, end: Some(range.end), exclude_end: false }
    }
}

#[derive(Serialize)]
struct Fields<'a, T> {
    #[serde(rename = "_aj_serialized")]
    serializer: &'static str,
    begin: &'a Option<T>,
    end: &'a Option<T>,
    exclude_end: bool,
}

impl<T: Serialize> Serialize for Range<T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let fields =
            Fields { serializer: serializer::RANGE, begin: &self.begin, end: &self.end, exclude_end: self.exclude_end };
        serializer.serialize_newtype_struct(serializer::RANGE, &fields)
    }
}

#[derive(Deserialize)]
struct OwnedFields<'a, T> {
    #[serde(rename = "_aj_serialized", borrow)]
    serializer: Cow<'a, str>,
    begin: Option<T>,
    end: Option<T>,
    exclude_end: bool,
}

impl<'de, T: Deserialize<'de>> Deserialize<'de> for Range<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let fields: OwnedFields<'de, T> = super::read_fields(deserializer, serializer::RANGE, EXPECTED)?;
        super::fields::require_name(&fields.serializer, serializer::RANGE, EXPECTED)?;
        Ok(Self { begin: fields.begin, end: fields.end, exclude_end: fields.exclude_end })
    }
}
