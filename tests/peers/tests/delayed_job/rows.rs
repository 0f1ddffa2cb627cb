//! Rows that one of the sides cannot run.

use egret_peers::delayed_job::table::Kind;
use egret_scenarios::patience::wait_for;
use serde_json::json;

use crate::{marsh, stop};

pub(crate) fn a36_rows_of_which_rubys_workers_die_do_not_stop_ours(kind: Kind) {
    let marsh = marsh(kind);
    // No YAML, and no word by which Ruby could name it.
    let broken = marsh.ruby.ask("insert", json!({ "handler": "--- {a: [1, 2\n" }));
    let mut worker = marsh.worker();
    assert!(!worker.wait().success(), "Ruby's worker dies of it: {}", worker.log());
    let before = marsh.row();
    assert!(before["locked_by"].is_null() && before["attempts"] == 0, "{before}");

    let mut egret = marsh.egret();
    marsh.application.run(["enqueue-for", "active-job", "Blot", "[\"a\"]"]);
    let blot = marsh.wait_for_row("the failure with a text that is none", |row| row["attempts"] == 1);
    assert!(blot["last_error"].as_str().unwrap().starts_with("a\u{2400}鷺"), "{blot}");
    assert!(blot["locked_by"].is_null(), "{blot}");
    marsh.ruby.ask("perform_later", json!({ "class": "Echo", "arguments": [1, 2, 3] }));
    assert_eq!(marsh.database.wait_for_done("Echo").side, "egret", "and it goes on");
    assert!(egret.runs());
    let after = marsh.rows().into_iter().find(|row| row["id"] == broken).unwrap();
    assert_eq!(after, before, "left as it was");
    let log = egret.log();
    let words = format!("row={broken}");
    let lines = log.lines().filter(|line| line.contains("cannot be read") && line.contains(&words)).count();
    assert_eq!(lines, 1, "said once: {log}");
}

/// No server takes a text that is no UTF-8: Ruby's worker cannot save it, and leaves the row to the next one, which dies of it as
/// well. SQLite takes any bytes.
pub(crate) fn a36_an_error_of_rubys_that_is_no_text_does_not_stop_ours(kind: Kind) {
    let marsh = marsh(kind);
    marsh.ruby.ask("perform_later", json!({ "class": "Blot", "arguments": ["a"] }));
    let before = marsh.row();
    let mut worker = marsh.worker();
    let n_failed = match kind {
        Kind::Sqlite => {
            worker.wait_for_words("1 failed");
            stop(worker);
            let jobs = marsh.application.json(["jobs", "list", "--json"]);
            let error = jobs["items"][0]["error"]["message"].as_str().unwrap();
            assert_eq!(error, "a\u{fffd}\u{fffd}", "{jobs}");
            jobs["items"][0]["attempt"].as_u64().unwrap()
        }
        Kind::Postgres | Kind::Mysql => {
            assert!(!worker.wait().success(), "Ruby's worker dies of it: {}", worker.log());
            assert_eq!(marsh.row(), before, "it is free, and nobody has counted");
            0
        }
    };
    marsh.make_due();
    let mut egret = marsh.egret();
    marsh.database.wait_for_told(1, "failed", "Blot");
    let blot = wait_for("our failure", || {
        let jobs = marsh.application.json(["jobs", "list", "--json"]);
        let job = jobs["items"][0].clone();
        let is_ours = job["attempt"].as_u64() > Some(n_failed) && job["state"] == "retryable";
        if is_ours { Ok(job) } else { Err(jobs.to_string()) }
    });
    assert_eq!(blot["error"]["message"], "a\u{0}鷺", "{blot}");
    marsh.ruby.ask("perform_later", json!({ "class": "Echo", "arguments": [1, 2, 3] }));
    assert_eq!(marsh.database.wait_for_done("Echo").side, "egret", "and it goes on");
    assert!(egret.runs());
}

pub(crate) fn a_class_that_we_do_not_know_is_left_to_ruby(kind: Kind) {
    let marsh = marsh(kind);
    marsh.ruby.ask("perform_later", json!({ "class": "OnlyRuby", "arguments": ["first"] }));
    let before = marsh.row();
    let _egret = marsh.egret();
    // Nobody has taken it for longer than an idle worker of Ruby's would need.
    let put_off = marsh.wait_for_row("a row that is put off", |row| row["run_at"] != before["run_at"]);
    assert!(put_off["locked_by"].is_null() && put_off["attempts"] == 0 && put_off["last_error"].is_null(), "{put_off}");
    assert!(put_off["run_at"].as_f64().unwrap() > before["run_at"].as_f64().unwrap() + 5.0, "{put_off}");
    let _worker = marsh.worker();
    assert_eq!(marsh.database.wait_for_done("OnlyRuby").side, "ruby");
    marsh.wait_for_no_row();
}
