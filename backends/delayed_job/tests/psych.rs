//! Beside Ruby itself: what it writes and reads is what we write and read.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::io::{BufRead, BufReader, Write};
use std::path::Path;
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};

use egret_delayed_job::ruby::{self, Value};
use egret_delayed_job::yaml::{self, Limits, Node, ScalarStyle, read, write};
use proptest::prelude::*;
use proptest::test_runner::{Config, TestRunner};
use serde_json::{Value as Json, json};

/// A Ruby that answers.
struct Ruby {
    child: Child,
    input: ChildStdin,
    output: BufReader<ChildStdout>,
}

impl Ruby {
    fn start() -> Self {
        let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/psych.rb");
        let mut child = Command::new("ruby")
            .arg("-Ku")
            .arg(script)
            .env("LC_ALL", "C.UTF-8")
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .expect("ruby is installed; scripts/needs does it");
        let input = child.stdin.take().unwrap();
        let output = BufReader::new(child.stdout.take().unwrap());
        Self { child, input, output }
    }

    fn ask(&mut self, request: &Json) -> Json {
        writeln!(self.input, "{request}").unwrap();
        let mut line = String::new();
        self.output.read_line(&mut line).unwrap();
        serde_json::from_str(&line).unwrap_or_else(|error| panic!("{error}: {line:?} for {request}"))
    }

    /// What it writes, unless it fails to.
    fn writes(&mut self, value: &Json) -> Option<String> {
        self.ask(&json!({ "write": value }))["text"].as_str().map(str::to_owned)
    }

    fn reads(&mut self, text: &str) -> Json {
        self.ask(&json!({ "read": text }))
    }
}

impl Drop for Ruby {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn runner() -> TestRunner {
    TestRunner::new(Config { cases: 1_500, max_shrink_iters: 3_000, failure_persistence: None, ..Config::default() })
}

fn text() -> impl Strategy<Value = String> {
    let pieces = prop::sample::select(vec![
        "a",
        "B",
        "0",
        "1",
        "8",
        "9",
        "_",
        ".",
        ",",
        ":",
        "-",
        "?",
        "#",
        "&",
        "*",
        "!",
        "|",
        ">",
        "'",
        "\"",
        "%",
        "@",
        "`",
        "{",
        "}",
        "[",
        "]",
        "<<",
        "=",
        "~",
        "\\",
        "/",
        " ",
        "  ",
        "\t",
        "\n",
        "\n\n",
        "\r\n",
        "---",
        "...",
        "yes",
        "null",
        "+",
        "e",
        "0x",
        "0b",
        "12:30",
        "2026-01-02",
        "03:04:05",
        "T",
        "Z",
        ".inf",
        "日本",
        "語\n",
        "é",
        "😀",
        "\u{feff}",
        "\u{a0}",
        "\0",
        "\u{1b}",
        "\u{7f}",
        "\u{fffe}",
        "word word word word word word word word word word word word word word ",
    ]);
    prop::collection::vec(pieces, 0..7).prop_map(|pieces| pieces.concat())
}

/// Finite floats, but for those to which two shortest texts are equally near: Ruby and Rust choose differently, and both read
/// either as the same number.
fn number() -> impl Strategy<Value = f64> {
    any::<f64>().prop_filter("a float with one shortest text", |number| {
        number.is_finite() && !(1e9..1e16).contains(&number.abs())
    })
}

fn json_value() -> impl Strategy<Value = Json> {
    let leaf = prop_oneof![
        Just(Json::Null),
        any::<bool>().prop_map(|truth| json!(truth)),
        any::<i64>().prop_map(|number| json!(number)),
        number().prop_map(|number| json!(number)),
        text().prop_map(|text| json!(text)),
    ];
    leaf.prop_recursive(4, 30, 5, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..5).prop_map(Json::Array),
            prop::collection::vec((text(), inner), 0..5).prop_map(|pairs| Json::Object(pairs.into_iter().collect())),
        ]
    })
}

/// The value as a tree, styles chosen by us.
fn tree(value: &Json) -> Node {
    match value {
        Json::Null => yaml::null(),
        Json::Bool(truth) => Node::scalar(truth.to_string(), ScalarStyle::Plain),
        Json::Number(number) if number.is_f64() => yaml::float(number.as_f64().unwrap()),
        Json::Number(number) => yaml::integer(number.to_string()),
        Json::String(text) => yaml::string(text),
        Json::Array(items) => Node::sequence(items.iter().map(tree).collect()),
        Json::Object(pairs) => {
            Node::mapping(pairs.iter().map(|(key, value)| (yaml::string(key), tree(value))).collect())
        }
    }
}

