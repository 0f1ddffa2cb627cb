//! A payload as Sidekiq writes it: one JSON object, whose keys, their order and the text of their values survive.

use std::borrow::Cow;
use std::fmt;

use serde::de::{DeserializeSeed, Deserializer, Error, MapAccess, Visitor};
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;

/// The entries of a payload.
#[derive(Clone, Debug, Default)]
pub(super) struct Envelope<'a> {
    entries: Vec<(Cow<'a, str>, Cow<'a, str>)>,
}

impl<'a> Envelope<'a> {
    /// Reads the bytes of a job.
    ///
    /// # Errors
    /// What keeps them from being one JSON object.
    pub(super) fn parse(bytes: &'a [u8]) -> Result<Self, serde_json::Error> {
        serde_json::from_slice(bytes)
    }

    /// The JSON of a value.
    pub(super) fn raw(&self, key: &str) -> Option<&str> {
        self.entries.iter().find(|(name, _)| name == key).map(|(_, value)| &**value)
    }

    /// A value as the type, if it is there and is of that type.
    pub(super) fn get<'b, T: Deserialize<'b>>(&'b self, key: &str) -> Option<T> {
        serde_json::from_str(self.raw(key)?).ok()
    }

    /// Sets a value, in place if the key is there, else at the end.
    pub(super) fn set(&mut self, key: &'static str, value: &(impl Serialize + ?Sized)) {
        self.set_raw(key, serde_json::to_string(value).expect("what is written has keys that are texts"));
    }

    /// Sets a value to JSON.
    pub(super) fn set_raw(&mut self, key: impl Into<Cow<'a, str>>, json: impl Into<Cow<'a, str>>) {
        let key = key.into();
        match self.entries.iter_mut().find(|(name, _)| *name == key) {
            Some((_, value)) => *value = json.into(),
            None => self.entries.push((key, json.into())),
        }
    }

    pub(super) fn remove(&mut self, key: &str) {
        self.entries.retain(|(name, _)| name != key);
    }

    pub(super) fn has(&self, key: &str) -> bool {
        self.raw(key).is_some()
    }

    /// The entries, in order.
    pub(super) fn entries(&self) -> impl Iterator<Item = (&str, &str)> {
        self.entries.iter().map(|(key, value)| (&**key, &**value))
    }

    /// The JSON of the whole, without blanks.
    pub(super) fn to_bytes(&self) -> Vec<u8> {
        let size = self.entries.iter().map(|(key, value)| key.len() + value.len() + 4).sum::<usize>() + 2;
        let mut bytes = Vec::with_capacity(size);
        bytes.push(b'{');
        for (number, (key, value)) in self.entries.iter().enumerate() {
            if number > 0 {
                bytes.push(b',');
            }
            serde_json::to_writer(&mut bytes, key).expect("a text is JSON");
            bytes.push(b':');
            bytes.extend_from_slice(value.as_bytes());
        }
        bytes.push(b'}');
        bytes
    }
}

impl<'de> Deserialize<'de> for Envelope<'de> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_map(EnvelopeVisitor)
    }
}

struct EnvelopeVisitor;

impl<'de> Visitor<'de> for EnvelopeVisitor {
    type Value = Envelope<'de>;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("a Sidekiq payload, a JSON object")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Envelope<'de>, A::Error> {
        let mut entries = Vec::with_capacity(map.size_hint().unwrap_or(10));
        while let Some(key) = map.next_key_seed(Key)? {
            let value: &'de RawValue = map.next_value()?;
            entries.push((key, Cow::Borrowed(value.get())));
        }
        Ok(Envelope { entries })
    }
}

/// A key, borrowed where it has no escapes.
struct Key;

impl<'de> DeserializeSeed<'de> for Key {
    type Value = Cow<'de, str>;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Cow<'de, str>, D::Error> {
        deserializer.deserialize_str(self)
    }
}

impl<'de> Visitor<'de> for Key {
    type Value = Cow<'de, str>;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("a key")
    }

    fn visit_borrowed_str<E: Error>(self, key: &'de str) -> Result<Cow<'de, str>, E> {
        Ok(Cow::Borrowed(key))
    }

    fn visit_str<E: Error>(self, key: &str) -> Result<Cow<'de, str>, E> {
        Ok(Cow::Owned(key.to_owned()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keeps_keys_order_and_the_text_of_numbers() {
        let text = r#"{"b":1.50,"a\n":[170141183460469231731687303715884105728,{}],"args":[],"b2":"/\u0001"}"#;
        let mut envelope = Envelope::parse(text.as_bytes()).unwrap();
        assert_eq!(envelope.to_bytes(), text.as_bytes());
        envelope.set("args", &[1]);
        envelope.set("jid", "x");
        envelope.remove("b");
        let changed = r#"{"a\n":[170141183460469231731687303715884105728,{}],"args":[1],"b2":"/\u0001","jid":"x"}"#;
        assert_eq!(String::from_utf8(envelope.to_bytes()).unwrap(), changed);
    }

    #[test]
    fn refuses_what_is_no_object() {
        for bytes in [&b"[1,2]"[..], b"null", b"", b"{\"class\":\"A\",\"args\":[1],", b"\xff{}", b"7"] {
            assert!(Envelope::parse(bytes).is_err(), "{bytes:?}");
        }
    }
}
