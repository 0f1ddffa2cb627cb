//! Properties of the codec: any text, any tree, any payload.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

mod round_trip;

use egret_core::JobData;
use egret_delayed_job::handler;
use egret_delayed_job::ruby::{self, Value};
use egret_delayed_job::yaml::{Anchor, Content, Layout, Limits, Node, ScalarStyle, read, write};
use proptest::prelude::*;
use serde_json::value::RawValue;
use serde_json::{Value as Json, json};

/// Texts in which YAML sees something.
fn text() -> impl Strategy<Value = String> {
    let pieces = prop::sample::select(vec![
        "a",
        "B",
        "0",
        "1",
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
        "\r",
        "\r\n",
        "---",
        "...",
        "yes",
        "null",
        "日本",
        "語\n",
        "é",
        "😀",
        "\u{85}",
        "\u{2028}",
        "\u{feff}",
        "\u{a0}",
        "\0",
        "\u{1b}",
        "\u{7f}",
        "\u{fffe}",
        "word word word word word word word word word word word word word word word word word ",
    ]);
    prop::collection::vec(pieces, 0..8).prop_map(|pieces| pieces.concat())
}

/// Documents that look like YAML.
fn document() -> impl Strategy<Value = String> {
    let pieces = prop::sample::select(vec![
        "- ",
        "a: ",
        "? ",
        ": ",
        "\n",
        "\n  ",
        "\n    ",
        "  ",
        "[",
        "]",
        "{",
        "}",
        ", ",
        "&a ",
        "*a",
        "!foo ",
        "! ",
        "!!str ",
        "|\n",
        ">\n",
        "|-\n",
        "|2+\n",
        "'",
        "\"",
        "text",
        "1",
        "\\n",
        "# x\n",
        "---\n",
        "...\n",
        "<<: ",
        "日本",
        "~",
        "\t",
        "!ruby/object:A ",
        "\\",
        "\u{2028}",
        "x y",
        "\r\n",
    ]);
    prop::collection::vec(pieces, 0..24).prop_map(|pieces| pieces.concat())
}

fn style() -> impl Strategy<Value = ScalarStyle> {
    prop::sample::select(vec![
        ScalarStyle::Plain,
        ScalarStyle::SingleQuoted,
        ScalarStyle::DoubleQuoted,
        ScalarStyle::Literal,
        ScalarStyle::Folded,
    ])
}

fn tag() -> impl Strategy<Value = Option<String>> {
    let tags = vec!["!ruby/object:A::B", "!ruby/sym", "tag:yaml.org,2002:str", "!日本", "tag:example.com,2000:x y"];
    prop::option::weighted(0.2, prop::sample::select(tags).prop_map(str::to_owned))
}

fn node() -> impl Strategy<Value = Node> {
    let scalar = (tag(), text(), style()).prop_map(|(tag, text, style)| Node {
        tag,
        anchor: None,
        content: Content::Scalar { text, style },
    });
    let layout = prop::sample::select(vec![Layout::Block, Layout::Block, Layout::Flow]).boxed();
    scalar.prop_recursive(5, 40, 5, move |inner| {
        let items = (tag(), prop::collection::vec(inner.clone(), 0..5), layout.clone());
        let pairs = (tag(), prop::collection::vec((inner.clone(), inner), 0..5), layout.clone());
        prop_oneof![
            items.prop_map(|(tag, items, layout)| Node {
                tag,
                anchor: None,
                content: Content::Sequence { items, layout }
            }),
            pairs.prop_map(|(tag, pairs, layout)| Node {
                tag,
                anchor: None,
                content: Content::Mapping { pairs, layout }
            }),
        ]
    })
}

/// Names the nodes in turn, and makes some scalars aliases of what was named before.
fn with_anchors(node: &mut Node, n_named: &mut usize, n_seen: &mut usize, every: usize) {
    *n_seen += 1;
    if *n_seen % every == 1 && *n_named > 0 && matches!(node.content, Content::Scalar { .. }) {
        let number = *n_named;
        *node = Node::new(Content::Alias(Anchor { number, name: number.to_string() }));
        return;
    }
    *n_named += 1;
    node.anchor = Some(Anchor { number: *n_named, name: n_named.to_string() });
    match &mut node.content {
        Content::Sequence { items, .. } => items.iter_mut().for_each(|item| with_anchors(item, n_named, n_seen, every)),
        Content::Mapping { pairs, .. } => pairs.iter_mut().for_each(|(key, value)| {
            with_anchors(key, n_named, n_seen, every);
            with_anchors(value, n_named, n_seen, every);
        }),
        Content::Scalar { .. } | Content::Alias(_) => {}
    }
}

