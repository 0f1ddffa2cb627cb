//! Jobs that go through elements, stop and go on: in the keys in which Sidekiq 7.3 and 8 keep where they stopped.

use egret_peers::place::Place;
use egret_scenarios::patience::{holds, wait_for};
use rustix::process::Signal;
use serde_json::json;

use crate::place;

/// What the job `Walk` has gone through.
const WALKED: &str = "peers:walked";

/// The state of a job goes a moment after its code has told that it is done.
fn wait_until_forgotten(place: &Place, key: &str) {
    wait_for("no state of a job that is done", || {
        let left: usize = place.database.ask(&["EXISTS", key]);
        holds(left == 0, || left.to_string())
    });
}

#[test]
fn i1_i4_a_job_that_a_stop_finds_between_two_elements_goes_on_there() {
    let place = place();
    let jid = place.enqueue_native("Walk", &json!([11, 5]), &json!({"retry": true}));
    let walked = || -> Vec<u64> { place.database.ask(&["LRANGE", WALKED, "0", "-1"]) };
    let mut egret = place.egret();
    wait_for("five elements", || holds(walked().len() == 5, || format!("{:?}", walked())));
    egret.signal(Signal::TERM);
    egret.wait_for_success();
    let key = format!("it-{jid}");
    let state: std::collections::BTreeMap<String, String> = place.database.ask(&["HGETALL", &key]);
    assert_eq!((state["ex"].as_str(), state["c"].as_str()), ("1", "5"), "{state:?}");
    assert!(state["rt"].parse::<f64>().is_ok() && place.database.ask::<i64>(&["TTL", &key]) > 2_500_000);
    let waiting: Vec<String> = place.database.ask(&["LRANGE", "queue:default", "0", "-1"]);
    let job: serde_json::Value = serde_json::from_str(&waiting[0]).unwrap();
    assert_eq!((waiting.len(), job["jid"].as_str(), job.get("retry_count")), (1, Some(jid.as_str()), None));
    assert_eq!(place.database.ask::<usize>(&["EXISTS", "retry", "dead"]), 0);
    place.database.open_gate();
    let _egret = place.egret();
    place.database.wait_for_done("Walk");
    assert_eq!(walked(), (0..11).collect::<Vec<_>>(), "each once, in order");
    wait_until_forgotten(&place, &key);
}

#[test]
fn i1_a_job_that_ruby_has_stopped_goes_on_here() {
    let place = place();
    place.database.open_gate();
    let jid = place.enqueue_native("Walk", &json!([30, 100]), &json!({}));
    // As 8.1.7 leaves it.
    place.database.ask::<()>(&["HSET", &format!("it-{jid}"), "ex", "1", "c", "24", "rt", "12.005868977999853"]);
    let _egret = place.egret();
    place.database.wait_for_done("Walk");
    let walked: Vec<u64> = place.database.ask(&["LRANGE", WALKED, "0", "-1"]);
    assert_eq!(walked, (24..30).collect::<Vec<_>>());
}

#[test]
fn i6_a_job_that_was_cancelled_before_it_begins_does_nothing_and_leaves_nothing() {
    let place = place();
    place.database.open_gate();
    let jid = place.enqueue_native("Walk", &json!([11, 100]), &json!({}));
    let key = format!("it-{jid}");
    // As `cancel!` of 7.3.3 to 8.1 does it, which Ruby itself then stumbles over.
    place.database.ask::<()>(&["HSETNX", &key, "cancelled", "1795458400"]);
    let _egret = place.egret();
    wait_for("an end of the job", || {
        let left: usize = place.database.ask(&["EXISTS", &key, "queue:default"]);
        holds(left == 0, || left.to_string())
    });
    assert_eq!(place.database.ask::<usize>(&["EXISTS", WALKED, "retry", "dead"]), 0);
}

#[test]
fn i3_an_error_leaves_the_element_at_which_it_came() {
    let place = place();
    place.database.open_gate();
    let jid = place.enqueue_native("Stumble", &json!([11, 5]), &json!({"retry": true}));
    let _egret = place.egret();
    let key = format!("it-{jid}");
    wait_for("a retry", || {
        let retries: usize = place.database.ask(&["ZCARD", "retry"]);
        holds(retries == 1, || retries.to_string())
    });
    assert_eq!(place.database.ask::<String>(&["HGET", &key, "c"]), "5");
    place.application.run(["jobs", "run-now", &jid]);
    place.database.wait_for_done("Stumble");
    let walked: Vec<u64> = place.database.ask(&["LRANGE", WALKED, "0", "-1"]);
    assert_eq!(walked, (0..11).collect::<Vec<_>>(), "the first five are not done again");
    wait_until_forgotten(&place, &key);
}

#[test]
fn i5_a_job_whose_time_is_over_makes_room_and_goes_on() {
    let place = place();
    let jid = place.enqueue_native("Stroll", &json!([3]), &json!({}));
    let _egret = place.egret();
    assert_eq!(place.database.wait_for_done("Stroll").run, Some(4), "a run for each element, and one that finds none");
    let walked: Vec<u64> = place.database.ask(&["LRANGE", WALKED, "0", "-1"]);
    assert_eq!(walked, [0, 1, 2]);
    wait_until_forgotten(&place, &format!("it-{jid}"));
}
