//! Processes of ours are killed again and again beside a worker of Ruby's, which goes on: nothing is lost, and nothing lies about
//! that Ruby cannot read.

use std::collections::BTreeMap;

use egret_peers::told::{SIDES, TALLY};
use egret_scenarios::patience::{holds, wait_for};
use egret_scenarios::scale::scaled;
use serde_json::json;

use crate::place;

/// So often a process of ours is killed.
const KILLS: usize = 6;

#[test]
fn nothing_is_lost_when_ours_are_killed_again_and_again_beside_ruby() {
    let place = place().with_variable("SCENARIO_LEASE_MS", 3_000);
    let companion = place.companion();
    let share = scaled(40_000) / KILLS;
    let _sidekiq = place.sidekiq();
    let survivor = place.egret();
    let total = |tally: &BTreeMap<u64, u64>| tally.len();
    let tally = || -> BTreeMap<u64, u64> { place.database.ask(&["HGETALL", TALLY]) };
    for round in 0..KILLS {
        let numbers: Vec<[usize; 1]> = (round * share..(round + 1) * share).map(|number| [number]).collect();
        let mut victim = place.egret();
        companion.ask("bulk", json!({"item": {"class": "Tally", "args": numbers}}));
        // Some of the round is done, and most of it is not.
        let enough = round * share + share / 10;
        wait_for("a part of the round", || {
            holds(total(&tally()) > enough, || format!("{} of {enough}", total(&tally())))
        });
        victim.kill();
    }
    let tally = wait_for("the tally of every job", || {
        let tally = tally();
        if tally.len() == KILLS * share { Ok(tally) } else { Err(format!("{} of {}", tally.len(), KILLS * share)) }
    });
    wait_for("empty queues and sets, as Ruby reads them", || {
        let stats = companion.look("stats");
        let left = ["enqueued", "retries", "scheduled", "dead", "busy"].map(|key| stats[key].as_u64().unwrap());
        holds(left == [0; 5], || stats.to_string())
    });
    // What had run and was not yet told has run again. A job is counted against only after three deaths while it ran.
    let most = tally.values().max().copied().unwrap_or(0);
    assert!(most <= KILLS as u64, "{most} runs of one job");
    let sides: BTreeMap<String, u64> = place.database.ask(&["HGETALL", SIDES]);
    assert!(sides.contains_key("ruby") && sides.contains_key("egret"), "{sides:?}");
    wait_for("no claim of a dead process", || {
        let claims: Vec<String> = place.database.ask(&["KEYS", "egret:sidekiq:claims:*"]);
        holds(claims.is_empty(), || format!("{claims:?}"))
    });
    let processes = wait_for("the living processes alone", || {
        let processes = companion.look("processes");
        let count = processes.as_array().unwrap().len();
        if count == 2 { Ok(processes) } else { Err(processes.to_string()) }
    });
    assert!(processes.as_array().unwrap().iter().any(|process| process["pid"] == survivor.pid()), "{processes}");
}

#[test]
fn z6_a_process_of_ruby_that_has_died_is_pruned_by_ours() {
    let place = place();
    let mut sidekiq = place.sidekiq();
    let identities = || -> Vec<String> { place.database.ask(&["SMEMBERS", "processes"]) };
    let dead = wait_for("Ruby's process", || identities().first().cloned().ok_or_else(|| "none".to_owned()));
    assert!(dead.contains(&format!(":{}:", sidekiq.pid())), "{dead}");
    sidekiq.kill();
    // Its record would end a minute after its last beat; and whoever has pruned holds the others off for as long.
    place.database.ask::<()>(&["DEL", &dead, "process_cleanup"]);
    let egret = place.egret();
    let left = wait_for("the dead process gone", || {
        let left = identities();
        if left.contains(&dead) || left.is_empty() { Err(format!("{left:?}")) } else { Ok(left) }
    });
    assert!(left.len() == 1 && left[0].contains(&format!(":{}:", egret.pid())), "{left:?}");
}
