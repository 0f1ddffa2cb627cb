//! Who enqueues and who runs: all four combinations, for jobs of Sidekiq's own kind and for those of Active Job.

use egret_peers::place::Place;
use egret_scenarios::patience::wait_for;
use serde_json::{Value, json};

use crate::place;

fn echoed() -> Value {
    json!([7, "白鷺 <&> 'x'", {"list": [null, true, 1.5, {}], "日本": "語"}])
}

/// What `Greet` tells on either side.
fn greeted() -> (Value, Value) {
    let arguments = json!([
        "白鷺",
        {"symbol": "gentle"},
        {"date": "2026-11-28"},
        {"time": "2026-11-28T12:30:00.250000000Z"},
        {"duration": 5400.0},
        {"place": "沼 <&> 'x'", ":deep": [null, 1.5, {"n": 1e20}]},
    ]);
    (arguments, json!({"polite": true, "times": 3}))
}

/// Both jobs were done by the side, with all that they were given.
fn assert_done_by(place: &Place, side: &str) {
    let echo = place.database.wait_for_done("Echo");
    assert_eq!((echo.side.as_str(), echo.arguments), (side, Some(echoed())));
    let greet = place.database.wait_for_done("Greet");
    let (arguments, keywords) = greeted();
    assert_eq!((greet.side.as_str(), greet.arguments, greet.keywords), (side, Some(arguments), Some(keywords)));
}

#[test]
fn j3_z1_ruby_runs_what_we_enqueue() {
    let place = place();
    let jid = place.enqueue_native("Echo", &echoed(), &json!({}));
    place.application.run(["enqueue-for", "active-job", "Greet", "greet", "--queue", "mailers"]);
    let _sidekiq = place.sidekiq();
    assert_done_by(&place, "ruby");
    assert!(!jid.is_empty());
    assert_eq!(place.database.ask::<usize>(&["LLEN", "queue:default"]), 0);
}

#[test]
fn j2_z2_we_run_what_ruby_enqueues() {
    let place = place();
    let companion = place.companion();
    let jid = companion.ask("push", json!({"item": {"class": "Echo", "args": echoed()}}));
    companion.look("greet");
    let _egret = place.egret();
    assert_done_by(&place, "egret");
    assert_eq!(place.database.wait_for_done("Echo").jid.as_deref(), jid.as_str());
    let stats = companion.look("stats");
    assert_eq!((&stats["enqueued"], &stats["retries"], &stats["dead"]), (&json!(0), &json!(0), &json!(0)));
}

#[test]
fn jobs_for_later_run_on_the_other_side() {
    let place = place();
    let companion = place.companion();
    companion.ask("greet", json!({"wait": 1}));
    assert_eq!(companion.look("stats")["scheduled"], 1);
    let egret = place.egret();
    assert_eq!(place.database.wait_for_done("Greet").side, "egret");
    drop(egret);

    place.application.run(["enqueue-for", "sidekiq", "Echo", &echoed().to_string(), "--in", "500"]);
    let scheduled = companion.set("schedule");
    assert_eq!(scheduled[0]["item"]["class"], "Echo");
    let _sidekiq = place.sidekiq();
    assert_eq!(place.database.wait_for_done("Echo").side, "ruby");
}

#[test]
fn a_retry_of_active_job_is_a_new_job_for_either_side() {
    let place = place();
    let companion = place.companion();
    companion.ask("perform_later", json!({"class": "Waver", "arguments": [1, "ours"]}));
    let egret = place.egret();
    place.database.wait_for_told(1, "failed", "Waver");
    let next = wait_for("the next attempt", || {
        let scheduled = companion.set("schedule");
        if scheduled.len() == 1 { Ok(scheduled[0]["item"]["jid"].clone()) } else { Err(format!("{scheduled:?}")) }
    });
    drop(egret);
    companion.ask("due", json!({"name": "schedule", "jid": next}));
    let _sidekiq = place.sidekiq();
    let done = place.database.wait_for_done("Waver");
    assert_eq!((done.side.as_str(), done.executions, done.run), ("ruby", Some(2), Some(2)));
}