fn described(value: &Value) -> Json {
    match value {
        Value::Null => Json::Null,
        Value::Bool(truth) => json!(truth),
        Value::Integer(digits) => json!({ "integer": digits }),
        Value::Float(number) if number.is_nan() => json!({ "float": "NaN" }),
        Value::Float(number) if number.is_infinite() => {
            json!({ "float": if *number > 0.0 { "Infinity" } else { "-Infinity" } })
        }
        Value::Float(number) => {
            let text = write(&yaml::float(*number));
            json!({ "float": text.trim_start_matches("--- ").trim_end() })
        }
        Value::Text(text) => json!(text),
        Value::Symbol(name) => json!({ "symbol": name }),
        Value::List(items) => items.iter().map(described).collect(),
        Value::Map(pairs) => {
            let pairs: Vec<Json> = pairs.iter().map(|(key, value)| json!([described(key), described(value)])).collect();
            json!({ "map": pairs })
        }
        other => json!({ "other": other.class() }),
    }
}

#[test]
fn writes_and_reads_any_value_as_ruby_does() {
    let ruby = std::cell::RefCell::new(Ruby::start());
    let outcome = runner().run(&json_value(), |value| {
        let ours = write(&tree(&value));
        let mut ruby = ruby.borrow_mut();
        if let Some(theirs) = ruby.writes(&value) {
            prop_assert_eq!(&ours, &theirs);
        }
        let back = read(&ours, Limits::default()).map_err(|error| TestCaseError::fail(format!("{error}\n{ours}")))?;
        let back = ruby::value(&back, Limits::default()).unwrap();
        let theirs = ruby.reads(&ours);
        prop_assert_eq!(described(&back), theirs["value"].clone(), "\n{}", ours);
        Ok(())
    });
    outcome.unwrap();
}

/// A string that Ruby's reader fails at takes the whole job with it, which is then deleted.
#[test]
fn writes_strings_that_ruby_reads_though_it_cannot_write_them() {
    let mut ruby = Ruby::start();
    for text in ["0b_", "0x_", "0x,_", "-0b,", "+0x_", ".e+5", "-.E-3", "0b", "0x", ".e5", "0_", "0,"] {
        let written = write(&yaml::string(text));
        assert_eq!(ruby.reads(&written), json!({ "value": text }), "{written}");
    }
}

#[test]
fn writes_large_floats_with_fractions_as_ruby_does() {
    let mut ruby = Ruby::start();
    for number in [3476960003398409.5, -3476960003398409.5, 1e15, 1234567890123456.0, 999999999999999.9, 1e16, 0.0001] {
        assert_eq!(Some(write(&yaml::float(number))), ruby.writes(&json!(number)), "{number}");
    }
}

#[test]
fn takes_any_bare_scalar_for_what_ruby_does() {
    let pieces = prop::sample::select(vec![
        "0", "1", "7", "8", "60", "30", "2026", "-01", "-1", "-13", "-31", ":", ":30", ":05", ":60", ".", ".5", ",",
        "_", "+", "-", "e", "E+3", "e-5", "e3", "x", "0x", "0b", "0o", "f", "F", "T", "Z", " ", " Z", "+09:00",
        "-0900", ".inf", ".NaN", ".Inf", "nan", "yes", "No", "on", "OFF", "null", "~", "true", "tRue", ":a", ":\"",
        "'", "a", "日", "=", "<<", "/",
    ]);
    let scalars = prop::collection::vec(pieces, 1..7).prop_map(|pieces| pieces.concat());
    let ruby = std::cell::RefCell::new(Ruby::start());
    let outcome = runner().run(&scalars, |scalar| {
        let document = format!("- {scalar}\n");
        let Ok(back) = read(&document, Limits::default()) else { return Ok(()) };
        let theirs = ruby.borrow_mut().reads(&document);
        let is_bare = back.items().is_some_and(|items| items.len() == 1 && items[0].text() == Some(scalar.as_str()));
        if !is_bare || theirs.get("value").is_none() {
            return Ok(());
        }
        let back = ruby::value(&back, Limits::default()).unwrap();
        prop_assert_eq!(described(&back), theirs["value"].clone(), "{}", scalar);
        Ok(())
    });
    outcome.unwrap();
}

#[test]
fn writes_symbols_that_ruby_reads_back() {
    let ruby = std::cell::RefCell::new(Ruby::start());
    let outcome = runner().run(&text(), |name| {
        let document = write(&Node::sequence(vec![yaml::symbol(&name)]));
        let theirs = ruby.borrow_mut().reads(&document);
        prop_assert_eq!(theirs["value"].clone(), json!([{ "symbol": name }]), "\n{}", document);
        Ok(())
    });
    outcome.unwrap();
}
