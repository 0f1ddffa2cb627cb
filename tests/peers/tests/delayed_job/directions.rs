//! Who enqueues and who runs.

use egret_peers::delayed_job::place::{Maker, Marsh, Wish};
use egret_peers::delayed_job::table::Kind;
use egret_scenarios::patience::{holds, wait_for};
use serde_json::{Value, json};

use crate::{marsh, marsh_with, stop};

/// What YAML writes in more than one way, and what it reads otherwise than JSON does.
fn odd() -> Value {
    json!([
        "yes",
        "1e3",
        "12:30",
        "0o17",
        "1_000",
        "1,000",
        "2026-01-02",
        ":sym",
        "a: b",
        "- x",
        "#c",
        " lead",
        "trail ",
        "",
        "~",
        "<<",
        "y",
        "nil",
        "日本語",
        "改行\n二行目",
        "x\n",
        "\n\n\n",
        "😀",
        "a\u{2028}b\nc",
        "nul\u{0}",
        "esc\u{1b}[0m",
        "\u{feff}bom",
        "\r\n",
        "\t",
        "\u{85}",
        "word ".repeat(40),
        1,
        -1,
        0.1,
        -0.5,
        1e100,
        1e-7,
        1e15,
        123456789012345678_i64,
        null,
        true,
        [],
        [[1, []]]
    ])
}

fn echoed() -> Value {
    json!([odd(), { "list": [null, true, 1.5, {}], "日本": "語" }, "白鷺 <&> 'x'"])
}

/// The arguments with the marks of Active Job that say which keys are symbols: none.
fn serialized(value: &Value) -> Value {
    match value {
        Value::Array(values) => values.iter().map(serialized).collect(),
        Value::Object(entries) => {
            let entries = entries.iter().map(|(key, value)| (key.clone(), serialized(value)));
            entries.chain([("_aj_symbol_keys".to_owned(), json!([]))]).collect()
        }
        other => other.clone(),
    }
}

fn greeted(marsh: &Marsh, side: &str) {
    let greet = marsh.database.wait_for_done("Greet");
    assert_eq!(greet.side, side);
    let inner = json!({ "n": serde_json::from_str::<Value>("100000000000000000000").unwrap() });
    let expected = json!([
        "白鷺", { "symbol": "gentle" }, { "date": "2026-11-28" }, { "time": "2026-11-28T12:30:00.250000000Z" },
        { "duration": 5400.0 }, { "place": "沼 <&> 'x'", ":deep": [null, 1.5, inner] },
    ]);
    assert_eq!(greet.arguments, Some(expected));
    assert_eq!(greet.keywords, Some(json!({ "polite": true, "times": 3 })));
}

pub(crate) fn a31_ruby_runs_what_we_enqueue(kind: Kind) {
    let marsh = marsh(kind);
    let enqueue = |format: &str, class: &str, arguments: &Value| {
        marsh.application.run(["enqueue-for", format, class, &arguments.to_string(), "--quiet"]);
    };
    enqueue("active-job", "Echo", &serialized(&echoed()));
    marsh.application.run(["enqueue-for", "active-job", "Greet", "greet", "--queue", "mailers"]);
    marsh.application.run(["enqueue-for", "active-job", "Greet", "greet", "--queue", "mailers", "--in", "3600000"]);
    enqueue("method-call", "Peer.tell", &echoed());
    let members = json!({ "text": "二行\nで", "list": odd(), "more": { "k": null } });
    enqueue("struct", "Note", &members);
    assert_eq!(marsh.rows().iter().filter(|row| row["queue"].is_null()).count(), 2, "its own kinds are in no queue");
    let _worker = marsh.worker();
    let told = |class: &str| {
        let done = marsh.database.wait_for_done(class);
        (done.side, done.arguments.unwrap())
    };
    assert_eq!(told("Echo"), ("ruby".to_owned(), echoed()));
    assert_eq!(told("Peer.tell"), ("ruby".to_owned(), echoed()));
    assert_eq!(told("Note"), ("ruby".to_owned(), members));
    greeted(&marsh, "ruby");
    let (later, now) = (marsh.wait_for_only_row(), marsh.ruby.look("now").as_f64().unwrap());
    let wait = later["run_at"].as_f64().unwrap() - now;
    assert!((3_500.0..=3_600.0).contains(&wait), "{later} at {now}");
}

