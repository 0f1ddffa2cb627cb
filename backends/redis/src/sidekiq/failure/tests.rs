//! Retries and death by the list of acceptance.

use egret_core::job_data::from_microseconds;
use rand::SeedableRng;
use rand::rngs::StdRng;

use super::*;
use crate::driver::Address;

const NOW: Timestamp = Timestamp::constant(1_795_458_410, 500_000_000);

fn options() -> SidekiqOptions {
    SidekiqOptions::new(Address::parse("redis://localhost").unwrap())
}

fn boom() -> ErrorReport {
    let backtrace = (0..5).map(|number| format!("app/jobs/boom.rb:{number}")).collect();
    ErrorReport { class: "ArgumentError".to_owned(), message: "boom".to_owned(), backtrace }
}

/// Lets a payload fail once.
fn failed(payload: &str) -> (Envelope<'_>, Way) {
    failed_with(payload, &boom(), &options())
}

fn failed_with<'a>(payload: &'a str, error: &ErrorReport, options: &SidekiqOptions) -> (Envelope<'a>, Way) {
    let mut envelope = Envelope::parse(payload.as_bytes()).unwrap();
    let way = judge(&mut envelope, "high", error, NOW, options);
    (envelope, way)
}

#[test]
fn r1_the_first_failure_is_noted() {
    let (envelope, way) = failed(r#"{"retry":true,"class":"A","args":[1]}"#);
    assert!(matches!(way, Way::Again(_)));
    let expected = r#"{"retry":true,"class":"A","args":[1],"queue":"high","error_message":"boom","error_class":"ArgumentError","failed_at":1795458410.5,"retry_count":0}"#;
    assert_eq!(String::from_utf8(envelope.to_bytes()).unwrap(), expected);
}

#[test]
fn r2_a_later_failure_counts_on() {
    let (envelope, _) = failed(r#"{"retry":true,"failed_at":1795458000.25,"retry_count":10}"#);
    assert_eq!(envelope.raw("retry_count"), Some("11"));
    assert_eq!(envelope.raw("failed_at"), Some("1795458000.25"));
    assert_eq!(envelope.raw("retried_at"), Some("1795458410.5"));
}

#[test]
fn r3_r4_retry_says_how_often() {
    for (payload, is_again, is_dead) in [
        (r#"{"retry":false}"#, false, false),
        (r#"{"retry":null}"#, false, false),
        (r#"{"retry":0}"#, false, true),
        (r#"{"retry":2}"#, true, false),
        (r#"{"retry":2,"retry_count":0,"failed_at":1.5}"#, true, false),
        (r#"{"retry":2,"retry_count":1,"failed_at":1.5}"#, false, true),
        (r#"{"retry":true,"retry_count":23,"failed_at":1.5}"#, true, false),
        (r#"{"retry":true,"retry_count":24,"failed_at":1.5}"#, false, true),
        (r#"{"retry":true,"retry_count":25,"failed_at":1.5}"#, false, true),
        (r#"{"retry_count":3,"failed_at":1.5}"#, true, false),
    ] {
        let (_, way) = failed(payload);
        assert_eq!((matches!(way, Way::Again(_)), way == Way::Dead), (is_again, is_dead), "{payload}: {way:?}");
    }
    let seven = SidekiqOptions { max_retries: 7, ..options() };
    let way = |count: u32| {
        failed_with(&format!(r#"{{"retry":true,"retry_count":{count},"failed_at":1.5}}"#), &boom(), &seven).1
    };
    assert!(matches!(way(5), Way::Again(_)));
    assert_eq!(way(6), Way::Dead);
}

#[test]
fn r5_the_retry_goes_to_its_own_queue() {
    let (envelope, _) = failed(r#"{"retry":true,"queue":"high","retry_queue":"low"}"#);
    assert_eq!(envelope.raw("queue"), Some("\"low\""));
}

#[test]
fn r6_the_backtrace_is_kept_as_far_as_asked() {
    let all = boom().backtrace;
    for (asked, n_lines) in [("true", Some(5)), ("3", Some(3)), ("99", Some(5)), ("false", None), ("null", None)] {
        let payload = format!(r#"{{"retry":true,"backtrace":{asked}}}"#);
        let (envelope, _) = failed(&payload);
        let lines = envelope.get::<String>("error_backtrace").map(|text| backtrace::decode(&text).unwrap());
        assert_eq!(lines.as_deref(), n_lines.map(|n_lines| &all[..n_lines]), "{asked}");
    }
}

#[test]
fn r7_a_long_message_is_cut() {
    let error = ErrorReport { message: "é".repeat(20_000), ..boom() };
    let (envelope, _) = failed_with(r#"{"retry":true}"#, &error, &options());
    assert_eq!(envelope.get::<String>("error_message").unwrap(), "é".repeat(10_000));
}

#[test]
fn r9_retry_for_counts_time_and_not_attempts() {
    let at = |seconds_ago: f64, count: u32| {
        let failed_at = 1_795_458_410.5 - seconds_ago;
        let payload = format!(r#"{{"retry":3,"retry_for":60,"failed_at":{failed_at},"retry_count":{count}}}"#);
        failed(&payload).1
    };
    assert!(matches!(failed(r#"{"retry":3,"retry_for":60}"#).1, Way::Again(_)));
    assert!(matches!(at(59.0, 7), Way::Again(_)), "beyond the number and within the time");
    assert_eq!(at(61.0, 0), Way::Dead);
}

#[test]
fn r13_delays_grow_and_are_spread() {
    let mut random = StdRng::seed_from_u64(7);
    for (count, fixed) in [(0, 15), (1, 16), (2, 31), (3, 96), (10, 10_015), (24, 331_791)] {
        for _ in 0..200 {
            let seconds = delay(count, &mut random).as_secs();
            let jitter = seconds.checked_sub(fixed).unwrap();
            assert!(jitter < 10 * (u64::from(count) + 1), "{count}: {jitter}");
        }
    }
}

#[test]
fn x3_what_is_not_to_be_kept_dead_goes_nowhere() {
    assert_eq!(failed(r#"{"retry":0,"dead":false}"#).1, Way::Nowhere);
    assert_eq!(failed(r#"{"retry":0,"dead":true}"#).1, Way::Dead);
}

#[test]
fn milliseconds_are_written_where_asked_and_read_everywhere() {
    let milliseconds = SidekiqOptions { times: crate::sidekiq::PayloadTimes::Milliseconds, ..options() };
    let payload = r#"{"retry":true,"retry_for":60,"failed_at":1795458400000,"retry_count":0}"#;
    let (envelope, way) = failed_with(payload, &boom(), &milliseconds);
    assert!(matches!(way, Way::Again(at) if at > from_microseconds(1_795_458_410_500_000)));
    assert_eq!(envelope.raw("retried_at"), Some("1795458410500"));
}
