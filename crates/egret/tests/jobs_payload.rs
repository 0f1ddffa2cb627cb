//! Payloads of every version of Active Job, moved without being performed.

#![allow(clippy::unwrap_used, reason = "the functions that tests share are tests, too")]

mod samples;

use egret_core::JobData;
use serde_json::{Map, Value};

fn object(text: &str) -> Map<String, Value> {
    serde_json::from_str(text).unwrap()
}

#[test]
fn every_sample_is_written_back_as_it_was() {
    for name in samples::names() {
        let written = serde_json::to_string(&samples::payload_of(&name)).unwrap();
        let (mut before, mut after) = (object(&samples::text_of(&name)), object(&written));
        let keys = |object: &Map<String, Value>| object.keys().cloned().collect::<Vec<_>>();
        assert_eq!(keys(&after), keys(&before), "{name}: other keys, or another order");
        before.remove("enqueued_at");
        after.remove("enqueued_at");
        assert_eq!(after, before, "{name}");
    }
}

#[test]
fn integers_beyond_64_bits_are_not_even_parsed() {
    let data = samples::payload_of("arg-bigint");
    let digits = "1000000000000000000000";
    assert!(data.arguments.get().contains(digits));
    assert!(serde_json::to_string(&data).unwrap().contains(digits));
}

#[test]
fn a_new_payload_has_the_keys_of_active_job_in_its_order() {
    let written = object(&serde_json::to_string(&JobData::new("Billing::ChargeJob")).unwrap());
    let expected: Vec<String> = object(&samples::text_of("job-minimal.rails81")).keys().cloned().collect();
    assert_eq!(written.keys().cloned().collect::<Vec<_>>(), expected);
}

#[test]
fn scheduled_jobs_keep_their_nanoseconds() {
    let data = samples::payload_of("job-configured.rails81");
    assert_eq!(data.scheduled_at.unwrap().subsec_nanosecond(), 123_456_789);
    assert_eq!((data.queue(), data.priority, data.locale.as_deref()), ("low", Some(10), Some("de")));
    assert_eq!(data.timezone.as_deref(), Some("Hawaii"));
}

#[test]
fn keys_of_later_versions_and_of_applications_survive() {
    let text = r#"{"job_class":"A","job_id":"1","tenant":{"id":1000000000000000000000},"arguments":[]}"#;
    let data: JobData = serde_json::from_str(text).unwrap();
    assert_eq!(data.extra_value("tenant").unwrap().get(), r#"{"id":1000000000000000000000}"#);
    assert!(serde_json::to_string(&data).unwrap().contains(r#""tenant":{"id":1000000000000000000000}"#));
}
