//! Processes of ours are killed again and again beside a worker of node's, which goes on: nothing is lost, and nothing lies about
//! that node cannot read.

use std::collections::BTreeMap;

use egret_peers::told::{SIDES, TALLY};
use egret_scenarios::patience::{holds, wait_for};
use egret_scenarios::scale::scaled;
use serde_json::json;

use crate::place;
use crate::sharing::wait_for_work;

/// So often a process of ours is killed.
const KILLS: usize = 5;

#[test]
fn nothing_is_lost_when_ours_are_killed_again_and_again_beside_node() {
    let place = place().with_variable("SCENARIO_LEASE_MS", 3_000);
    let companion = place.node_companion();
    let share = scaled(20_000) / KILLS;
    let _node = place.node_worker("default");
    companion.ask("bulk", json!({"queue": "default", "class": "Tally", "args": [[KILLS * share]]}));
    wait_for_work(&place);
    let _survivor = place.egret();
    let tally = || -> BTreeMap<u64, u64> { place.database.ask(&["HGETALL", TALLY]) };
    for round in 0..KILLS {
        let numbers: Vec<[usize; 1]> = (round * share..(round + 1) * share).map(|number| [number]).collect();
        let mut victim = place.egret();
        companion.ask("bulk", json!({"queue": "default", "class": "Tally", "args": numbers}));
        victim.kill();
    }
    wait_for("the tally of every job", || {
        let found = tally().len();
        holds(found == KILLS * share + 1, || format!("{found} of {}", KILLS * share + 1))
    });
    wait_for("an empty queue", || {
        let length = companion.ask("length", json!({"queue": "default"}));
        holds(length == 0, || length.to_string())
    });
    assert_eq!(companion.ask("failed", json!({})), json!([]));
    wait_for("no claim of a dead process", || {
        let claims: Vec<String> = place.database.ask(&["KEYS", "resque:egret:claims:*"]);
        holds(claims.is_empty(), || format!("{claims:?}"))
    });
    wait_for("no work of a dead process", || {
        let working = companion.ask("working", json!({}));
        let busy = working.as_object().unwrap().values().filter(|work| work.is_object()).count();
        holds(busy == 0, || working.to_string())
    });
    let sides: BTreeMap<String, u64> = place.database.ask(&["HGETALL", SIDES]);
    assert!(sides.contains_key("node") && sides.contains_key("egret"), "{sides:?}");
}
