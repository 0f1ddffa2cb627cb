//! Handlers as jobs: what each sample means, which payload it becomes, and what is written back.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::path::{Path, PathBuf};

use egret_core::{JobData, JobId};
use egret_delayed_job::handler::{self, HandlerError};
use egret_delayed_job::ruby::{self, Value};
use egret_delayed_job::yaml::{Limits, Zone, read};
use serde_json::value::RawValue;
use serde_json::{Value as Json, json};

#[test]
fn reads_every_handler_as_ruby_does() {
    let mut n_handlers = 0;
    for index in ["plain", "more", "activejob"] {
        let index = std::fs::read_to_string(samples().join(format!("handlers/index_{index}.json"))).unwrap();
        for entry in serde_json::from_str::<Vec<Json>>(&index).unwrap() {
            let file = entry["file"].as_str().unwrap();
            let tree = read(&std::fs::read_to_string(samples().join(file)).unwrap(), Limits::default()).unwrap();
            let value = ruby::value(&tree, Limits::default()).unwrap();
            assert_eq!(neutral(&value), entry["decoded"], "{file}");
            n_handlers += 1;
        }
    }
    assert_eq!(n_handlers, 38);
}

#[test]
fn names_jobs_as_the_worker_shows_them() {
    for index in ["plain", "more"] {
        let index = std::fs::read_to_string(samples().join(format!("handlers/index_{index}.json"))).unwrap();
        for entry in serde_json::from_str::<Vec<Json>>(&index).unwrap() {
            let data = decode_file(entry["file"].as_str().unwrap());
            assert_eq!(data.job_class, entry["display_name"].as_str().unwrap());
            assert_eq!(data.job_id, JobId::new("delayed_job-7"));
            assert_eq!(data.native.unwrap().format, handler::FORMAT);
        }
    }
}

#[test]
fn gives_the_payload_of_active_job_and_writes_its_bytes_back() {
    for file in activejob_files() {
        let text = std::fs::read_to_string(&file).unwrap();
        let data = handler::decode(&text, 7, Limits::default()).unwrap();
        assert!(data.native.is_none());
        assert_eq!(handler::encode_changed(&data, &text, Limits::default()).unwrap(), text, "{}", file.display());
        let is_decimal_left_to_yaml = text.contains("BigDecimal");
        if !is_decimal_left_to_yaml {
            // Active Job 6.1 wrote whole seconds, later ones nine digits.
            let text = text.replace(":15Z'\n", ":15.000000000Z'\n");
            assert_eq!(handler::encode(&data, Limits::default()).unwrap(), text, "{}", file.display());
        }
    }
}

