//! Types for the values that JSON has no form for, one for each serializer of Active Job.
//!
//! Each passes through serde as a newtype struct with the serializer's name around the fields of the wire form. The
//! argument codec knows the name and writes the fields as they are; any other format sees a plain struct.

mod big_decimal;
mod date;
mod duration;
mod fields;
mod global_id;
mod hash;
mod hash_key;
mod module;
mod range;
mod raw;
mod symbol;
mod time;
mod time_with_zone;

pub use big_decimal::BigDecimal;
pub use date::Date;
pub use duration::{DurationOutOfRange, DurationPart, DurationValue};
pub use global_id::{GlobalId, InvalidGlobalId};
pub use hash::{IndifferentHash, Keywords};
pub use hash_key::HashKey;
pub use module::Module;
pub use range::Range;
pub use raw::RawArgument;
pub use symbol::Symbol;
pub use time::{DateTime, Time};
pub use time_with_zone::TimeWithZone;

use std::fmt;
use std::marker::PhantomData;

use serde::de::{Deserialize, Deserializer, Visitor};

/// Reads the fields below the newtype struct of the name.
fn read_fields<'de, D, F>(deserializer: D, name: &'static str, expected: &'static str) -> Result<F, D::Error>
where
    D: Deserializer<'de>,
    F: Deserialize<'de>,
{
    deserializer.deserialize_newtype_struct(name, FieldsVisitor { expected, fields: PhantomData })
}

struct FieldsVisitor<F> {
    expected: &'static str,
    fields: PhantomData<F>,
}

impl<'de, F: Deserialize<'de>> Visitor<'de> for FieldsVisitor<F> {
    type Value = F;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(self.expected)
    }

    fn visit_newtype_struct<D: Deserializer<'de>>(self, deserializer: D) -> Result<F, D::Error> {
        F::deserialize(deserializer)
    }
}