fn json() -> impl Strategy<Value = Json> {
    let leaf = prop_oneof![
        Just(Json::Null),
        any::<bool>().prop_map(|truth| json!(truth)),
        any::<i64>().prop_map(|number| json!(number)),
        any::<u64>().prop_map(|number| json!(number)),
        any::<f64>().prop_filter("JSON has no infinity", |number| number.is_finite()).prop_map(|number| json!(number)),
        text().prop_map(|text| json!(text)),
        any::<String>().prop_map(|text| json!(text)),
    ];
    leaf.prop_recursive(5, 40, 6, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..6).prop_map(Json::Array),
            prop::collection::vec((text(), inner), 0..6).prop_map(|pairs| Json::Object(pairs.into_iter().collect())),
        ]
    })
}

/// What JSON means to Ruby.
fn meant(json: &Json) -> Value {
    match json {
        Json::Null => Value::Null,
        Json::Bool(truth) => Value::Bool(*truth),
        Json::Number(number) if number.is_f64() => Value::Float(number.as_f64().unwrap()),
        Json::Number(number) => Value::Integer(number.to_string()),
        Json::String(text) => Value::Text(text.clone()),
        Json::Array(items) => Value::List(items.iter().map(meant).collect()),
        Json::Object(pairs) => {
            Value::Map(pairs.iter().map(|(key, value)| (Value::Text(key.clone()), meant(value))).collect())
        }
    }
}

/// The texts of a tree in their order.
fn texts(node: &Node) -> Vec<String> {
    let mut found = vec![format!("{:?} {:?}", node.tag.as_deref().filter(|tag| *tag != "!"), node.text())];
    node.items().unwrap_or_default().iter().for_each(|item| found.extend(texts(item)));
    for (key, value) in node.pairs().unwrap_or_default() {
        found.extend(texts(key));
        found.extend(texts(value));
    }
    found
}

/// As many cases as `PROPTEST_CASES` says.
fn config() -> ProptestConfig {
    let cases = std::env::var("PROPTEST_CASES").ok().and_then(|cases| cases.parse().ok()).unwrap_or(2_000);
    ProptestConfig { cases, failure_persistence: None, ..ProptestConfig::default() }
}

proptest! {
    #![proptest_config(config())]

    #[test]
    fn any_document_survives(text in document()) {
        round_trip::check(&text);
    }

    #[test]
    fn any_text_survives(text in any::<String>()) {
        round_trip::check(&text);
    }

    #[test]
    fn any_tree_is_read_as_it_was_written(tree in node()) {
        let written = write(&tree);
        let back = read(&written, Limits::default());
        let back = back.unwrap_or_else(|error| panic!("{error}\n{written}\n{tree:#?}"));
        prop_assert_eq!(texts(&back), texts(&tree), "\n{}", written);
    }

    #[test]
    fn any_tree_with_anchors_is_read_as_it_was_written(tree in node(), every in 2_usize..5) {
        let mut tree = tree;
        with_anchors(&mut tree, &mut 0, &mut 0, every);
        let written = write(&tree);
        let back = read(&written, Limits::default());
        let back = back.unwrap_or_else(|error| panic!("{error}\n{written}\n{tree:#?}"));
        prop_assert_eq!(texts(&back), texts(&tree), "\n{}", &written);
        prop_assert_eq!(write(&back), written);
    }

    #[test]
    fn any_payload_is_read_as_it_was_written(arguments in prop::collection::vec(json(), 0..4), class in text()) {
        let mut data = JobData::new(class);
        data.arguments = RawValue::from_string(serde_json::to_string(&arguments).unwrap()).unwrap();
        let written = handler::encode(&data, Limits::default()).unwrap();
        let back = handler::decode(&written, 1, Limits::default());
        let back = back.unwrap_or_else(|error| panic!("{error:?}\n{written}"));
        prop_assert_eq!(&back.job_class, &data.job_class);
        let tree = read(&written, Limits::default()).unwrap();
        let stored = tree.get("job_data").unwrap().get("arguments").unwrap();
        let stored = ruby::value(stored, Limits::default()).unwrap();
        prop_assert_eq!(stored, meant(&Json::Array(arguments)), "\n{}", &written);
        prop_assert_eq!(&handler::encode(&back, Limits::default()).unwrap(), &written);
        prop_assert_eq!(handler::encode_changed(&back, &written, Limits::default()).unwrap(), written);
    }
}

#[test]
fn samples_survive() {
    let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/samples/handlers");
    for entry in std::fs::read_dir(folder).unwrap() {
        round_trip::check(&std::fs::read_to_string(entry.unwrap().path()).unwrap());
    }
}
