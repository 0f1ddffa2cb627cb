//! Ruby's decimals.

use std::fmt;

use serde::de::{Error, MapAccess, Visitor};
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use super::fields::{require_name, write_text};
use crate::arguments::markers::{self, serializer};

const EXPECTED: &str = "a BigDecimal";

/// A decimal of any precision: Ruby's `BigDecimal`, kept as its text.
///
/// Ruby writes plain (`-12.34`) or scientific (`0.5e1`) text, `NaN`, `Infinity` and `-Infinity`; the text is not
/// changed. Rails up to 7.0 sends a bare string or number instead, which is read as well.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct BigDecimal(pub String);

impl From<&str> for BigDecimal {
    fn from(text: &str) -> Self {
        Self(text.to_owned())
    }
}

impl fmt::Display for BigDecimal {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.pad(&self.0)
    }
}

impl Serialize for BigDecimal {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        write_text(serializer, serializer::BIG_DECIMAL, &self.0)
    }
}

impl<'de> Deserialize<'de> for BigDecimal {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_newtype_struct(serializer::BIG_DECIMAL, BigDecimalVisitor)
    }
}

struct BigDecimalVisitor;

impl<'de> Visitor<'de> for BigDecimalVisitor {
    type Value = BigDecimal;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(EXPECTED)
    }

    fn visit_newtype_struct<D: Deserializer<'de>>(self, deserializer: D) -> Result<BigDecimal, D::Error> {
        deserializer.deserialize_any(self)
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<BigDecimal, E> {
        Ok(BigDecimal(text.to_owned()))
    }

    fn visit_u64<E: Error>(self, value: u64) -> Result<BigDecimal, E> {
        Ok(BigDecimal(value.to_string()))
    }

    fn visit_i64<E: Error>(self, value: i64) -> Result<BigDecimal, E> {
        Ok(BigDecimal(value.to_string()))
    }

    fn visit_f64<E: Error>(self, value: f64) -> Result<BigDecimal, E> {
        Ok(BigDecimal(value.to_string()))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<BigDecimal, A::Error> {
        let mut value = None;
        while let Some((key, text)) = map.next_entry::<String, String>()? {
            if key == markers::SERIALIZED {
                require_name(&text, serializer::BIG_DECIMAL, EXPECTED)?;
            } else {
                value = Some(text);
            }
        }
        value.map(BigDecimal).ok_or_else(|| A::Error::missing_field("value"))
    }
}
