//! What the codec refuses, and in which words.

#![allow(clippy::unwrap_used, reason = "the functions that tests share are tests, too")]

use std::collections::BTreeMap;

use egret::arguments::*;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;

fn arguments(json: &str) -> Arguments {
    Arguments::from_raw(RawValue::from_string(json.to_owned()).unwrap()).unwrap()
}

fn refusal<T: Serialize>(value: T) -> String {
    Arguments::encode(&(value,)).unwrap_err().to_string()
}

fn complaint<T: DeserializeOwned>(json: &str) -> String {
    let Err(error) = arguments(json).decode::<T>() else { panic!("{json} was read") };
    error.of_class("Billing").to_string()
}

#[test]
fn refuses_values_without_a_wire_form() {
    for value in [f64::NAN, f64::INFINITY, f64::NEG_INFINITY] {
        assert!(refusal(value).starts_with("Unsupported argument type: Float ("), "{}", refusal(value));
        assert!(refusal([[value as f32]]).starts_with("Unsupported argument type: Float ("));
    }
    let raw = RawValue::from_string("1".to_owned()).unwrap();
    assert_eq!(refusal(raw), "Unsupported argument type: RawValue (wrap it in a RawArgument)");
}

#[test]
fn refuses_keys_that_are_no_text_also_deep_inside() {
    let message = "Only string and symbol hash keys may be serialized as job arguments, but 1 is a Integer";
    assert_eq!(refusal(BTreeMap::from([(1, 2)])), message);
    assert_eq!(refusal(vec![BTreeMap::from([("a", BTreeMap::from([(1_u128, 2)]))])]), message);
    assert!(refusal(BTreeMap::from([(true, 2)])).ends_with("but true is a TrueClass"));
    assert!(refusal(BTreeMap::from([(None::<u8>, 2)])).ends_with("but nil is a NilClass"));
    assert!(refusal(BTreeMap::from([((1, 2), 2)])).ends_with("but a list is a Array"));
}

#[test]
fn refuses_reserved_keys_as_string_and_symbol() {
    for key in
        ["_aj_globalid", "_aj_symbol_keys", "_aj_ruby2_keywords", "_aj_hash_with_indifferent_access", "_aj_serialized"]
    {
        let message = format!("Can't serialize a Hash with reserved key \"{key}\"");
        assert_eq!(refusal(BTreeMap::from([(key, 1)])), message);
        assert_eq!(refusal(IndifferentHash(BTreeMap::from([(key, 1)]))), message);
        assert_eq!(refusal(vec![Some(BTreeMap::from([(key, 1)]))]), message);
        let message = format!("Can't serialize a Hash with reserved key :{key}");
        assert_eq!(refusal(BTreeMap::from([(Symbol::from(key), 1)])), message);
    }
    #[derive(Serialize)]
    struct Sly {
        #[serde(rename = "_aj_serialized")]
        name: &'static str,
    }
    assert!(Arguments::encode(&Sly { name: "x" }).is_err());
    assert!(refusal(Sly { name: "x" }).contains("reserved key"));
}

#[derive(Debug, Deserialize)]
#[allow(dead_code, reason = "only read")]
struct Charge {
    invoice_id: u64,
    lines: Vec<Line>,
    note: Option<String>,
}

#[derive(Debug, Deserialize)]
#[allow(dead_code, reason = "only read")]
struct Line {
    price: f64,
}

