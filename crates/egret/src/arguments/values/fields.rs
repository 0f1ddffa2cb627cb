//! The commonest wire form: a serializer's name and one text.

use std::borrow::Cow;

use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// `{"_aj_serialized": NAME, "value": TEXT}`.
#[derive(Serialize, Deserialize)]
struct TextFields<'a> {
    #[serde(rename = "_aj_serialized", borrow)]
    serializer: Cow<'a, str>,
    value: Cow<'a, str>,
}

/// Writes a value whose only field is a text.
pub(super) fn write_text<S: Serializer>(serializer: S, name: &'static str, text: &str) -> Result<S::Ok, S::Error> {
    let fields = TextFields { serializer: name.into(), value: text.into() };
    serializer.serialize_newtype_struct(name, &fields)
}

/// Reads a value whose only field is a text.
pub(super) fn read_text<'de, D: Deserializer<'de>>(
    deserializer: D,
    name: &'static str,
    expected: &'static str,
) -> Result<Cow<'de, str>, D::Error> {
    let fields: TextFields<'de> = super::read_fields(deserializer, name, expected)?;
    require_name(&fields.serializer, name, expected)?;
    Ok(fields.value)
}

/// Formats other than the argument codec do not look at the serializer's name.
pub(super) fn require_name<E: serde::de::Error>(found: &str, name: &str, expected: &str) -> Result<(), E> {
    if found == name {
        return Ok(());
    }
    Err(E::custom(format_args!("expected {expected}, found a value of `{found}`")))
}