pub(crate) fn a32_we_run_what_ruby_enqueues(kind: Kind) {
    let marsh = marsh(kind);
    let arguments = echoed();
    marsh.ruby.ask("perform_later", json!({ "class": "Echo", "arguments": arguments }));
    marsh.ruby.look("greet");
    marsh.ruby.ask("greet", json!({ "wait": 3_600 }));
    marsh.ruby.ask("delay", json!({ "receiver": "Peer", "method": "tell", "arguments": arguments }));
    let values = json!(["二行\nで", odd(), { "k": null }]);
    marsh.ruby.ask("enqueue", json!({ "class": "Note", "values": values, "options": { "priority": 5 } }));
    marsh.ruby.ask("enqueue", json!({ "class": "Slip", "values": ["沼 😀"], "options": { "queue": "other" } }));
    let _egret = marsh.egret();
    let told = |class: &str| {
        let done = marsh.database.wait_for_done(class);
        (done.side, done.arguments.unwrap())
    };
    assert_eq!(told("Echo"), ("egret".to_owned(), serialized(&arguments)));
    assert_eq!(told("Peer.tell"), ("egret".to_owned(), serialized(&arguments)));
    let note = json!({ "text": values[0], "list": values[1], "more": serialized(&values[2]) });
    assert_eq!(told("Note"), ("egret".to_owned(), note));
    assert_eq!(told("Slip"), ("egret".to_owned(), json!({ "text": "沼 😀" })));
    greeted(&marsh, "egret");
    assert!(marsh.wait_for_only_row()["locked_by"].is_null());
}

pub(crate) fn each_works_on_the_table_that_the_other_has_made(kind: Kind) {
    // Every other test has Ruby make it.
    let marsh = marsh_with(kind, Wish { maker: Maker::Egret, ..Wish::default() });
    marsh.ruby.look("greet");
    let worker = marsh.worker();
    greeted(&marsh, "ruby");
    marsh.wait_for_no_row();
    stop(worker);
    let _egret = marsh.egret();
    marsh.ruby.ask("perform_later", json!({ "class": "Echo", "arguments": [1, 2, 3] }));
    assert_eq!(marsh.database.wait_for_done("Echo").side, "egret");
    marsh.wait_for_no_row();
}

pub(crate) fn each_checks_the_age_of_what_waits_as_the_other_does(kind: Kind) {
    let marsh = marsh(kind);
    let ours = |age: &str| {
        let output = marsh.application.command(["jobs:check", age, "--json"]).output().unwrap();
        let told: Value = serde_json::from_slice(&output.stdout).unwrap();
        (output.status.code(), told["n_late"].as_u64().unwrap())
    };
    let theirs = |age: &str| {
        let output = marsh.rake(&format!("jobs:check[{age}]")).output().unwrap();
        let said = String::from_utf8_lossy(&output.stderr).into_owned();
        let words = said.lines().find(|line| line.contains("have not been processed yet"));
        let count = words.map_or(0, |line| line.split(' ').next().unwrap().parse().unwrap());
        (output.status.code(), count)
    };
    assert_eq!((ours("0"), theirs("0")), ((Some(0), 0), (Some(0), 0)));
    // One of each side's, one that waits for its time, and one that has failed.
    marsh.ruby.ask("perform_later", json!({ "class": "Echo", "arguments": [1, 2, 3] }));
    marsh.ruby.ask("enqueue", json!({ "class": "Slip", "values": ["a"] }));
    marsh.application.run(["enqueue-for", "active-job", "Echo", "[1, 2, 3]", "--in", "3600000"]);
    marsh.application.run(["enqueue-for", "method-call", "Peer.tell", "[1, 2, 3]"]);
    marsh.ruby.ask("age", json!({ "column": "created_at", "seconds": 400 }));
    marsh.application.run(["enqueue-for", "active-job", "Echo", "[4, 5, 6]"]);
    assert_eq!((ours("300"), theirs("300")), ((Some(1), 4), (Some(1), 4)));
    assert_eq!((ours("500"), theirs("500")), ((Some(0), 0), (Some(0), 0)));
    marsh.rake_says("jobs:clear");
    wait_for("nothing, as we see it", || {
        let jobs = marsh.application.json(["jobs", "list", "--json"]);
        holds(jobs["items"].as_array().is_some_and(Vec::is_empty), || jobs.to_string())
    });
}
