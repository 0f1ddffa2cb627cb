//! Payloads as the table of jobs holds them.
//!
//! The JSON of a small job is mostly names of keys, an id in 36 letters and times in 30. *Packed*, without names and with
//! numbers as bytes, it is a third as long: fewer pages to log and to carry over, and nothing but the arguments to parse.
//! A packed payload is still whole by itself, so that it can be read when nothing else of a store can.
//!
//! What lacks a key of Active Job stays JSON, since it is written back as it came.

mod pack;
mod unpack;

use egret_core::{Error, ErrorKind, JobData, Payload, Result, UnreadablePayload, Words, words};

use self::pack::pack;
use self::unpack::unpack;
use crate::job_key::JobKey;

/// Begins a packed payload. JSON never begins so.
const PACKED: u8 = 1;

/// Which optional parts a packed payload has, one bit each.
mod part {
    pub(super) const UUID: u64 = 1;
    pub(super) const PROVIDER_JOB_ID: u64 = 1 << 1;
    pub(super) const QUEUE_NAME: u64 = 1 << 2;
    pub(super) const PRIORITY: u64 = 1 << 3;
    pub(super) const EXCEPTION_EXECUTIONS: u64 = 1 << 4;
    pub(super) const LOCALE: u64 = 1 << 5;
    pub(super) const TIMEZONE: u64 = 1 << 6;
    pub(super) const ENQUEUED_AT: u64 = 1 << 7;
    pub(super) const SCHEDULED_AT: u64 = 1 << 8;
}

/// The bytes to be stored. `key` is the job's id.
pub(crate) fn write(data: &JobData, key: &JobKey) -> Result<Vec<u8>> {
    if data.has_every_key() {
        return Ok(pack(data, key));
    }
    serde_json::to_vec(data).map_err(|error| {
        let verb = words!("verb-write-the-payload-of", "write the payload of the job `{id}`", id = data.job_id);
        Error::new(ErrorKind::InvalidInput, Words::failed(verb)).with_source(error)
    })
}

/// Reads stored bytes.
pub(crate) fn read(bytes: &[u8]) -> Payload {
    match bytes.split_first() {
        Some((&PACKED, packed)) => match unpack(packed) {
            Ok(data) => Payload::Job(Box::new(data)),
            Err(reason) => Payload::Unreadable(UnreadablePayload { bytes: bytes.to_vec(), reason }),
        },
        _ => Payload::parse(bytes),
    }
}

#[cfg(test)]
mod tests {
    use egret_core::{JobId, Timestamp};
    use proptest::prelude::*;
    use serde_json::value::RawValue;
    use serde_json::{Map, json};

    use super::*;

    fn raw(text: &str) -> Box<RawValue> {
        RawValue::from_string(text.to_owned()).unwrap()
    }

    fn written(data: &JobData) -> Vec<u8> {
        write(data, &JobKey::from(&data.job_id)).unwrap()
    }

    fn json(payload: &Payload) -> String {
        serde_json::to_string(payload.job().expect("the payload can be read")).unwrap()
    }

    fn instants() -> impl Strategy<Value = Timestamp> {
        let nanoseconds = Timestamp::MIN.as_nanosecond()..=Timestamp::MAX.as_nanosecond();
        nanoseconds.prop_map(|nanosecond| Timestamp::from_nanosecond(nanosecond).unwrap())
    }

    fn jobs() -> impl Strategy<Value = JobData> {
        let ids = prop_oneof![any::<String>(), Just(JobId::generate().as_str().to_owned())];
        let texts = (any::<String>(), ids, any::<Option<String>>(), any::<Option<String>>(), any::<Option<String>>());
        let numbers = (any::<Option<i64>>(), any::<u32>(), any::<Option<u8>>());
        let times = (prop::option::of(instants()), prop::option::of(instants()));
        let raws = (prop::collection::vec("-?[1-9][0-9]{0,40}", 0..4), any::<Option<u64>>(), any::<bool>());
        (texts, numbers, times, raws).prop_map(|(texts, numbers, times, (arguments, native_id, is_bound))| {
            let (class, id, queue, locale, timezone) = texts;
            let arguments = raw(&format!("[{}]", arguments.join(",")));
            let mut data = JobData::bare(class, JobId::from(id), arguments);
            (data.queue_name, data.locale, data.timezone) = (queue, locale, timezone);
            let (priority, executions, failures) = numbers;
            (data.priority, data.executions) = (priority, executions);
            data.exception_executions = failures.map(|failures| {
                let counters = (0..failures % 3).map(|number| (format!("[E{number}]"), json!(failures)));
                Map::from_iter(counters)
            });
            (data.enqueued_at, data.scheduled_at) = times;
            data.provider_job_id = native_id.map(|id| raw(&id.to_string()));
            if is_bound {
                data.set_extra("serialized_bindings", raw(r#"[{"user_id":"5"}]"#));
                data.set_extra("", raw("1e999"));
            }
            data
        })
    }

    proptest! {
        #[test]
        fn a_payload_is_read_as_it_was_written(data in jobs()) {
            let bytes = written(&data);
            prop_assert_eq!(bytes[0], PACKED);
            prop_assert_eq!(json(&read(&bytes)), serde_json::to_string(&data).unwrap());
        }

        #[test]
        fn a_payload_that_was_damaged_is_read_or_not_but_never_more(data in jobs(), place: prop::sample::Index, byte: u8) {
            let mut bytes = written(&data);
            for n in 0..bytes.len() {
                prop_assert!(read(&bytes[..n]).job().is_none(), "the first {} bytes", n);
            }
            prop_assert!(read(&[&bytes[..], &[byte]].concat()).job().is_none(), "a byte more");
            *place.get_mut(&mut bytes) = byte;
            if let Payload::Unreadable(unreadable) = read(&bytes) {
                prop_assert_eq!(unreadable.bytes, bytes);
                prop_assert!(!unreadable.reason.is_empty());
            }
        }
    }

    #[test]
    fn the_payload_of_a_small_job_is_small() {
        let mut data = JobData::new("SendInvoice");
        data.enqueued_at = Some(Timestamp::now());
        data.arguments = raw("[7]");
        let (packed, json) = (written(&data).len(), serde_json::to_string(&data).unwrap().len());
        assert!(packed * 4 < json, "{packed} and {json} bytes");
    }

    #[test]
    fn a_payload_without_some_keys_stays_as_it_came() {
        let text = r#"{"job_class":"A","job_id":"1","arguments":[],"executions":0,"extra":1}"#;
        let data: JobData = serde_json::from_str(text).unwrap();
        assert_eq!(written(&data), text.as_bytes());
        assert_eq!(json(&read(text.as_bytes())), text);
    }

    #[test]
    fn arguments_that_are_no_array_cannot_be_read() {
        for arguments in ["{}", "null", "[", "[1]]", ""] {
            let mut bytes = written(&JobData::bare("A".to_owned(), JobId::new("1"), raw("[]")));
            let place = bytes.windows(3).position(|part| part == b"\x02[]").unwrap();
            bytes.splice(place..place + 3, [&[arguments.len() as u8], arguments.as_bytes()].concat());
            let Payload::Unreadable(unreadable) = read(&bytes) else { panic!("`{arguments}` was read") };
            assert!(unreadable.reason.contains("arguments"), "{}", unreadable.reason);
        }
    }
}
