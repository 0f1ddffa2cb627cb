//! Failures that cross sides.

use egret_peers::delayed_job::place::{Marsh, Wish};
use egret_peers::delayed_job::table::Kind;
use serde_json::{Value, json};

use crate::{marsh, marsh_with, stop};

/// The clock by which rows are judged.
fn now(marsh: &Marsh) -> f64 {
    marsh.ruby.look("now").as_f64().unwrap()
}

/// Has one side run what is due, which is the only row, and checks what every side must find in it after so many attempts.
/// `seconds` is what the formula says.
fn failed(marsh: &Marsh, attempts: u32, seconds: f64, run: impl Fn(&Marsh)) -> Value {
    marsh.make_due();
    let before = now(marsh);
    run(marsh);
    let after = now(marsh);
    let row = marsh.row();
    assert_eq!(row["attempts"], attempts, "{row}");
    assert!(row["locked_by"].is_null() && row["locked_at"].is_null() && row["failed_at"].is_null(), "{row}");
    let error = row["last_error"].as_str().unwrap();
    assert!(error.starts_with(&format!("run {attempts} of m fails: 鷺")), "{row}");
    // Columns of MariaDB have whole seconds.
    let failed_at = row["run_at"].as_f64().unwrap() - seconds;
    assert!(before - 1.0 <= failed_at && failed_at <= after + 1.0, "{failed_at} between {before} and {after}: {row}");
    row
}

fn by_us(marsh: &Marsh) {
    marsh.application.run(["jobs:workoff"]);
}

fn by_ruby(marsh: &Marsh) {
    assert_eq!(marsh.ruby.look("work_off"), json!([0, 1]));
}

pub(crate) fn a35_either_side_goes_on_counting_the_others_failures(kind: Kind) {
    let marsh = marsh(kind);
    marsh.application.run(["enqueue-for", "active-job", "FailTimes", "[4, \"m\"]"]);
    let first = failed(&marsh, 1, 6.0, by_us);
    let second = failed(&marsh, 2, 21.0, by_ruby);
    assert!(second["last_error"].as_str().unwrap().contains("delayed_jobs.rb"), "{second}");
    let third = failed(&marsh, 3, 86.0, by_us);
    let unchanged = |row: &Value| (row["id"].clone(), row["handler"].clone(), row["created_at"].clone());
    assert_eq!(unchanged(&first), unchanged(&second));
    assert_eq!(unchanged(&second), unchanged(&third));
    failed(&marsh, 4, 261.0, by_ruby);
    marsh.make_due();
    by_us(&marsh);
    let done = marsh.database.wait_for_done("FailTimes");
    assert_eq!((done.side.as_str(), done.run), ("egret", Some(5)));
    assert_eq!(marsh.rows(), [] as [Value; 0]);
    let sides: Vec<String> = marsh.database.told().into_iter().map(|entry| entry.side).collect();
    assert_eq!(sides, ["egret", "ruby", "egret", "ruby", "egret"]);
}

pub(crate) fn a_handled_error_of_active_job_goes_on_on_either_side(kind: Kind) {
    let marsh = marsh(kind);
    marsh.ruby.ask("perform_later", json!({ "class": "Waver", "arguments": [2, "m"] }));
    let egret = marsh.egret();
    marsh.database.wait_for_told(1, "failed", "Waver");
    let row = marsh.wait_for_row("the next attempt", |row| row["handler"].as_str().unwrap().contains("executions: 1"));
    assert_eq!(row["attempts"], 0, "what Active Job handles is no failure of Delayed Job's: {row}");
    stop(egret);
    marsh.make_due();
    let worker = marsh.worker();
    marsh.database.wait_for_told(2, "failed", "Waver");
    marsh.wait_for_row("the next attempt", |row| row["handler"].as_str().unwrap().contains("executions: 2"));
    stop(worker);
    marsh.make_due();
    let _egret = marsh.egret();
    marsh.database.wait_for_done("Waver");
    marsh.wait_for_no_row();
    let told: Vec<(String, Option<u32>)> =
        marsh.database.told().into_iter().map(|entry| (entry.side, entry.executions)).collect();
    assert_eq!(told, [("egret".to_owned(), Some(1)), ("ruby".to_owned(), Some(2)), ("egret".to_owned(), Some(3))]);
}

pub(crate) fn either_side_sees_what_the_other_gave_up(kind: Kind) {
    let settings = "delayed_job:\n  max_attempts: 1\n  destroy_failed_jobs: false\n";
    let marsh = marsh_with(kind, Wish { settings, ..Wish::default() });
    marsh.ruby.ask("perform_later", json!({ "class": "FailTimes", "arguments": [1, "ours"] }));
    let egret = marsh.egret();
    let ours = marsh.wait_for_row("a row that we gave up", |row| !row["failed_at"].is_null());
    assert!(ours["attempts"] == 1 && ours["locked_by"].is_null() && ours["locked_at"].is_null(), "{ours}");
    stop(egret);
    assert_eq!(marsh.ruby.look("work_off"), json!([0, 0]), "Ruby leaves it");
    marsh.ruby.ask("perform_later", json!({ "class": "FailTimes", "arguments": [1, "theirs"] }));
    let worker = marsh.worker_with(&[("MAX_ATTEMPTS", "1"), ("KEEP_FAILED", "1")]);
    marsh.wait_for_row("a row that Ruby gave up", |row| !row["failed_at"].is_null() && row["id"] != ours["id"]);
    // Killed, so that the row keeps its lock, which Ruby's worker takes away only when it ends in order.
    drop(worker);
    let _egret = marsh.egret();
    let jobs = marsh.application.json(["jobs", "list", "--state", "discarded", "--json"]);
    let jobs = jobs["items"].as_array().unwrap().clone();
    assert_eq!(jobs.len(), 2, "{jobs:?}");
    for job in jobs {
        marsh.application.run(["jobs", "retry", job["id"].as_str().unwrap()]);
    }
    assert_eq!(marsh.database.wait_for_told(2, "done", "FailTimes").len(), 2);
    marsh.wait_for_no_row();
}
