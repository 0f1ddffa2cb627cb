//! Failures that cross sides.

use egret_peers::companion::Companion;
use egret_peers::place::Place;
use egret_scenarios::patience::wait_for;
use serde_json::{Value, json};

use crate::place;

/// Waits for the only entry of a set, as Ruby reads it.
fn only_entry(companion: &Companion, set: &str) -> Value {
    wait_for(&format!("an entry in `{set}`"), || {
        let entries = companion.set(set);
        if entries.len() == 1 { Ok(entries[0].clone()) } else { Err(format!("{entries:?}")) }
    })
}

fn make_due(companion: &Companion, jid: &Value) {
    companion.ask("due", json!({"name": "retry", "jid": jid}));
}

/// Who ran the mark, run for run.
fn runs(place: &Place) -> Vec<(String, String, u32)> {
    let told = place.database.told().into_iter();
    told.map(|entry| (entry.side, entry.word, entry.run.unwrap())).collect()
}

#[test]
fn z3_a_retry_that_changes_sides_goes_on_counting() {
    let place = place();
    let companion = place.companion();
    let jid = companion.ask("push", json!({"item": {"class": "FailTimes", "args": [3, "m"], "backtrace": true}}));

    let sidekiq = place.sidekiq();
    place.database.wait_for_told(1, "failed", "FailTimes");
    let first = only_entry(&companion, "retry")["item"].take();
    assert_eq!((&first["retry_count"], &first["error_class"]), (&json!(0), &json!("ArgumentError")));
    drop(sidekiq);

    let egret = place.egret();
    make_due(&companion, &jid);
    place.database.wait_for_told(2, "failed", "FailTimes");
    let second = only_entry(&companion, "retry")["item"].take();
    assert_eq!((&second["retry_count"], &second["failed_at"], &second["jid"]), (&json!(1), &first["failed_at"], &jid));
    assert_eq!(second["error_message"], "run 2 of m fails: 鷺");
    assert!(second["retried_at"].as_f64().unwrap() > first["failed_at"].as_f64().unwrap(), "{second}");
    egret.signal(rustix::process::Signal::TERM);
    drop(egret);

    let sidekiq = place.sidekiq();
    make_due(&companion, &jid);
    place.database.wait_for_told(3, "failed", "FailTimes");
    let third = only_entry(&companion, "retry")["item"].take();
    assert_eq!((&third["retry_count"], &third["failed_at"]), (&json!(2), &first["failed_at"]));
    drop(sidekiq);

    let _egret = place.egret();
    make_due(&companion, &jid);
    let done = place.database.wait_for_done("FailTimes");
    assert_eq!(done.jid.as_deref(), jid.as_str());
    let expected = [("ruby", "failed", 1), ("egret", "failed", 2), ("ruby", "failed", 3), ("egret", "done", 4)];
    assert_eq!(runs(&place), expected.map(|(side, word, run)| (side.to_owned(), word.to_owned(), run)));
    assert_eq!(companion.look("stats")["retries"], 0);
}

#[test]
fn a_job_that_we_gave_up_is_revived_by_ruby() {
    let place = place();
    let companion = place.companion();
    place.enqueue_native("FailTimes", &json!([1, "m"]), &json!({"retry": 0}));
    let egret = place.egret();
    let entry = only_entry(&companion, "dead");
    assert_eq!(entry["item"]["error_message"], "run 1 of m fails: 鷺");
    drop(egret);
    let _sidekiq = place.sidekiq();
    companion.ask("act", json!({"name": "dead", "jid": entry["item"]["jid"], "action": "retry"}));
    assert_eq!(place.database.wait_for_done("FailTimes").side, "ruby");
    assert_eq!(companion.set("dead"), Vec::<Value>::new());
}

#[test]
fn a_job_that_ruby_gave_up_is_revived_by_us() {
    let place = place();
    let companion = place.companion();
    let jid = companion.ask("push", json!({"item": {"class": "FailTimes", "args": [1, "m"], "retry": 0}}));
    let sidekiq = place.sidekiq();
    only_entry(&companion, "dead");
    drop(sidekiq);
    let _egret = place.egret();
    place.application.run(["jobs", "retry", jid.as_str().unwrap()]);
    assert_eq!(place.database.wait_for_done("FailTimes").side, "egret");
    assert_eq!(companion.set("dead"), Vec::<Value>::new());
}

#[test]
fn an_active_job_that_nothing_handles_is_sidekiqs_to_retry() {
    let place = place();
    let companion = place.companion();
    companion.ask("perform_later", json!({"class": "Topple", "arguments": ["鷺"]}));
    let _egret = place.egret();
    let entry = only_entry(&companion, "retry");
    assert_eq!((&entry["display_class"], &entry["display_args"]), (&json!("Topple"), &json!(["鷺"])));
    assert_eq!((&entry["item"]["wrapped"], &entry["item"]["retry_count"]), (&json!("Topple"), &json!(0)));
    assert_eq!(entry["item"]["error_message"], "鷺 has toppled");
}

#[test]
fn a_class_that_we_do_not_know_is_left_to_those_who_do() {
    let place = place();
    let companion = place.companion();
    let jid = companion.ask("push", json!({"item": {"class": "OnlyRuby", "args": ["m"]}}));
    let egret = place.egret();
    let entry = only_entry(&companion, "retry");
    assert_eq!((&entry["item"]["class"], &entry["item"]["jid"]), (&json!("OnlyRuby"), &jid));
    drop(egret);
    let _sidekiq = place.sidekiq();
    make_due(&companion, &jid);
    assert_eq!(place.database.wait_for_done("OnlyRuby").side, "ruby");
}
