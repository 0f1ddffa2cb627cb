//! Who holds a row, and for how long.

use egret_peers::delayed_job::place::{Marsh, Wish};
use egret_peers::delayed_job::table::Kind;
use serde_json::{Value, json};

use crate::{marsh, marsh_with, stop};

/// A lock counts for so many seconds, on both sides.
const RUN_TIME: &str = "4";
const SETTINGS: &str = "delayed_job:\n  max_run_time: 4s\n";

fn hold(marsh: &Marsh) {
    marsh.ruby.ask("perform_later", json!({ "class": "Hold", "arguments": ["m"] }));
}

/// Waits until the job runs, and answers its row.
fn held(marsh: &Marsh) -> Value {
    marsh.database.wait_for_told(1, "begin", "Hold");
    marsh.wait_for_row("a lock", |row| !row["locked_by"].is_null())
}

pub(crate) fn a34_each_respects_the_locks_of_the_other(kind: Kind) {
    let marsh = marsh(kind);
    hold(&marsh);
    let egret = marsh.egret();
    let ours = held(&marsh);
    let name = ours["locked_by"].as_str().unwrap();
    let (begin, pid) = (name.starts_with("host:"), format!(" pid:{} ", egret.pid()));
    assert!(begin && name.contains(&pid) && name.len() <= 255, "people find the process by `{name}`");
    assert_eq!(marsh.ruby.look("work_off"), json!([0, 0]), "Ruby leaves a row that we hold");
    assert_eq!(marsh.row(), ours);
    marsh.database.open_gate();
    assert_eq!(marsh.database.wait_for_done("Hold").side, "egret");
    marsh.wait_for_no_row();
    stop(egret);

    marsh.database.close_gate();
    hold(&marsh);
    let worker = marsh.worker();
    marsh.database.wait_for_told(2, "begin", "Hold");
    let theirs = marsh.wait_for_row("a lock", |row| !row["locked_by"].is_null());
    assert!(theirs["locked_by"].as_str().unwrap().ends_with(&format!(" pid:{}", worker.pid())), "{theirs}");
    let egret = marsh.egret();
    // Ours works meanwhile, and sees who has the row.
    marsh.ruby.ask("perform_later", json!({ "class": "Echo", "arguments": [1, 2, 3] }));
    assert_eq!(marsh.database.wait_for_done("Echo").side, "egret");
    let services = marsh.application.json(["services", "list", "--json"]);
    let pids: Vec<&Value> =
        services["items"].as_array().unwrap().iter().map(|service| &service["process"]["pid"]).collect();
    assert!(pids.contains(&&json!(worker.pid())) && pids.contains(&&json!(egret.pid())), "{services}");
    assert_eq!(marsh.wait_for_only_row(), theirs);
    marsh.database.open_gate();
    let done = marsh.database.wait_for_told(2, "done", "Hold");
    assert_eq!(done[1].side, "ruby");
    marsh.wait_for_no_row();
    assert_eq!(marsh.database.wait_for_told(2, "begin", "Hold").len(), 2, "each ran once");
}

pub(crate) fn a34_each_takes_over_when_the_other_was_killed(kind: Kind) {
    let marsh = marsh_with(kind, Wish { settings: SETTINGS, ..Wish::default() });
    hold(&marsh);
    let mut egret = marsh.egret();
    held(&marsh);
    let worker = marsh.worker_with(&[("MAX_RUN_TIME", RUN_TIME)]);
    egret.kill();
    let begun = marsh.database.wait_for_told(2, "begin", "Hold");
    assert_eq!(begun[1].side, "ruby");
    drop(worker);
    // Killed as well: its lock stays, and nobody knows whether it lives.
    marsh.database.open_gate();
    let _egret = marsh.egret();
    assert_eq!(marsh.database.wait_for_done("Hold").side, "egret");
    marsh.wait_for_no_row();
}

/// Ruby's workers are told of a shorter time than ours, in which a lock of ours would be over if it were not made young again.
pub(crate) fn a_lock_of_ours_is_made_young_again_while_the_job_runs(kind: Kind) {
    let settings = "delayed_job:\n  max_run_time: 40s\n";
    let marsh = marsh_with(kind, Wish { settings, ..Wish::default() });
    hold(&marsh);
    let _egret = marsh.egret();
    let first = held(&marsh)["locked_at"].as_f64().unwrap();
    let _worker = marsh.worker_with(&[("MAX_RUN_TIME", "15")]);
    // A quarter of our time lies between two locks.
    let row = marsh
        .wait_for_row("a lock that would be over", |row| row["locked_at"].as_f64().is_some_and(|at| at > first + 16.0));
    assert!(row["locked_by"].as_str().unwrap().contains(" service:"), "{row}");
    // Ruby's worker works, and has left it.
    marsh.ruby.ask("perform_later", json!({ "class": "OnlyRuby", "arguments": ["m"] }));
    assert_eq!(marsh.database.wait_for_done("OnlyRuby").side, "ruby");
    marsh.database.open_gate();
    marsh.database.wait_for_done("Hold");
    marsh.wait_for_no_row();
    let sides: Vec<String> =
        marsh.database.told().into_iter().filter(|entry| entry.class == "Hold").map(|entry| entry.side).collect();
    assert_eq!(sides, ["egret", "egret"], "it began once and ended once");
}