#[test]
fn changes_only_what_a_retry_changes() {
    let text = std::fs::read_to_string(samples().join("handlers/42_activejob_serialized_types.yml")).unwrap();
    let mut data = handler::decode(&text, 7, Limits::default()).unwrap();
    data.executions = 1;
    data.set_extra("mark", RawValue::from_string(r#"{"n":"yes"}"#.to_owned()).unwrap());
    let expected = text.replace("executions: 0\n", "executions: 1\n") + "  mark:\n    \"n\": 'yes'\n";
    assert_eq!(handler::encode_changed(&data, &text, Limits::default()).unwrap(), expected);
}

#[test]
fn keeps_no_alias_whose_node_was_replaced() {
    let text = "--- !ruby/object:ActiveJob::QueueAdapters::DelayedJobAdapter::JobWrapper\njob_data:\n  job_class: A\n  \
                job_id: '1'\n  exception_executions: &1\n    a: 1\n  arguments:\n  - *1\n";
    let mut data = handler::decode(text, 7, Limits::default()).unwrap();
    assert_eq!(data.arguments.get(), r#"[{"a":1}]"#);
    data.exception_executions.as_mut().unwrap().insert("a".into(), json!(2));
    let changed = handler::encode_changed(&data, text, Limits::default()).unwrap();
    let back = handler::decode(&changed, 7, Limits::default()).unwrap();
    assert_eq!(back.arguments.get(), r#"[{"a":1}]"#);
    assert_eq!(json!(back.exception_executions), json!({"a": 2}));
}

#[test]
fn gives_method_calls_their_arguments() {
    assert_eq!(
        decode_file("handlers/02_all_scalar_types.yml").arguments.get(),
        concat!(
            r#"[1,2.5,null,true,false,{"_aj_serialized":"ActiveJob::Serializers::SymbolSerializer","value":"sym"},"str","#,
            r#"100000000000000000000,-0.0,1e100,"#,
            r#"{"_aj_serialized":"Egret::Yaml","value":"--- .inf\n"},"#,
            r#"{"_aj_serialized":"Egret::Yaml","value":"--- -.inf\n"},"#,
            r#"{"_aj_serialized":"Egret::Yaml","value":"--- .nan\n"},"#,
            r#"{"_aj_serialized":"Egret::Yaml","value":"--- !ruby/object:Rational\nnumerator: 1\ndenominator: 1\n"},"#,
            r#"{"_aj_serialized":"Egret::Yaml","value":"--- !ruby/object:Complex\nreal: 0\nimage: 2\n"},"#,
            r#"{"_aj_serialized":"ActiveJob::Serializers::RangeSerializer","begin":1,"end":5,"exclude_end":false},"#,
            r#"{"_aj_serialized":"ActiveJob::Serializers::RangeSerializer","begin":"a","end":"c","exclude_end":true},"#,
            r#"{"_aj_serialized":"Egret::Yaml","value":"--- !ruby/regexp /re\\d+/ix\n"},"#,
            r#"{"_aj_serialized":"ActiveJob::Serializers::DateSerializer","value":"2026-01-02"},"#,
            r#"{"_aj_serialized":"ActiveJob::Serializers::DateTimeSerializer","value":"2026-01-02T03:04:05.000000000Z"},"#,
            r#"{"_aj_serialized":"ActiveJob::Serializers::TimeSerializer","value":"2026-01-02T03:04:05.678901000Z"},"#,
            r#"{"_aj_serialized":"ActiveJob::Serializers::TimeSerializer","value":"2026-01-02T03:04:05.000000000+09:00"},"#,
            r#"{"_aj_serialized":"ActiveJob::Serializers::BigDecimalSerializer","value":"1.5"},"#,
            r#"{"_aj_serialized":"ActiveJob::Serializers::ModuleSerializer","value":"String"},"#,
            r#"{"_aj_serialized":"ActiveJob::Serializers::ModuleSerializer","value":"Comparable"},"#,
            r#"{"_aj_serialized":"ActiveJob::Serializers::ModuleSerializer","value":"Foo::Bar"},"#,
            r#"[1,[2,[]]],{"_aj_symbol_keys":[]},"#,
            r#"{"a":{"b":{"c":[null,{"_aj_serialized":"Egret::Yaml","value":"---\n1: 2\n"}],"_aj_symbol_keys":[]},"#,
            r#""_aj_symbol_keys":["b"]},"_aj_symbol_keys":[]},"#,
            r#"{"ind":1,"_aj_hash_with_indifferent_access":true},"#,
            r#"{"_aj_serialized":"Egret::Yaml","value":"--- !ruby/object:Set\nhash:\n  1: true\n  2: true\n"}]"#,
        )
    );
    let on_a_record = decode_file("handlers/07_active_record_receiver.yml");
    assert_eq!(on_a_record.arguments.get(), r#"[{"_aj_globalid":"gid://delayed-job/User/3"},"hi"]"#);
    let with_keywords = decode_file("handlers/06_keyword_args.yml");
    let expected = r#"[{"a":1,"b":{"c":2,"_aj_symbol_keys":["c"]},"_aj_symbol_keys":["a","b"]}]"#;
    assert_eq!(with_keywords.arguments.get(), expected);
}

#[test]
fn gives_members_and_variables_as_keyword_arguments() {
    let newsletter = decode_file("handlers/10_struct_job.yml");
    assert_eq!(
        newsletter.arguments.get(),
        r#"[{"text":"lorem ipsum...","emails":["a@example.com","b@example.com"],"_aj_ruby2_keywords":["text","emails"]}]"#
    );
    assert_eq!(decode_file("handlers/15_empty_object_job.yml").arguments.get(), "[]");
}

#[test]
fn refuses_what_is_no_job() {
    let refused = |text: &str| handler::decode(text, 7, Limits::default()).unwrap_err();
    for (text, class) in [("garbage", "String"), ("---\na: 1\n", "Hash"), ("--- 1\n", "Integer"), ("--- []\n", "Array")]
    {
        assert!(matches!(refused(text), HandlerError::NoJob { class: found } if found == class), "{text}");
    }
    for text in ["", "{bad", "--- !ruby/object:EmptyJob\n  a: b: c\n", "--- *a\n", "--- &1 [*1]\n"] {
        assert!(matches!(refused(text), HandlerError::Yaml(_)), "{text}: {:?}", refused(text));
    }
    let call = "--- !ruby/object:Delayed::PerformableMethod\nobject: !ruby/class User\nargs: []\n";
    assert!(matches!(refused(call), HandlerError::IncompleteCall { part: "method_name" }));
    let wrapper = "--- !ruby/object:ActiveJob::QueueAdapters::DelayedJobAdapter::JobWrapper\njob_data: 1\n";
    assert!(matches!(refused(wrapper), HandlerError::NoPayload(_)));
}

#[test]
fn reads_calls_that_people_wrote() {
    let text = "--- !ruby/object:Delayed::PerformableMethod\nobject: !ruby/class User\nmethod_name: sweep\nargs: [1, \"日本\", {a: 1}]\n";
    let data = handler::decode(text, 7, Limits::default()).unwrap();
    assert_eq!(data.job_class, "User.sweep");
    assert_eq!(data.arguments.get(), r#"[1,"日本",{"a":1,"_aj_symbol_keys":[]}]"#);
}

/// As Ruby, for which each is a variable that is set again.
#[test]
fn of_equal_names_the_last_one_counts() {
    let wrapper = "--- !ruby/object:ActiveJob::QueueAdapters::DelayedJobAdapter::JobWrapper\n\
                   job_data:\n  job_class: First\njob_data:\n  job_class: Second\n  job_id: a\n  arguments: []\n";
    let data = handler::decode(wrapper, 7, Limits::default()).unwrap();
    assert_eq!(data.job_class, "Second");
    let call =
        "--- !ruby/object:Delayed::PerformableMethod\nobject: !ruby/class 'A'\nmethod_name: :b\nargs: []\nargs: [1]\n";
    assert_eq!(handler::decode(call, 7, Limits::default()).unwrap().arguments.get(), "[1]");
    let object = "--- !ruby/struct:A\na: 1\nb: 2\na: 3\n";
    let data = handler::decode(object, 7, Limits::default()).unwrap();
    assert_eq!(data.arguments.get(), r#"[{"a":3,"b":2,"_aj_ruby2_keywords":["a","b"]}]"#);
}

/// Whoever can enqueue here chooses no class that Ruby would build.
#[test]
fn lets_no_text_choose_a_tag() {
    let evil = r#"["--- !ruby/object:Evil {}\n","!ruby/object:Evil","&a","*a",
        {"!ruby/object:Evil":"!ruby/object:Evil {}","<<":{"a":1}},
        {"_aj_serialized":"Egret::Yaml","value":"--- !ruby/object:Evil {}\n"}]"#;
    let mut data = JobData::new("!ruby/object:Evil");
    data.queue_name = Some("!ruby/object:Evil".to_owned());
    data.arguments = RawValue::from_string(evil.split_whitespace().collect()).unwrap();
    let text = handler::encode(&data, Limits::default()).unwrap();
    let tree = read(&text, Limits::default()).unwrap();
    let mut tags = Vec::new();
    collect_tags(&tree, &mut tags);
    tags.dedup();
    assert_eq!(
        tags,
        ["!ruby/object:ActiveJob::QueueAdapters::DelayedJobAdapter::JobWrapper", "tag:yaml.org,2002:str"],
        "{text}"
    );
    let back = handler::decode(&text, 7, Limits::default()).unwrap();
    assert_eq!(serde_json::to_string(&back).unwrap(), serde_json::to_string(&data).unwrap());
}

#[test]
fn writes_calls_and_structs_for_ruby() {
    let raw = |text: &str| RawValue::from_string(text.to_owned()).unwrap();
    let arguments = raw(r#"[1,"yes",{"_aj_serialized":"ActiveJob::Serializers::SymbolSerializer","value":"sym"},
           {"a":1,"s":null,"_aj_symbol_keys":["a"]}]"#);
    let call = handler::MethodCall { class: "Foo::User".into(), method: "sweep!".into(), arguments };
    let expected = "--- !ruby/object:Delayed::PerformableMethod\nobject: !ruby/class 'Foo::User'\nmethod_name: :sweep!\n\
                    args:\n- 1\n- 'yes'\n- :sym\n- :a: 1\n  s:\n";
    assert_eq!(call.to_yaml().unwrap(), expected);
    assert_eq!(handler::encode(&call.to_job().unwrap(), Limits::default()).unwrap(), expected);
    let members = raw(r#"{"text":"lorem ipsum...","emails":["a@example.com","b@example.com"]}"#);
    let newsletter = handler::StructJob { class: "NewsletterJob".into(), members };
    let sample = std::fs::read_to_string(samples().join("handlers/10_struct_job.yml")).unwrap();
    assert_eq!(newsletter.to_yaml().unwrap(), sample);
    for class in ["user", "User {}", "User\n", "", "User::", "!User"] {
        let call = handler::MethodCall { class: class.into(), ..call.clone() };
        assert!(matches!(call.to_yaml(), Err(HandlerError::BadName { .. })), "{class}");
    }
}

fn collect_tags(node: &egret_delayed_job::yaml::Node, tags: &mut Vec<String>) {
    tags.extend(node.tag.clone());
    node.items().unwrap_or_default().iter().for_each(|item| collect_tags(item, tags));
    for (key, value) in node.pairs().unwrap_or_default() {
        collect_tags(key, tags);
        collect_tags(value, tags);
    }
}

fn decode_file(file: &str) -> JobData {
    let text = std::fs::read_to_string(samples().join(file)).unwrap();
    handler::decode(&text, 7, Limits::default()).unwrap_or_else(|error| panic!("{file}: {error}"))
}

fn activejob_files() -> Vec<PathBuf> {
    let mut files: Vec<PathBuf> =
        std::fs::read_dir(samples().join("handlers")).unwrap().map(|entry| entry.unwrap().path()).collect();
    files.retain(|file| file.to_str().unwrap().contains("_activejob_") && file.extension().unwrap() == "yml");
    assert_eq!(files.len(), 8);
    files
}

fn samples() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/samples")
}

/// The value in the JSON of the index files.
fn neutral(value: &Value) -> Json {
    let list = |values: &[Value]| Json::Array(values.iter().map(neutral).collect());
    let pairs = |pairs: &[(Value, Value)]| -> Json {
        pairs.iter().map(|(key, value)| json!([neutral(key), neutral(value)])).collect()
    };
    let named = |pairs: &[(String, Value)]| -> Json {
        Json::Object(pairs.iter().map(|(name, value)| (name.clone(), neutral(value))).collect())
    };
    let moment = |moment: &egret_delayed_job::yaml::Moment| match moment.zone {
        Zone::Utc => format!("{:.9}Z", moment.local),
        Zone::Offset(offset) => format!("{:.9}+{:02}:00", moment.local, offset.seconds() / 3600),
    };
    match value {
        Value::Null => Json::Null,
        Value::Bool(truth) => json!(truth),
        Value::Integer(digits) => serde_json::from_str(digits).unwrap(),
        Value::Float(number) if number.is_nan() => json!({"float": "NaN"}),
        Value::Float(number) if number.is_infinite() => {
            json!({"float": if *number > 0.0 { "Infinity" } else { "-Infinity" }})
        }
        Value::Float(number) => json!({ "float": number }),
        Value::Text(text) => json!(text),
        Value::Binary(base64) => json!({ "binary_base64": base64 }),
        Value::Symbol(name) => json!({ "symbol": name }),
        Value::Decimal(number) => json!({ "decimal": number }),
        Value::Rational(parts) => json!({ "rational": format!("{}/{}", digits(&parts[0]), digits(&parts[1])) }),
        Value::Complex(parts) => json!({ "complex": format!("{}+{}i", digits(&parts[0]), digits(&parts[1])) }),
        Value::Date(day) => json!({ "date": day }),
        Value::Time(time) => json!({ "time": moment(time) }),
        // The index writes the zone of a `DateTime` in digits.
        Value::DateTime(time) => json!({ "datetime": moment(time).replace('Z', "+00:00") }),
        Value::Regexp(text) => json!({ "regexp": text }),
        Value::Range { bounds, excludes_end } => {
            json!({ "range": [neutral(&bounds[0]), neutral(&bounds[1]), excludes_end] })
        }
        Value::Class(name) => json!({ "class": name }),
        Value::Module(name) => json!({ "module": name }),
        Value::List(values) => list(values),
        Value::Map(map) => json!({ "map": pairs(map) }),
        Value::IndifferentMap(map) => json!({ "hwia": pairs(map) }),
        Value::Set(values) => json!({ "set": list(values) }),
        Value::Record { class, id } => json!({ "record": class, "id": neutral(id) }),
        Value::Struct { class, members } => json!({ "struct": class, "members": named(members) }),
        Value::Object { class, variables } => json!({ "object": class, "ivars": named(variables) }),
        other => panic!("{other:?}"),
    }
}

fn digits(value: &Value) -> &str {
    match value {
        Value::Integer(digits) => digits,
        other => panic!("{other:?}"),
    }
}
