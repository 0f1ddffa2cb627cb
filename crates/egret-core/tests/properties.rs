//! Properties of what travels: payloads, instants, ids and patterns.

use std::time::Duration;

use egret_core::job_data::{format_instant, from_microseconds, parse_instant, saturating_add, to_microseconds};
use egret_core::{ClassSelection, JobData, JobId, JobState, Payload, ServiceId, Timestamp, queue_matches};
use proptest::prelude::*;
use serde_json::value::RawValue;
use serde_json::{Map, Value, json};

/// Any instant that can be written.
fn instants() -> impl Strategy<Value = Timestamp> {
    (Timestamp::MIN.as_nanosecond()..=Timestamp::MAX.as_nanosecond())
        .prop_map(|nanosecond| Timestamp::from_nanosecond(nanosecond).expect("the range is that of instants"))
}

/// Any JSON, with integers that no machine integer holds.
fn raw_json() -> impl Strategy<Value = String> {
    let leaf = prop_oneof![
        Just("null".to_owned()),
        any::<bool>().prop_map(|value| value.to_string()),
        "-?[1-9][0-9]{0,40}",
        any::<String>().prop_map(|text| json!(text).to_string()),
    ];
    leaf.prop_recursive(3, 20, 5, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..5).prop_map(|items| format!("[{}]", items.join(","))),
            prop::collection::btree_map("[a-z]{1,8}", inner, 0..5).prop_map(|entries| {
                let entries: Vec<String> = entries.iter().map(|(key, value)| format!("\"{key}\":{value}")).collect();
                format!("{{{}}}", entries.join(","))
            }),
        ]
    })
}

fn payloads() -> impl Strategy<Value = JobData> {
    let known = (any::<String>(), any::<String>(), any::<Option<String>>(), any::<Option<i64>>(), any::<u32>());
    let times = (prop::option::of(instants()), prop::option::of(instants()));
    let extra = prop::collection::btree_map("x_[a-z]{1,8}", raw_json(), 0..4);
    (known, times, prop::collection::vec(raw_json(), 0..4), extra).prop_map(|(known, times, arguments, extra)| {
        let (class, id, queue, priority, executions) = known;
        let mut data = JobData::new(class);
        data.job_id = JobId::from(id);
        data.queue_name = queue;
        data.priority = priority;
        data.executions = executions;
        (data.enqueued_at, data.scheduled_at) = times;
        data.arguments = raw(format!("[{}]", arguments.join(",")));
        for (key, value) in extra {
            data.set_extra(&key, raw(value));
        }
        data
    })
}

fn raw(text: String) -> Box<RawValue> {
    RawValue::from_string(text).expect("the strategy makes JSON")
}

proptest! {
    #[test]
    fn a_payload_survives_a_round_trip_to_the_byte(data in payloads()) {
        let text = serde_json::to_string(&data).unwrap();
        let Payload::Job(back) = Payload::parse(text.as_bytes()) else { panic!("`{text}` can be read") };
        prop_assert_eq!(serde_json::to_string(&back).unwrap(), text);
        prop_assert_eq!(back.arguments.get(), data.arguments.get());
        prop_assert_eq!((back.job_id, back.queue_name, back.priority), (data.job_id, data.queue_name, data.priority));
        prop_assert_eq!((back.enqueued_at, back.scheduled_at), (data.enqueued_at, data.scheduled_at));
    }

    #[test]
    fn a_payload_gains_no_key_by_a_round_trip(keep in prop::collection::vec(any::<bool>(), 12)) {
        let whole = serde_json::to_value(JobData::new("ReportJob")).unwrap();
        let entries = whole.as_object().unwrap().iter().zip(keep);
        let kept: Map<String, Value> = entries
            .filter(|((key, _), keep)| *keep || matches!(key.as_str(), "job_class" | "job_id" | "arguments" | "executions"))
            .map(|((key, value), _)| (key.clone(), value.clone()))
            .collect();
        let text = serde_json::to_string(&kept).unwrap();
        let data: JobData = serde_json::from_str(&text).unwrap();
        prop_assert_eq!(serde_json::to_string(&data).unwrap(), text);
    }

    #[test]
    fn no_bytes_are_too_strange_to_be_kept(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
        match Payload::parse(&bytes) {
            Payload::Unreadable(unreadable) => prop_assert_eq!(unreadable.bytes, bytes),
            Payload::Job(_) => prop_assert!(serde_json::from_slice::<Value>(&bytes).is_ok()),
        }
    }

    #[test]
    fn an_instant_survives_its_text(instant in instants()) {
        prop_assert_eq!(parse_instant(&format_instant(instant)).unwrap(), instant);
    }

    #[test]
    fn an_instant_survives_a_store_to_the_microsecond(instant in instants()) {
        let kept = from_microseconds(to_microseconds(instant));
        prop_assert_eq!(kept.as_microsecond(), instant.as_microsecond());
        prop_assert_eq!(from_microseconds(to_microseconds(kept)), kept, "a second time nothing is cut off");
    }

    #[test]
    fn adding_never_goes_back(instant in instants(), nanoseconds in any::<u64>()) {
        prop_assert!(saturating_add(instant, Duration::from_nanos(nanoseconds)) >= instant);
    }

    #[test]
    fn a_service_id_survives_its_text(number in any::<u64>()) {
        let id = ServiceId::from_number(number);
        let text = id.to_string();
        prop_assert_eq!(text.len(), 16);
        prop_assert_eq!(text.parse::<ServiceId>().unwrap(), id);
        prop_assert_eq!(serde_json::from_value::<ServiceId>(json!(text)).unwrap().number(), number);
    }

    #[test]
    fn a_text_that_is_no_service_id_is_refused(text in "[0-9a-f]{0,15}|[0-9a-f]{17,20}|[+-][0-9a-f]{15}|[g-z]{16}") {
        prop_assert!(text.parse::<ServiceId>().is_err(), "`{}`", text);
    }

    #[test]
    fn a_pattern_means_every_queue_that_begins_with_it(prefix in "[a-z_%]{0,5}", rest in "[a-z*]{0,5}") {
        let queue = format!("{prefix}{rest}");
        let pattern = format!("{prefix}*");
        prop_assert!(queue_matches(&pattern, &queue));
        prop_assert!(queue_matches(&queue, &queue));
        prop_assert_eq!(queue_matches(&prefix, &queue), rest.is_empty());
    }

    #[test]
    fn a_selection_of_classes_contains_what_was_given(classes in prop::collection::vec("[A-Z][a-z:]{0,6}", 0..8), other in "[0-9]+") {
        let selection = ClassSelection::only(classes.clone());
        for class in &classes {
            prop_assert!(selection.contains(class));
        }
        prop_assert!(!selection.contains(&other));
    }
}

#[test]
fn a_state_survives_its_word() {
    for state in JobState::ALL {
        assert_eq!(state.as_str().parse::<JobState>().unwrap(), state);
        assert_eq!(serde_json::to_value(state).unwrap(), state.as_str());
    }
    assert!("busy".parse::<JobState>().is_err());
}
