//! Splitting one level of JSON into the raw texts of its parts.

use std::borrow::Cow;
use std::fmt;

use serde::de::{Deserialize, Deserializer, Error, MapAccess, Visitor};
use serde_json::value::RawValue;

use super::DeserializationError;

/// One entry of an object: the key, and the text of the value.
pub(crate) type Entry<'de> = (Cow<'de, str>, &'de str);

/// The texts of an array's elements.
pub(crate) fn split_array(text: &str) -> Result<Vec<&str>, DeserializationError> {
    let elements: Vec<&RawValue> = serde_json::from_str(text).map_err(not_json)?;
    Ok(elements.into_iter().map(RawValue::get).collect())
}

/// The entries of an object, in order.
pub(crate) fn split_object(text: &str) -> Result<Vec<Entry<'_>>, DeserializationError> {
    let Entries(entries) = serde_json::from_str(text).map_err(not_json)?;
    Ok(entries)
}

/// The content of a JSON string.
pub(crate) fn string_content(text: &str) -> Result<Cow<'_, str>, DeserializationError> {
    let Text(content) = serde_json::from_str(text).map_err(not_json)?;
    Ok(content)
}

/// Raw values have been checked when they were made; what is left are escapes that stand for no text.
fn not_json(error: serde_json::Error) -> DeserializationError {
    DeserializationError::new(format_args!("it is not valid JSON: {error}"))
}

struct Entries<'de>(Vec<Entry<'de>>);

impl<'de> Deserialize<'de> for Entries<'de> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_map(EntriesVisitor)
    }
}

struct EntriesVisitor;

impl<'de> Visitor<'de> for EntriesVisitor {
    type Value = Entries<'de>;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("a hash")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Entries<'de>, A::Error> {
        let mut entries = Vec::new();
        while let Some((Text(key), value)) = map.next_entry::<Text<'de>, &'de RawValue>()? {
            entries.push((key, value.get()));
        }
        Ok(Entries(entries))
    }
}

/// A string that is borrowed unless it has escapes.
struct Text<'de>(Cow<'de, str>);

impl<'de> Deserialize<'de> for Text<'de> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_str(TextVisitor)
    }
}

struct TextVisitor;

impl<'de> Visitor<'de> for TextVisitor {
    type Value = Text<'de>;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("a string")
    }

    fn visit_borrowed_str<E: Error>(self, text: &'de str) -> Result<Text<'de>, E> {
        Ok(Text(Cow::Borrowed(text)))
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<Text<'de>, E> {
        Ok(Text(Cow::Owned(text.to_owned())))
    }
}
