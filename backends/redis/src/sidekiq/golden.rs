//! Payloads that Sidekiq 6.4.1, 7.3.10 and 8.1.7 have written: read, written back, compared byte for byte.

use egret_core::{Payload, Timestamp};
use serde_json::Value;

use super::envelope::Envelope;
use super::payload;
use super::ruby_json::as_ruby_writes;
use super::times::PayloadTimes;

const SAMPLES: &[(&str, &str)] = &[
    ("6.4.1 client_push", include_str!("../../tests/samples/sidekiq/6.4.1/client_push.json")),
    ("6.4.1 activejob", include_str!("../../tests/samples/sidekiq/6.4.1/activejob.json")),
    ("6.4.1 failures", include_str!("../../tests/samples/sidekiq/6.4.1/failures.json")),
    ("6.4.1 process_states", include_str!("../../tests/samples/sidekiq/6.4.1/process_states.json")),
    ("7.3.10 client_push", include_str!("../../tests/samples/sidekiq/7.3.10/client_push.json")),
    ("7.3.10 failures", include_str!("../../tests/samples/sidekiq/7.3.10/failures_and_metrics.json")),
    ("8.1.7 client_push", include_str!("../../tests/samples/sidekiq/8.1.7/client_push.json")),
    ("8.1.7 failures", include_str!("../../tests/samples/sidekiq/8.1.7/failures_and_metrics.json")),
];

/// Every payload of the samples, with where it stands.
fn payloads() -> Vec<(&'static str, String)> {
    let mut found = Vec::new();
    for (name, text) in SAMPLES {
        let sample: Value = serde_json::from_str(text).unwrap();
        collect(name, &sample, &mut found);
    }
    assert!(found.len() > 50, "only {} payloads were found", found.len());
    found
}

fn collect(name: &'static str, value: &Value, found: &mut Vec<(&'static str, String)>) {
    match value {
        Value::String(text) if is_payload(text) => found.push((name, text.clone())),
        Value::Array(values) => values.iter().for_each(|value| collect(name, value, found)),
        Value::Object(values) => values.values().for_each(|value| collect(name, value, found)),
        _ => {}
    }
}

fn is_payload(text: &str) -> bool {
    text.starts_with('{') && serde_json::from_str::<Value>(text).is_ok_and(|value| value.get("class").is_some())
}

#[test]
fn every_payload_is_written_back_as_it_was() {
    for (name, text) in payloads() {
        let envelope = Envelope::parse(text.as_bytes()).unwrap();
        assert_eq!(String::from_utf8(envelope.to_bytes()).unwrap(), text, "{name}");
        assert_eq!(as_ruby_writes(&text), text, "{name}");
    }
}

#[test]
fn every_payload_is_a_job() {
    for (name, text) in payloads() {
        let element = payload::read(text.as_bytes());
        let Payload::Job(data) = &element.payload else { panic!("{name}: {text} is no job: {element:?}") };
        let value: Value = serde_json::from_str(&text).unwrap();
        let expected = value.get("wrapped").or(value.get("class")).and_then(Value::as_str).unwrap();
        assert_eq!(data.job_class, expected, "{name}");
        let year = element.enqueued_at.to_string();
        assert!(year.starts_with("2026-") || value.get("created_at").is_none(), "{name}: {text} came in at {year}");
        let failures = value.get("retry_count").and_then(Value::as_u64).map_or(0, |count| count + 1);
        assert_eq!(u64::from(element.attempts), failures, "{name}");
        if let Some(class) = value.get("error_class").and_then(Value::as_str) {
            let error = element.error.unwrap();
            assert_eq!(error.class, class, "{name}");
            assert_eq!(error.backtrace.is_empty(), value.get("error_backtrace").is_none(), "{name}: {text}");
        }
    }
}

/// J1: what Active Job's adapter writes is what we write for the same job, but for the options of the class.
#[test]
fn j1_a_job_of_active_job_is_written_as_ruby_writes_it() {
    let mut n_compared = 0;
    for (name, text) in payloads() {
        let value: Value = serde_json::from_str(&text).unwrap();
        let is_fresh = value.get("retry_count").is_none() && value.get("retry") == Some(&Value::Bool(true));
        if !text.contains(payload::WRAPPER) || !is_fresh {
            continue;
        }
        let Payload::Job(data) = payload::read(text.as_bytes()).payload else { panic!("{text} is no job") };
        let mut written = payload::write(&data, &PayloadTimes::Seconds.json(Timestamp::now()));
        let original = Envelope::parse(text.as_bytes()).unwrap();
        for key in ["jid", "created_at", "enqueued_at"] {
            if let Some(raw) = original.raw(key) {
                written.set_raw(key, raw.to_owned());
            }
        }
        // The times inside are those of Rails 6.1, which has seconds; ours have nine digits as since 7.1.
        let without_times = |envelope: &Envelope<'_>| {
            let mut value: Value = serde_json::from_slice(&envelope.to_bytes()).unwrap();
            value["args"][0].as_object_mut().unwrap().remove("enqueued_at");
            serde_json::to_string(&value).unwrap()
        };
        assert_eq!(without_times(&written), without_times(&original), "{name}");
        n_compared += 1;
    }
    assert!(n_compared >= 2, "only {n_compared} payloads were compared");
}
