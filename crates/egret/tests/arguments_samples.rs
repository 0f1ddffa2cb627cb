//! Arguments written by Ruby's Active Job, read as typed values and written back.

#![allow(clippy::unwrap_used, reason = "the functions that tests share are tests, too")]

mod samples;

use std::collections::BTreeMap;

use egret::arguments::*;
use jiff::Timestamp;
use jiff::civil::date;
use jiff::tz::Offset;
use samples::arguments_of;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use serde_json::Value;

/// Reads the arguments of a sample, checks that they are written back as the same JSON value, and returns them.
fn round_trip<T: Serialize + DeserializeOwned>(name: &str) -> T {
    let arguments = arguments_of(name);
    let value: T = arguments.decode().unwrap_or_else(|error| panic!("{name}: {error}"));
    let written = Arguments::encode(&value).unwrap_or_else(|error| panic!("{name}: {error}"));
    assert_eq!(as_value(&written), as_value(&arguments), "{name}");
    value
}

fn as_value(arguments: &Arguments) -> Value {
    serde_json::from_str(arguments.get()).unwrap()
}

fn instant(text: &str) -> Timestamp {
    text.parse().unwrap()
}

#[test]
fn primitives_keep_type_and_value() {
    type Primitives = ((), bool, bool, u8, i8, i64, f32, f64, f64, String, String);
    let (_, yes, no, zero, minus, answer, a, b, big, text, empty): Primitives = round_trip("arg-primitives");
    assert_eq!((yes, no, zero, minus, answer), (true, false, 0, -1, 42));
    assert_eq!((a, b, big), (1.5, -0.25, 1e100));
    assert_eq!((text.as_str(), empty.as_str()), ("text", ""));
}

#[test]
fn integers_beyond_64_bits_keep_their_digits() {
    let numbers: (u128, u64, i128) = round_trip("arg-bigint");
    assert_eq!(numbers, (1_000_000_000_000_000_000_000, 1 << 63, -(1_i128 << 64)));
}

#[test]
fn strings_keep_every_character_and_never_become_references() {
    let (text,): (String,) = round_trip("arg-string-unicode");
    assert!(text.starts_with("héllo \u{2028}") && text.ends_with("<&>"), "{text:?}");
    let (text,): (String,) = round_trip("arg-string-gid-lookalike");
    assert_eq!(text, "gid://example/Person/5");
}

#[test]
fn symbols_keep_their_text() {
    let symbols: Vec<Symbol> = round_trip("arg-symbol");
    assert_eq!(symbols, [Symbol::from("greet"), Symbol::from("with space"), Symbol::from("odd=")]);
}

#[test]
fn arrays_nest() {
    type Inner = (Symbol, BTreeMap<String, Vec<f64>>);
    let ((one, a, (nothing, (symbol, hash))),): ((u8, String, ((), Inner)),) = round_trip("arg-array-nested");
    assert_eq!((one, a.as_str(), nothing), (1, "a", ()));
    assert_eq!(symbol.as_str(), "b");
    assert_eq!(hash["k"], [1.5]);
}

#[derive(Debug, PartialEq, Serialize, Deserialize)]
struct Nested {
    c: u8,
}

#[test]
fn hashes_have_string_keys_or_symbols() {
    #[derive(Serialize, Deserialize)]
    struct Strings {
        a: u8,
        b: Nested,
    }
    let (hash,): (Strings,) = round_trip("arg-hash-string-keys");
    assert_eq!((hash.a, hash.b), (1, Nested { c: 2 }));
    let (hash,): (BTreeMap<String, u8>,) = round_trip("arg-hash-empty");
    assert!(hash.is_empty());

    #[derive(Debug, PartialEq, Serialize, Deserialize)]
    #[serde(untagged)]
    enum Entry {
        Number(u8),
        Hash(BTreeMap<Symbol, u8>),
    }
    let (hash,): (BTreeMap<Symbol, Entry>,) = arguments_of("arg-hash-symbol-keys").decode().unwrap();
    assert_eq!(hash["a"], Entry::Number(1));
}

#[test]
fn strings_and_symbols_side_by_side_stay_what_they_are() {
    let mixed: (BTreeMap<HashKey, RawArgument>,) = round_trip("arg-hash-mixed-keys");
    let kinds: Vec<_> = mixed.0.keys().cloned().collect();
    assert_eq!(
        kinds,
        [HashKey::String("b".into()), HashKey::Symbol(Symbol::from("a")), HashKey::Symbol(Symbol::from("c"))]
    );
}

#[test]
fn a_struct_reads_hashes_whatever_their_keys() {
    #[derive(Deserialize)]
    struct Mixed {
        a: u8,
        b: u8,
        c: BTreeMap<String, u8>,
    }
    let (hash,): (Mixed,) = arguments_of("arg-hash-mixed-keys").decode().unwrap();
    assert_eq!((hash.a, hash.b, hash.c["d"], hash.c["e"]), (1, 2, 3, 4));
    let (hash,): (IndifferentHash<BTreeMap<String, RawArgument>>,) = round_trip("arg-indifferent-hash");
    assert_eq!(hash.0.len(), 2);
}

#[test]
fn named_fields_are_keyword_arguments() {
    #[derive(Serialize, Deserialize)]
    struct Keyed {
        a: u8,
        b: String,
    }
    let keyed: Keyed = round_trip("arg-kwargs");
    assert_eq!((keyed.a, keyed.b.as_str()), (1, "two"));

    #[derive(Deserialize)]
    struct Numbers {
        a: u8,
        b: u8,
    }
    let numbers: Numbers = arguments_of("arg-kwargs-string-key").decode().unwrap();
    assert_eq!((numbers.a, numbers.b), (1, 2));
}

