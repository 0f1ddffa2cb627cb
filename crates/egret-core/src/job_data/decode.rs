//! Reading a payload, with the tolerance of Active Job's `deserialize`.

use std::fmt;

use jiff::Timestamp;
use serde::Deserialize;
use serde::de::{Deserializer, Error, MapAccess, Unexpected, Visitor};
use serde_json::value::RawValue;

use super::{AbsentKeys, JobData, empty_array, parse_instant};
use crate::JobId;

/// The keys that Active Job itself writes, in wire order (Rails 8.1, `activejob/lib/active_job/core.rb`).
#[derive(Clone, Copy)]
pub(super) enum Key {
    JobClass,
    JobId,
    ProviderJobId,
    QueueName,
    Priority,
    Arguments,
    Executions,
    ExceptionExecutions,
    Locale,
    Timezone,
    EnqueuedAt,
    ScheduledAt,
}

impl Key {
    const ALL: [Self; 12] = [
        Self::JobClass,
        Self::JobId,
        Self::ProviderJobId,
        Self::QueueName,
        Self::Priority,
        Self::Arguments,
        Self::Executions,
        Self::ExceptionExecutions,
        Self::Locale,
        Self::Timezone,
        Self::EnqueuedAt,
        Self::ScheduledAt,
    ];

    pub(super) const fn name(self) -> &'static str {
        match self {
            Self::JobClass => "job_class",
            Self::JobId => "job_id",
            Self::ProviderJobId => "provider_job_id",
            Self::QueueName => "queue_name",
            Self::Priority => "priority",
            Self::Arguments => "arguments",
            Self::Executions => "executions",
            Self::ExceptionExecutions => "exception_executions",
            Self::Locale => "locale",
            Self::Timezone => "timezone",
            Self::EnqueuedAt => "enqueued_at",
            Self::ScheduledAt => "scheduled_at",
        }
    }

    fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|key| key.name() == name)
    }
}

impl AbsentKeys {
    const EVERY: Self = Self(u16::MAX);

    pub(super) fn contains(self, key: Key) -> bool {
        self.0 & (1 << key as u16) != 0
    }

    fn remove(&mut self, key: Key) {
        self.0 &= !(1 << key as u16);
    }
}

impl<'de> Deserialize<'de> for JobData {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_map(PayloadVisitor)
    }
}

struct PayloadVisitor;

impl<'de> Visitor<'de> for PayloadVisitor {
    type Value = JobData;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("an Active Job payload, a JSON object with `job_class`")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<JobData, A::Error> {
        let mut data = blank();
        while let Some(name) = map.next_key::<Name>()? {
            match name {
                Name::Known(key) => {
                    read_known(&mut data, key, &mut map)?;
                    data.absent.remove(key);
                }
                Name::Other(name) => data.extra.push((name, map.next_value()?)),
            }
        }
        if data.absent.contains(Key::JobClass) {
            return Err(A::Error::missing_field(Key::JobClass.name()));
        }
        if data.absent.contains(Key::JobId) {
            return Err(A::Error::missing_field(Key::JobId.name()));
        }
        Ok(data)
    }
}

/// A key of a payload. Known ones are told apart without keeping their text.
enum Name {
    Known(Key),
    Other(String),
}

impl<'de> Deserialize<'de> for Name {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_identifier(NameVisitor)
    }
}

struct NameVisitor;

impl Visitor<'_> for NameVisitor {
    type Value = Name;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("a key")
    }

    fn visit_str<E: Error>(self, name: &str) -> Result<Name, E> {
        Ok(Key::from_name(name).map_or_else(|| Name::Other(name.to_owned()), Name::Known))
    }
}

/// What a payload without any key would be.
fn blank() -> JobData {
    JobData { absent: AbsentKeys::EVERY, ..JobData::bare(String::new(), JobId::new(""), empty_array()) }
}

fn read_known<'de, A: MapAccess<'de>>(data: &mut JobData, key: Key, map: &mut A) -> Result<(), A::Error> {
    match key {
        Key::JobClass => data.job_class = map.next_value()?,
        Key::JobId => data.job_id = map.next_value()?,
        Key::ProviderJobId => data.provider_job_id = map.next_value()?,
        Key::QueueName => data.queue_name = map.next_value()?,
        Key::Priority => data.priority = map.next_value()?,
        Key::Arguments => data.arguments = argument_array(map.next_value()?)?,
        Key::Executions => data.executions = map.next_value::<Option<u32>>()?.unwrap_or(0),
        Key::ExceptionExecutions => data.exception_executions = map.next_value()?,
        Key::Locale => data.locale = map.next_value()?,
        Key::Timezone => data.timezone = map.next_value()?,
        Key::EnqueuedAt => data.enqueued_at = map.next_value::<Option<Instant>>()?.map(|instant| instant.0),
        Key::ScheduledAt => data.scheduled_at = map.next_value::<Option<Instant>>()?.map(|instant| instant.0),
    }
    Ok(())
}

/// Arguments that are absent or null leave the job with none; anything but an array is refused.
fn argument_array<E: Error>(raw: Box<RawValue>) -> Result<Box<RawValue>, E> {
    match raw.get().as_bytes().first() {
        Some(b'[') => Ok(raw),
        _ if raw.get() == "null" => Ok(empty_array()),
        _ => Err(E::custom("`arguments` is not an array")),
    }
}

/// A time as payloads write it.
struct Instant(Timestamp);

impl<'de> Deserialize<'de> for Instant {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_str(InstantVisitor)
    }
}

struct InstantVisitor;

impl Visitor<'_> for InstantVisitor {
    type Value = Instant;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("a time such as `2030-01-02T03:04:05.123456789Z`")
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<Instant, E> {
        parse_instant(text).map(Instant).map_err(|_| E::invalid_value(Unexpected::Str(text), &self))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const PAYLOAD: &str = r#"{"job_class":"A","job_id":"1","queue_name":"low","arguments":[1000000000000000000000],
        "executions":null,"continuation":{"completed":[]}}"#;

    #[test]
    fn keeps_absent_keys_absent_and_unknown_keys_whole() {
        let data: JobData = serde_json::from_str(PAYLOAD).unwrap();
        assert_eq!(
            serde_json::to_string(&data).unwrap(),
            r#"{"job_class":"A","job_id":"1","queue_name":"low","arguments":[1000000000000000000000],"executions":0,"continuation":{"completed":[]}}"#
        );
    }

    #[test]
    fn refuses_what_cannot_be_a_job() {
        for payload in [
            "[]",
            "{}",
            r#"{"job_class":null,"job_id":"1"}"#,
            r#"{"job_class":"A","job_id":"1","arguments":{}}"#,
            r#"{"job_class":"A","job_id":"1","scheduled_at":"soon"}"#,
        ] {
            assert!(serde_json::from_str::<JobData>(payload).is_err(), "{payload}");
        }
    }
}
