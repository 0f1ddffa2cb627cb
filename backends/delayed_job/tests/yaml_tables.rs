//! Single values: how Ruby writes them, and what it takes bare scalars for.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use egret_delayed_job::yaml::{self, Limits, Node, Plain, Zone, read, resolve, write};

const WRITTEN: &str = include_str!("samples/yaml_as_ruby_writes_it.tsv");
const READ: &str = include_str!("samples/yaml_scalars_as_ruby_reads_them.tsv");

/// The lines of the part of the table whose heading begins so.
fn part(heading: &str) -> Vec<(&'static str, String)> {
    let lines = WRITTEN.lines().skip_while(|line| !line.starts_with(heading)).skip(1);
    let rows = lines.take_while(|line| !line.starts_with("# ")).map(|line| line.split_once('\t').unwrap());
    let rows: Vec<_> = rows.map(|(value, yaml)| (value, yaml.to_owned())).collect();
    assert!(!rows.is_empty(), "the table has a part {heading}");
    rows
}

/// Ruby's text of a list of one, as the table has it.
fn listed(node: Node) -> String {
    let text = write(&Node::sequence(vec![node]));
    text.strip_prefix("---\n").unwrap().to_owned()
}

#[test]
fn writes_strings_as_ruby_does() {
    for (string, expected) in part("# JSON string") {
        let string: String = serde_json::from_str(string).unwrap();
        let expected: String = serde_json::from_str(&expected).unwrap();
        let written = listed(yaml::string(&string));
        if string.contains('\u{2028}') {
            // Ruby leaves this line end of YAML 1.1 bare; escaped, it is one in both versions.
            assert_eq!(written, format!("- \"{}\"\n", string.replace('\u{2028}', "\\L")));
            continue;
        }
        assert_eq!(written, expected, "{string:?}");
    }
}

#[test]
fn writes_floats_as_ruby_does() {
    for (source, expected) in part("# floats") {
        let number = match source {
            "Infinity" => f64::INFINITY,
            "-Infinity" => f64::NEG_INFINITY,
            "NaN" => f64::NAN,
            digits => digits.parse().unwrap(),
        };
        assert_eq!(write(&yaml::float(number)), format!("--- {expected}\n"), "{source}");
    }
}

#[test]
fn writes_symbols_as_ruby_does() {
    for (source, expected) in part("# symbols") {
        let expected: String = serde_json::from_str(&expected).unwrap();
        let name = source.strip_prefix(':').unwrap();
        let name: String = serde_json::from_str(name).unwrap_or_else(|_| name.to_owned());
        let expected = match name.as_str() {
            // Ruby itself reads what it writes of these as another symbol and as a string.
            "\"q\"" => "- !ruby/symbol \"\\\"q\\\"\"\n".to_owned(),
            "a\nb" => "- !ruby/symbol \"a\\nb\"\n".to_owned(),
            _ => expected,
        };
        assert_eq!(listed(yaml::symbol(&name)), expected, "{source}");
    }
}

#[test]
fn writes_back_other_values() {
    for (source, text) in part("# other values") {
        let text: String = serde_json::from_str(&text).unwrap();
        let tree = read(&text, Limits::default()).unwrap_or_else(|error| panic!("{source}: {error}"));
        assert_eq!(write(&tree), text, "{source}");
    }
}

#[test]
fn takes_bare_scalars_for_what_ruby_does() {
    let mut n_compared = 0;
    for line in READ.lines().filter(|line| !line.starts_with("# ")) {
        let [text, class, value] = line.split('\t').collect::<Vec<_>>()[..] else { panic!("{line}") };
        let Ok(tree) = read(&format!("- {text}\n"), Limits::default()) else {
            assert_eq!(class, "ERROR", "{text} is refused");
            continue;
        };
        let element = &tree.items().unwrap()[0];
        let is_bare = element.tag.is_none() && element.anchor.is_none() && element.text() == Some(text);
        if !is_bare {
            continue; // The scanner takes it for a comment, a tag, a list and the like.
        }
        assert_eq!(described(&resolve(text)), (class.to_owned(), value.to_owned()), "{text}");
        n_compared += 1;
    }
    assert!(n_compared > 110, "{n_compared} scalars compared");
}

/// Class and value as the table names them.
fn described(value: &Plain) -> (String, String) {
    let (class, value) = match value {
        Plain::Null => ("NilClass", "nil".to_owned()),
        Plain::Bool(true) => ("TrueClass", "true".to_owned()),
        Plain::Bool(false) => ("FalseClass", "false".to_owned()),
        Plain::Integer(digits) => ("Integer", digits.clone()),
        Plain::Float(number) if number.is_nan() => ("Float", "NaN".to_owned()),
        Plain::Float(number) if number.is_infinite() => {
            ("Float", if *number > 0.0 { "Infinity" } else { "-Infinity" }.to_owned())
        }
        Plain::Float(number) => {
            let text = write(&yaml::float(*number));
            ("Float", text.trim_start_matches("--- ").trim_end().to_owned())
        }
        Plain::Symbol(name) => {
            let is_bare = name.chars().all(|character| character.is_alphanumeric() || character == '_');
            ("Symbol", if is_bare { format!(":{name}") } else { format!(":{name:?}") })
        }
        // The table has Ruby's inspection, which ends in the reform of the calendar.
        Plain::Date(day) => ("Date", format!("#<Date: {day} ((2461043j,0s,0n),+0s,2299161j)>")),
        Plain::Time(moment) => {
            let zone = match moment.zone {
                Zone::Utc => "UTC".to_owned(),
                Zone::Offset(offset) => {
                    let minutes = offset.seconds() / 60;
                    format!("{}{:02}{:02}", if minutes < 0 { '-' } else { '+' }, minutes.abs() / 60, minutes.abs() % 60)
                }
            };
            ("Time", format!("{} {zone}", moment.local.to_string().replace('T', " ")))
        }
        Plain::Text(text) => ("String", format!("{text:?}")),
    };
    (class.to_owned(), value)
}
