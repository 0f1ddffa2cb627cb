//! Documents that are meant to cost much: each ends in a clear error.

use std::fmt::Write;

use egret_delayed_job::handler::{self, HandlerError};
use egret_delayed_job::yaml::{Limits, YamlError, read};

fn refused(text: &str) -> YamlError {
    match handler::decode(text, 1, Limits::default()) {
        Err(HandlerError::Yaml(error)) => error,
        other => panic!("{other:?}"),
    }
}

#[test]
fn refuses_a_text_that_is_too_long() {
    let text = format!("--- !ruby/struct:A\na: {}\n", "x".repeat(1 << 20));
    assert!(matches!(refused(&text), YamlError::TooLong { limit: 1_048_576, .. }));
}

#[test]
fn refuses_deep_nesting_of_every_kind() {
    let depth = 20_000;
    let block = (0..depth).fold(String::from("--- !ruby/struct:A\n"), |mut text, indent| {
        if indent < 700 {
            writeln!(text, "{}a:", " ".repeat(indent)).unwrap();
        }
        text
    });
    for text in [
        "[".repeat(depth),
        "{a: ".repeat(depth),
        format!("--- !ruby/struct:A\na: {}{}\n", "[".repeat(depth), "]".repeat(depth)),
        format!("{}x\n", "- ".repeat(depth)),
        format!("{}x\n", "? ".repeat(depth)),
        block,
    ] {
        assert!(matches!(refused(&text), YamlError::TooDeep { limit: 100 }), "{}", &text[..20]);
    }
}

#[test]
fn refuses_aliases_that_multiply() {
    let mut lists = String::from("--- !ruby/struct:A\na0: &a0 [x,x,x,x,x,x,x,x,x,x]\n");
    let mut maps = String::from("--- !ruby/struct:A\na0: &a0 {a: 1, b: 2, c: 3}\n");
    let mut merges = String::from("--- !ruby/struct:A\na0: &a0 {a: 1, b: 2, c: 3}\n");
    for level in 1..30 {
        let before = level - 1;
        writeln!(lists, "a{level}: &a{level} [{}]", vec![format!("*a{before}"); 10].join(",")).unwrap();
        writeln!(maps, "a{level}: &a{level} {{a: *a{before}, b: *a{before}, c: *a{before}}}").unwrap();
        writeln!(merges, "a{level}: &a{level} {{<<: [*a{before}, *a{before}, *a{before}]}}").unwrap();
    }
    for text in [lists, maps, merges] {
        assert!(matches!(refused(&text), YamlError::TooManyNodes { limit: 100_000 }), "{text}");
    }
}

#[test]
fn refuses_aliases_that_repeat_a_large_text() {
    let large = "x".repeat(100_000);
    let plain = format!("--- !ruby/struct:A\na: &a {large}\nb: [{}]\n", vec!["*a"; 1_000].join(","));
    let tagged = format!("--- !ruby/struct:A\na: &a !foo [{large}]\nb: [{}]\n", vec!["*a"; 1_000].join(","));
    let named =
        format!("--- !ruby/struct:A\na: &a !ruby/struct:B {{? {large} : 1}}\nb: [{}]\n", vec!["*a"; 1_000].join(","));
    for text in [plain, tagged, named] {
        assert!(matches!(refused(&text), YamlError::TooMuchText { limit: 1_048_576 }));
    }
}

#[test]
fn refuses_an_alias_within_its_own_node() {
    for text in
        ["--- &a !ruby/struct:A\na: *a\n", "--- !ruby/struct:A\na: &a [*a]\n", "--- !ruby/struct:A\na: &a {<<: *a}\n"]
    {
        assert!(matches!(refused(text), YamlError::TooDeep { limit: 100 }), "{text}");
    }
}

#[test]
fn refuses_more_values_than_a_handler_needs() {
    let text = format!("--- !ruby/struct:A\na: [{}]\n", vec!["1"; 200_000].join(","));
    assert!(matches!(refused(&text), YamlError::TooManyNodes { limit: 100_000 }));
}

#[test]
fn follows_an_alias_that_the_limits_allow() {
    let text = "--- !ruby/struct:A\na: &a\n- 1\nb: *a\n";
    let data = handler::decode(text, 1, Limits::default()).unwrap();
    assert_eq!(data.arguments.get(), r#"[{"a":[1],"b":[1],"_aj_ruby2_keywords":["a","b"]}]"#);
    assert_eq!(read(text, Limits::default()).unwrap().get("b").unwrap().text(), None);
}

#[test]
fn refuses_arguments_that_are_nested_too_deeply_to_be_written() {
    for depth in [101, 200_000] {
        let text = format!("{}\"]\\\"[\"{}", "[".repeat(depth), "]".repeat(depth));
        let arguments = serde_json::value::RawValue::from_string(text).unwrap();
        let mut data = egret_core::JobData::new("A");
        data.arguments = arguments.clone();
        let call = handler::MethodCall { class: "A".into(), method: "b".into(), arguments };
        for refused in [handler::encode(&data, Limits::default()), call.to_yaml()] {
            assert!(matches!(refused, Err(HandlerError::Yaml(YamlError::TooDeep { limit: 100 }))), "{depth}");
        }
    }
}
