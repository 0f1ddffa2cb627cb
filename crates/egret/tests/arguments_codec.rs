//! Typed values through the codec: the exact wire form, what reading tolerates, and round trips of generated values.

#![allow(clippy::unwrap_used, reason = "the functions that tests share are tests, too")]

use std::collections::BTreeMap;
use std::time::Duration;

use egret::arguments::*;
use proptest::prelude::*;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;

fn arguments(json: &str) -> Arguments {
    Arguments::from_raw(RawValue::from_string(json.to_owned()).unwrap()).unwrap()
}

fn encoded<T: Serialize + ?Sized>(value: &T) -> String {
    Arguments::encode(value).unwrap().get().to_owned()
}

fn passes<T: Serialize + DeserializeOwned + PartialEq + std::fmt::Debug>(value: T) {
    let arguments = Arguments::encode(&value).unwrap();
    assert_eq!(arguments.decode::<T>().unwrap(), value, "{}", arguments.get());
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
struct Invoice {
    id: u64,
    lines: Vec<Line>,
    note: Option<String>,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
struct Line {
    name: String,
    price: f64,
}

#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
struct Ping;

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
struct Single(u64);

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
struct Pair(u64, Option<String>);

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Shape {
    Empty,
    Side(u8),
    Box(u8, u8),
    Circle { radius: u8 },
}

#[test]
fn structs_become_keywords_positions_or_nothing() {
    let invoice = Invoice { id: 1, lines: vec![Line { name: "a".into(), price: 2.0 }], note: None };
    assert_eq!(
        encoded(&invoice),
        r#"[{"id":1,"lines":[{"name":"a","price":2.0,"_aj_symbol_keys":[]}],"note":null,"_aj_ruby2_keywords":["id","lines","note"]}]"#
    );
    assert_eq!(encoded(&Ping), "[]");
    assert_eq!(encoded(&Single(5)), "[5]");
    assert_eq!(encoded(&Pair(5, None)), "[5,null]");
    assert_eq!(encoded("text"), r#"["text"]"#);
    assert_eq!(encoded(&BTreeMap::<String, u8>::new()), "[]");
    assert_eq!(encoded(&[1, 2]), "[1,2]");
}

#[test]
fn enums_travel_as_serde_writes_them() {
    assert_eq!(encoded(&(Shape::Empty, Shape::Side(1))), r#"["empty",{"side":1,"_aj_symbol_keys":[]}]"#);
    let written = encoded(&[Shape::Circle { radius: 3 }]);
    assert_eq!(written, r#"[{"circle":{"radius":3,"_aj_symbol_keys":[]},"_aj_symbol_keys":[]}]"#);
    for shape in [Shape::Empty, Shape::Side(1), Shape::Box(1, 2), Shape::Circle { radius: 3 }] {
        passes((shape,));
    }
    let symbol = r#"[{"_aj_serialized":"ActiveJob::Serializers::SymbolSerializer","value":"empty"}]"#;
    assert_eq!(arguments(symbol).decode::<(Shape,)>(), Ok((Shape::Empty,)));
}

#[test]
fn indifferent_hashes_are_so_down_to_the_leaves() {
    let hash = IndifferentHash(BTreeMap::from([("a", vec![BTreeMap::from([("b", 1)])])]));
    assert_eq!(
        encoded(&(hash,)),
        r#"[{"a":[{"b":1,"_aj_hash_with_indifferent_access":true}],"_aj_hash_with_indifferent_access":true}]"#
    );
}

#[test]
fn symbols_as_keys_are_listed() {
    let hash = BTreeMap::from([(Symbol::from("b"), BTreeMap::from([(Symbol::from("c"), 1)]))]);
    assert_eq!(encoded(&(hash.clone(),)), r#"[{"b":{"c":1,"_aj_symbol_keys":["c"]},"_aj_symbol_keys":["b"]}]"#);
    passes((hash,));
}

#[test]
fn markers_are_read_in_active_jobs_order() {
    let both = r#"[{"a":1,"_aj_symbol_keys":["a"],"_aj_hash_with_indifferent_access":true}]"#;
    let (hash,): (BTreeMap<String, RawArgument>,) = arguments(both).decode().unwrap();
    assert_eq!(hash.keys().collect::<Vec<_>>(), ["_aj_symbol_keys", "a"]);
    for ignored in [
        r#"[{"a":1}]"#,
        r#"[{"a":1,"_aj_hash_with_indifferent_access":null}]"#,
        r#"[{"a":1,"_aj_hash_with_indifferent_access":false,"_aj_symbol_keys":null,"_aj_ruby2_keywords":["a","gone"]}]"#,
    ] {
        let (hash,): (BTreeMap<String, u8>,) = arguments(ignored).decode().unwrap();
        assert_eq!(hash, BTreeMap::from([("a".to_owned(), 1)]), "{ignored}");
    }
    let record_in_company = r#"[{"_aj_globalid":"gid://example/Person/5","b":"x"}]"#;
    let (hash,): (BTreeMap<String, String>,) = arguments(record_in_company).decode().unwrap();
    assert_eq!(hash.len(), 2);
}

#[test]
fn any_only_hash_fills_named_fields() {
    for json in [
        r#"[{"id":1,"lines":[]}]"#,
        r#"[{"id":1,"lines":[],"_aj_ruby2_keywords":["id","lines"]}]"#,
        r#"[{"id":1,"lines":[],"_aj_symbol_keys":["id"]}]"#,
        r#"[{"id":1,"lines":[],"_aj_hash_with_indifferent_access":true}]"#,
    ] {
        let invoice: Invoice = arguments(json).decode().unwrap();
        assert_eq!(invoice, Invoice { id: 1, lines: vec![], note: None }, "{json}");
    }
}

#[test]
fn absent_options_and_defaults_are_filled() {
    #[derive(Debug, PartialEq, Deserialize)]
    struct AllOptional {
        a: Option<u8>,
        #[serde(default)]
        b: u8,
    }
    assert_eq!(arguments("[]").decode(), Ok(AllOptional { a: None, b: 0 }));
    assert_eq!(arguments("[7]").decode(), Ok(Pair(7, None)));

    #[derive(Debug, PartialEq, Deserialize)]
    struct Defaulted(u8, #[serde(default)] u8);
    assert_eq!(arguments("[7]").decode(), Ok(Defaulted(7, 0)));
}

#[test]
fn flattened_and_untagged_values_pass() {
    #[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
    struct Outer {
        day: Date,
        #[serde(flatten)]
        rest: BTreeMap<String, Either>,
    }
    #[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
    #[serde(untagged)]
    enum Either {
        Symbol(Symbol),
        Record(GlobalId),
        Number(f64),
    }
    let rest = BTreeMap::from([
        ("a".to_owned(), Either::Symbol(Symbol::from("x"))),
        ("b".to_owned(), Either::Record(GlobalId::new("example", "Person", "1").unwrap())),
        ("c".to_owned(), Either::Number(1.5)),
    ]);
    passes(Outer { day: jiff::civil::date(2026, 1, 2).into(), rest });
}

#[test]
fn other_formats_see_the_same_objects() {
    let symbol = serde_json::to_string(&Symbol::from("a")).unwrap();
    assert_eq!(symbol, r#"{"_aj_serialized":"ActiveJob::Serializers::SymbolSerializer","value":"a"}"#);
    assert_eq!(serde_json::from_str::<Symbol>(&symbol).unwrap(), Symbol::from("a"));
    let record = GlobalId::new("example", "Person", "a b").unwrap();
    let written = serde_json::to_string(&record).unwrap();
    assert_eq!(written, r#"{"_aj_globalid":"gid://example/Person/a+b"}"#);
    assert_eq!(serde_json::from_str::<GlobalId>(&written).unwrap(), record);
    assert!(serde_json::from_str::<Module>(&symbol).is_err());
}

#[test]
fn keyword_arguments_can_be_listed_without_their_types() {
    let arguments = arguments(r#"[1,{"a":{"_aj_serialized":"Nope"},"_aj_ruby2_keywords":["a"]}]"#);
    assert_eq!(arguments.len(), 2);
    let keywords = arguments.to_keywords().unwrap();
    assert_eq!((keywords[0].0.as_str(), keywords[0].1.get()), ("a", r#"{"_aj_serialized":"Nope"}"#));
    assert_eq!(Arguments::from_positional(arguments.to_positional()), arguments);
    assert!(Arguments::default().is_empty() && Arguments::default().to_keywords().is_none());
}

#[test]
fn global_ids_are_told_from_other_texts() {
    for text in
        ["", "gid://", "gid://a/B", "gid://a/B/", "gid:///B/1", "http://a/B/1", "gid://a b/B/1", "gid://a/B/%zz"]
    {
        assert!(text.parse::<GlobalId>().is_err(), "{text}");
    }
    let id: GlobalId = "gid://my-app/Admin::User/1?tenant=a%26b&x".parse().unwrap();
    assert_eq!(id.params(), [("tenant".to_owned(), "a&b".to_owned()), ("x".to_owned(), String::new())]);
    assert_eq!(id.to_string(), "gid://my-app/Admin::User/1?tenant=a%26b&x");
}

fn line() -> impl Strategy<Value = Line> {
    (any::<String>(), -1e12..1e12).prop_map(|(name, price)| Line { name, price })
}

fn timestamp() -> impl Strategy<Value = jiff::Timestamp> {
    // The years 0001 to 9998: what ISO 8601 writes with four digits, in any offset.
    (-62_135_510_400_i64..253_370_678_400, 0..1_000_000_000_i32)
        .prop_map(|(second, nanosecond)| jiff::Timestamp::new(second, nanosecond).unwrap())
}

fn offset() -> impl Strategy<Value = jiff::tz::Offset> {
    (-23 * 60..=23 * 60_i32).prop_map(|minutes| jiff::tz::Offset::from_seconds(minutes * 60).unwrap())
}

fn user_key() -> impl Strategy<Value = String> {
    any::<String>().prop_filter("reserved", |key| !key.starts_with("_aj_"))
}

proptest! {
    #[test]
    fn structs_pass(id: u64, lines in prop::collection::vec(line(), 0..4), note: Option<String>) {
        passes(Invoice { id, lines, note });
    }

    #[test]
    fn scalars_pass(a: i64, b: u64, c: i128, d: u128, e in -1e300..1e300, f: bool, g: char, h: String) {
        passes((a, b, c, d, e, f, g, h));
    }

    #[test]
    fn maps_pass(map in prop::collection::btree_map(user_key(), any::<Option<i64>>(), 0..5)) {
        passes((map.clone(), IndifferentHash(map.clone()), Keywords(map.clone())));
        let symbols: BTreeMap<Symbol, Option<i64>> = map.into_iter().map(|(key, value)| (key.into(), value)).collect();
        passes((symbols,));
    }

    #[test]
    fn times_pass(instant in timestamp(), offset in offset()) {
        passes((Time { instant, offset: Some(offset) }, Time::utc(instant), DateTime { instant, offset }));
        let zoned = instant.in_tz("America/New_York").unwrap();
        passes((TimeWithZone::from(zoned),));
    }

    #[test]
    fn texts_pass(text: String) {
        passes((Symbol::new(text.clone()), Module(text.clone()), BigDecimal(text.clone())));
        if !text.is_empty() {
            let record = GlobalId::new("example", "Person", &text).unwrap();
            prop_assert_eq!(record.id(), text);
            passes((record,));
        }
    }

    #[test]
    fn durations_pass(duration: Duration) {
        passes((DurationValue::from(duration),));
        if duration.subsec_nanos() == 0 {
            prop_assert_eq!(Duration::try_from(&DurationValue::from(duration)), Ok(duration));
        }
    }

    #[test]
    fn ranges_pass(begin: Option<i32>, end: Option<i32>, exclude_end: bool) {
        passes((Range { begin, end, exclude_end },));
    }

    #[test]
    fn any_json_passes_untouched(number in "-?[1-9][0-9]{0,40}", text: String) {
        let json = format!("[{number},{{\"_aj_serialized\":\"Nope\",\"v\":{}}}]", serde_json::to_string(&text).unwrap());
        let raw: Vec<RawArgument> = arguments(&json).decode().unwrap();
        prop_assert_eq!(encoded(&raw), json);
    }

    #[test]
    fn garbage_is_refused_without_a_panic(text: String) {
        if let Ok(raw) = RawValue::from_string(format!("[{text}]")) {
            let arguments = Arguments::from_raw(raw).unwrap();
            let _ = (arguments.decode::<Invoice>(), arguments.decode::<(Shape, Symbol)>(), arguments.to_keywords());
        }
    }
}
