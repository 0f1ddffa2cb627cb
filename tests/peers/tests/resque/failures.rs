//! Failures that cross sides.

use egret_peers::companion::Companion;
use egret_scenarios::patience::wait_for;
use serde_json::{Value, json};

use crate::place;

fn only_failure(companion: &Companion) -> Value {
    wait_for("a failure", || {
        let failed = companion.ask("failed", json!({}));
        match failed.as_array().unwrap().as_slice() {
            [failure] => Ok(failure.clone()),
            other => Err(format!("{other:?}")),
        }
    })
}

#[test]
fn what_failed_here_is_tried_again_by_node() {
    let place = place();
    let companion = place.node_companion();
    companion.ask("enqueue", json!({"queue": "default", "class": "FailTimes", "args": [1, "m"]}));
    let egret = place.egret();
    let failure = only_failure(&companion);
    assert_eq!((&failure["error"], &failure["queue"]), (&json!("run 1 of m fails: 鷺"), &json!("default")));
    assert_eq!((&failure["payload"]["class"], &failure["payload"]["args"]), (&json!("FailTimes"), &json!([1, "m"])));
    drop(egret);
    let _node = place.node_worker("default");
    companion.ask("retry", json!({}));
    assert_eq!(place.database.wait_for_done("FailTimes").side, "node");
    assert_eq!(companion.ask("failed", json!({})), json!([]));
}

#[test]
fn what_failed_at_nodes_is_run_by_us_when_it_is_tried_again() {
    let place = place();
    let companion = place.node_companion();
    companion.ask("enqueue", json!({"queue": "default", "class": "FailTimes", "args": [1, "m"]}));
    let node = place.node_worker("default");
    let failure = only_failure(&companion);
    assert_eq!(failure["exception"], "RangeError");
    drop(node);
    let _egret = place.egret();
    companion.ask("retry", json!({}));
    let done = place.database.wait_for_done("FailTimes");
    assert_eq!((done.side.as_str(), done.run), ("egret", Some(2)));
}

#[test]
fn a_class_that_we_do_not_know_goes_to_the_failures() {
    let place = place();
    let companion = place.node_companion();
    companion.ask("enqueue", json!({"queue": "default", "class": "OnlyNode", "args": []}));
    let _egret = place.egret();
    let failure = only_failure(&companion);
    assert_eq!(failure["payload"]["class"], "OnlyNode");
}
