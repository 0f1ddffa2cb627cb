//! Who enqueues and who runs.

use egret_scenarios::patience::{holds, wait_for};
use serde_json::{Value, json};

use crate::place;

fn echoed() -> Value {
    json!([7, "白鷺 <&> 'x'", {"list": [null, true, 1.5, {}], "日本": "語"}])
}

#[test]
fn node_runs_what_we_enqueue() {
    let place = place();
    place.application.run(["enqueue-for", "resque", "Echo", &echoed().to_string()]);
    let companion = place.node_companion();
    assert_eq!(companion.ask("length", json!({"queue": "default"})), 1);
    let _node = place.node_worker("default");
    let echo = place.database.wait_for_done("Echo");
    assert_eq!((echo.side.as_str(), echo.arguments), ("node", Some(echoed())));
}

#[test]
fn we_run_what_node_enqueues() {
    let place = place();
    let companion = place.node_companion();
    companion.ask("enqueue", json!({"queue": "default", "class": "Echo", "args": echoed()}));
    let _egret = place.egret();
    let echo = place.database.wait_for_done("Echo");
    assert_eq!((echo.side.as_str(), echo.arguments), ("egret", Some(echoed())));
    wait_for("the figure of what was processed", || {
        let stats = companion.ask("stats", json!({}));
        holds(stats["processed"] == "1" && stats["failed"].is_null(), || stats.to_string())
    });
}

#[test]
fn we_move_and_run_what_node_delays() {
    let place = place();
    let companion = place.node_companion();
    companion.ask("enqueueIn", json!({"queue": "default", "class": "Echo", "args": echoed(), "milliseconds": 500}));
    let _egret = place.egret();
    let echo = place.database.wait_for_done("Echo");
    assert_eq!((echo.side.as_str(), echo.arguments), ("egret", Some(echoed())));
}

#[test]
fn node_moves_and_runs_what_we_delay() {
    let place = place();
    place.application.run(["enqueue-for", "resque", "Echo", &echoed().to_string(), "--in", "1500"]);
    assert_eq!(place.database.ask::<usize>(&["ZCARD", "resque:delayed_queue_schedule"]), 1);
    let (_scheduler, _node) = (place.node_scheduler(), place.node_worker("default"));
    let echo = place.database.wait_for_done("Echo");
    assert_eq!((echo.side.as_str(), echo.arguments), ("node", Some(echoed())));
}
