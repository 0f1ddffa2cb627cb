//! Our workers as others see them.

use egret_scenarios::patience::{holds, wait_for};
use rustix::process::Signal;
use serde_json::json;

use crate::place;

#[test]
fn others_see_what_our_workers_do_and_nothing_is_left_when_they_leave() {
    let place = place();
    let companion = place.node_companion();
    let mut egret = place.egret();
    companion.ask("enqueue", json!({"queue": "default", "class": "Hold", "args": ["m"]}));
    place.database.wait_for_told(1, "begin", "Hold");
    wait_for("the work among that of all workers", || {
        let working = companion.ask("working", json!({}));
        let shown = working.as_object().unwrap().values().any(|work| work["payload"]["class"] == "Hold");
        holds(shown, || working.to_string())
    });
    let workers = companion.ask("workers", json!({}));
    assert!(workers.as_object().unwrap().keys().any(|name| name.contains(&egret.pid().to_string())), "{workers}");
    place.database.open_gate();
    place.database.wait_for_done("Hold");
    egret.signal(Signal::QUIT);
    egret.wait_for_success();
    assert_eq!(companion.ask("workers", json!({})), json!({}));
    let left: Vec<String> = place.database.ask(&["KEYS", "resque:*worker*"]);
    assert!(left.iter().all(|key| !key.contains(&egret.pid().to_string())), "{left:?}");
}

#[test]
fn a22_a_pause_of_all_workers_holds_for_ours() {
    let place = place();
    let companion = place.node_companion();
    place.database.ask::<()>(&["SET", "resque:pause-all-workers", "true"]);
    let monitor = place.database.monitor();
    let _egret = place.egret();
    companion.ask("enqueue", json!({"queue": "default", "class": "Echo", "args": [1, 2, 3]}));
    // Its claims ask for the word in the step in which they would take jobs. Two of them have begun after the job was there.
    for _ in 0..2 {
        monitor.wait_for("lua] \"GET\" \"resque:pause-all-workers\"");
    }
    assert_eq!(companion.ask("length", json!({"queue": "default"})), 1);
    for word in ["TRUE", " true "] {
        place.database.ask::<()>(&["SET", "resque:pause-all-workers", word]);
        monitor.wait_for("lua] \"GET\" \"resque:pause-all-workers\"");
        monitor.wait_for("lua] \"GET\" \"resque:pause-all-workers\"");
        assert_eq!(companion.ask("length", json!({"queue": "default"})), 1, "`{word}`");
    }
    place.database.ask::<()>(&["SET", "resque:pause-all-workers", "false"]);
    assert_eq!(place.database.wait_for_done("Echo").side, "egret");
}

#[test]
fn a21_an_interval_of_nothing_runs_what_is_due_and_leaves() {
    let place = place().with_variable("INTERVAL", "0").with_variable("QUEUE", "default");
    let companion = place.node_companion();
    for number in 0..20 {
        companion.ask("enqueue", json!({"queue": "default", "class": "Echo", "args": [number, 2, 3]}));
    }
    place.egret().wait_for_success();
    assert_eq!(place.database.wait_for_told(20, "done", "Echo").len(), 20);
    companion.ask("enqueue", json!({"queue": "default", "class": "Echo", "args": [1, 2, 3]}));
    place.database.ask::<()>(&["SET", "resque:pause-all-workers", "true"]);
    place.egret().wait_for_success();
    assert_eq!(companion.ask("length", json!({"queue": "default"})), 1, "who is paused leaves as well");
}

#[test]
fn a23_usr2_holds_a_worker_until_cont() {
    let place = place();
    let companion = place.node_companion();
    let egret = place.egret();
    let hold = |mark: &str| companion.ask("enqueue", json!({"queue": "default", "class": "Hold", "args": [mark]}));
    hold("first");
    place.database.wait_for_told(1, "begin", "Hold");
    egret.signal(Signal::USR2);
    let service = || place.application.json(["services", "list", "--json"])["items"][0].clone();
    wait_for("a quiet worker", || {
        let service = service();
        holds(service["phase"] == "quiet", || service.to_string())
    });
    hold("second");
    let mut beat_at = service()["beat_at"].clone();
    for _ in 0..2 {
        beat_at = wait_for("another beat of it", || {
            let now = service()["beat_at"].clone();
            if now == beat_at { Err(now.to_string()) } else { Ok(now) }
        });
    }
    assert_eq!(companion.ask("length", json!({"queue": "default"})), 1, "nothing new begins");
    place.database.open_gate();
    place.database.wait_for_told(1, "done", "Hold");
    assert_eq!(companion.ask("length", json!({"queue": "default"})), 1, "what runs may end");
    egret.signal(Signal::CONT);
    assert_eq!(place.database.wait_for_told(2, "done", "Hold")[1].side, "egret");
}