#[test]
fn keywords_follow_positional_arguments() {
    #[derive(Serialize, Deserialize)]
    struct Options {
        flag: bool,
        opts: BTreeMap<Symbol, Symbol>,
    }
    let (number, text, Keywords(options)): (u8, String, Keywords<Options>) = round_trip("arg-positional-and-kwargs");
    assert_eq!((number, text.as_str(), options.flag), (1, "x", true));
    assert_eq!(options.opts["deep"].as_str(), "sym");

    type SymbolHash = BTreeMap<Symbol, u8>;
    let (hash, Keywords(keywords)): (SymbolHash, Keywords<BTreeMap<String, u8>>) = round_trip("arg-hash-then-kwargs");
    assert_eq!((hash["a"], keywords["b"]), (1, 2));
}

#[test]
fn records_are_references() {
    let (person,): (GlobalId,) = round_trip("arg-globalid");
    assert_eq!((person.app(), person.model(), person.id()), ("example", "Person", "5"));
    let variants: Vec<GlobalId> = round_trip("arg-globalid-variants");
    assert_eq!(variants[1].id(), "a b/c?d&e=f+g");
    assert_eq!(variants[2].model(), "Billing::Invoice");
    assert_eq!(variants[1], GlobalId::new("example", "Person", "a b/c?d&e=f+g").unwrap());

    type Records = (Vec<GlobalId>, BTreeMap<String, GlobalId>, Keywords<BTreeMap<String, GlobalId>>);
    let (list, hash, Keywords(keywords)): Records = round_trip("arg-globalid-nested");
    assert_eq!((list[1].id(), hash["owner"].id(), keywords["who"].id()), ("2", "3", "4"));
}

#[test]
fn durations_keep_value_and_parts() {
    let durations: Vec<DurationValue> = round_trip("arg-duration");
    assert_eq!(durations[2].value.as_f64(), Some(5400.0));
    let parts: Vec<_> = durations[3].parts.iter().map(|part| (part.0.as_str(), part.1.as_i64())).collect();
    assert_eq!(parts, [("months", Some(1)), ("days", Some(2))]);
    assert_eq!(std::time::Duration::try_from(&durations[1]), Ok(std::time::Duration::from_secs(90)));
    assert!(std::time::Duration::try_from(&durations[7]).is_err());
    assert_eq!(durations[1], std::time::Duration::from_secs(90).into());
}

#[test]
fn dates_and_times_keep_offset_and_nanoseconds() {
    let (day,): (Date,) = round_trip("arg-date");
    assert_eq!(day.0, date(2001, 2, 3));
    let times: Vec<DateTime> = round_trip("arg-datetime");
    assert_eq!(times[0].offset, jiff::tz::offset(3));
    assert_eq!(times[1], instant("2001-02-03T04:05:06Z").into());
    let times: Vec<Time> = round_trip("arg-time");
    assert_eq!(times[0].instant, instant("2002-10-31T00:02:02.123456789Z"));
    assert_eq!((times[1].offset, times[2].offset), (None, Some(Offset::UTC)));
}

#[test]
fn zoned_times_keep_their_zone() {
    let times: Vec<TimeWithZone> = round_trip("arg-time-with-zone.rails70");
    let zones: Vec<_> = times.iter().map(|time| time.as_zoned().time_zone().iana_name()).collect();
    assert_eq!(zones[1..], [Some("America/New_York"), Some("America/Juneau"), Some("Europe/London")]);
    assert_eq!(times[1].instant(), instant("2020-07-01T12:00:00Z"));
}

#[test]
fn zoned_times_of_older_rails_keep_their_offset() {
    let times: Vec<TimeWithZone> = arguments_of("arg-time-with-zone").decode().unwrap();
    assert_eq!(times[1].instant(), instant("2020-07-01T12:00:00Z"));
    assert_eq!(times[1].as_zoned().offset(), jiff::tz::offset(-4));
    let written = RawArgument::encode(&times[1]).unwrap();
    assert!(!written.get().contains("time_zone"), "{}", written.get());
}

#[test]
fn modules_are_names() {
    let modules: Vec<Module> = round_trip("arg-module-and-class");
    assert_eq!(modules[1], Module::from("Billing::Invoice"));
}

#[test]
fn decimals_keep_their_text() {
    let decimals: Vec<BigDecimal> = round_trip("arg-bigdecimal.rails72");
    assert_eq!(decimals[2], BigDecimal::from("0.00000000000000000001"));
    let decimals: Vec<Option<BigDecimal>> = arguments_of("arg-bigdecimal").decode().unwrap();
    assert_eq!((decimals[1].clone(), decimals[3].clone()), (Some(BigDecimal::from("-12.34")), None));
}

#[test]
fn ranges_keep_their_ends() {
    type Numbers = Range<i64>;
    type Ranges = (Numbers, Numbers, Numbers, Numbers, Range<String>, Range<Date>, Range<Time>, Range<f64>);
    let ranges: Ranges = round_trip("arg-range.rails70");
    assert_eq!((ranges.0, ranges.1, ranges.2, ranges.3), ((1..=5).into(), (1..5).into(), (1..).into(), (..=5).into()));
    assert_eq!(ranges.5.end.unwrap().0, date(2001, 2, 5));
}

#[test]
fn values_of_unknown_serializers_pass_untouched() {
    let values: (RawArgument, Vec<RawArgument>) = round_trip("arg-custom-serializer");
    assert!(values.0.get().contains("MoneySerializer"));
    let _: Vec<RawArgument> = round_trip("arg-controller-parameters");
}

#[test]
fn every_sample_passes_as_raw_arguments() {
    for name in samples::names() {
        let _: Vec<RawArgument> = round_trip(&name);
    }
}
