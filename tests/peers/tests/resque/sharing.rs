//! Both work on the same queue.

use std::collections::BTreeMap;

use egret_peers::place::Place;
use egret_peers::told::{SIDES, TALLY};
use egret_scenarios::patience::{holds, wait_for};
use egret_scenarios::scale::scaled;
use serde_json::json;

use crate::place;

/// Waits until somebody counted: whoever is there alone, and looks less often than ours.
pub(crate) fn wait_for_work(place: &Place) {
    wait_for("a first job", || {
        let n_counted: u64 = place.database.ask(&["HLEN", TALLY]);
        holds(n_counted > 0, || "none".to_owned())
    });
}

#[test]
fn a41_each_job_of_a_queue_that_both_empty_runs_once() {
    let place = place();
    let companion = place.node_companion();
    let count = scaled(20_000);
    let arguments: Vec<[usize; 1]> = (0..count).map(|number| [number]).collect();
    let _node = place.node_worker("default");
    companion.ask("bulk", json!({"queue": "default", "class": "Tally", "args": arguments[..count / 2]}));
    wait_for_work(&place);
    let _egret = place.egret();
    companion.ask("bulk", json!({"queue": "default", "class": "Tally", "args": arguments[count / 2..]}));
    let tally = wait_for("the tally of every job", || {
        let tally: BTreeMap<u64, u64> = place.database.ask(&["HGETALL", TALLY]);
        if tally.len() == count { Ok(tally) } else { Err(format!("{} of {count}", tally.len())) }
    });
    assert!(tally.values().all(|runs| *runs == 1), "{:?}", tally.iter().find(|(_, runs)| **runs > 1));
    let sides: BTreeMap<String, u64> = place.database.ask(&["HGETALL", SIDES]);
    assert!(sides.contains_key("node") && sides.contains_key("egret"), "{sides:?}");
    assert_eq!(companion.ask("failed", json!({})), json!([]));
}