#[test]
fn names_the_class_the_argument_and_what_was_expected() {
    let prefix = "Error while trying to deserialize arguments: ";
    let cases = [
        (r#"[{"invoice_id":"secret","lines":[]}]"#, "argument `invoice_id` of `Billing`: expected u64, found a string"),
        (
            r#"[{"invoice_id":-1,"lines":[]}]"#,
            "argument `invoice_id` of `Billing`: expected u64, found an integer that is not one",
        ),
        (
            r#"[{"invoice_id":1,"lines":[{"price":1},{"price":null}]}]"#,
            "argument `lines[1].price` of `Billing`: expected f64, found null",
        ),
        (r#"[{"invoice_id":1,"lines":[{}]}]"#, "argument `lines[0].price` of `Billing`: it is missing"),
        (r#"[{"lines":[]}]"#, "argument `invoice_id` of `Billing`: it is missing"),
        (
            r#"[{"invoice_id":1,"lines":[],"dry_run":true}]"#,
            "`Billing`: unknown keyword `dry_run`, expected `invoice_id`, `lines`, `note`",
        ),
        ("[1,2]", "`Billing`: wrong number of arguments (given 2, expected 1 hash of keyword arguments)"),
        ("[1]", "`Billing`: expected a hash of keyword arguments, found an integer"),
        (
            r#"[{"_aj_globalid":"gid://example/Person/5"}]"#,
            "`Billing`: expected a hash of keyword arguments, found a GlobalID",
        ),
    ];
    for (json, message) in cases {
        assert_eq!(complaint::<Charge>(json), format!("{prefix}{message}"), "{json}");
    }
}

#[derive(Debug, Deserialize)]
enum Weekday {
    Monday,
}

#[test]
fn never_shows_the_value_that_it_found() {
    for json in [r#"["tops3cret"]"#, r#"[{"a":"tops3cret"}]"#, r#"[{"_aj_serialized":null,"a":"tops3cret"}]"#] {
        assert!(!complaint::<(u64,)>(json).contains("tops3cret"), "{json}");
        assert!(!complaint::<(Symbol,)>(json).contains("tops3cret"), "{json}");
        assert!(!complaint::<(Weekday,)>(json).contains("tops3cret"), "{json}");
    }
}

#[test]
fn counts_positional_arguments() {
    assert!(complaint::<(u8,)>("[1,2,3]").ends_with("wrong number of arguments (given 3, expected 1)"));
    assert!(complaint::<(u8, u8)>("[1]").contains("wrong number of arguments (given 1, expected "));
    assert!(complaint::<()>("[1]").ends_with("wrong number of arguments (given 1, expected 0)"));
    assert_eq!(arguments("[1]").decode::<(u8, Option<u8>)>(), Ok((1, None)));
}

#[test]
fn tells_unknown_serializers_from_missing_ones() {
    let nope = r#"[{"_aj_serialized":"Nope","value":1}]"#;
    for message in [
        complaint::<(Symbol,)>(nope),
        complaint::<(u64,)>(nope),
        complaint::<(serde_json::Value,)>(nope),
        complaint::<(BTreeMap<String, RawArgument>,)>(nope),
    ] {
        assert!(message.ends_with("argument `1` of `Billing`: Serializer Nope is not known"), "{message}");
    }
    let none = r#"[{"_aj_serialized":null}]"#;
    assert!(complaint::<(Symbol,)>(none).contains("Serializer name is not present in the argument"));
    assert!(arguments(nope).decode::<(RawArgument,)>().is_ok());
}

#[test]
fn tells_one_serializer_from_another() {
    let date = r#"[{"_aj_serialized":"ActiveJob::Serializers::DateSerializer","value":"2001-02-03"}]"#;
    assert!(complaint::<(Symbol,)>(date).ends_with("expected a Symbol, found a Date"));
    assert!(complaint::<(Range<u8>,)>(date).ends_with("expected a Range, found a Date"));
    assert!(complaint::<(GlobalId,)>(date).ends_with("expected a GlobalID, found a Date"));
    assert!(complaint::<(u64,)>(date).ends_with("expected u64, found a Date"));
    assert!(complaint::<(Symbol,)>(r#"["a"]"#).ends_with("expected a Symbol, found a string"));
    assert!(complaint::<(Date,)>(&date.replace("02-03", "02-33")).ends_with("invalid date"));
    let zone = r#"[{"_aj_serialized":"ActiveJob::Serializers::TimeWithZoneSerializer","value":"2020-01-01T00:00:00Z","time_zone":"Mars"}]"#;
    assert!(complaint::<(TimeWithZone,)>(zone).ends_with("Invalid Timezone: Mars"));
}

#[test]
fn refuses_nesting_that_would_overflow_the_stack() {
    let nested = |levels: usize| format!("[{}1{}]", "[".repeat(levels), "]".repeat(levels));
    assert!(arguments(&nested(100)).decode::<(serde_json::Value,)>().is_ok());
    for levels in [200, 50_000] {
        let message = complaint::<(serde_json::Value,)>(&nested(levels));
        assert!(message.ends_with("it nests deeper than 128 levels"), "{message}");
        assert!(arguments(&nested(levels)).decode::<(RawArgument,)>().is_ok());
    }
}
