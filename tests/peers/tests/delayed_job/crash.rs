//! Processes of both sides are killed again and again beside others that go on: nothing is lost.

use egret_peers::delayed_job::place::Wish;
use egret_peers::delayed_job::table::Kind;
use egret_scenarios::patience::{holds, wait_for};
use serde_json::{Value, json};

use crate::marsh_with;
use crate::sharing::{assert_both_worked, strategy, tally};

/// So often a process of ours and one of Ruby's are killed.
const KILLS: u64 = 4;
/// Jobs of each round.
const SHARE: u64 = 100;
/// Jobs that are there before any process of ours: those of Ruby's look less often, and may find nothing left later.
const FIRST: u64 = 20;

pub(crate) fn nothing_is_lost_when_either_side_is_killed_again_and_again(kind: Kind) {
    // What Ruby's worker held comes back when its lock is over.
    let settings = "delayed_job:\n  max_run_time: 5s\n";
    let marsh = marsh_with(kind, Wish { settings, lease: 3_000, ..Wish::default() });
    let theirs = [("MAX_RUN_TIME", "5"), strategy(kind)];
    let enqueue = |first, count| marsh.ruby.ask("bulk", json!({ "class": "Tally", "first": first, "count": count }));
    let wait_for_more_than = |enough: u64| {
        wait_for("a part of the jobs", || {
            let found = tally(&marsh).len() as u64;
            holds(found > enough, || format!("{found} of {enough}"))
        })
    };
    enqueue(0, FIRST);
    let _worker = marsh.worker_with(&theirs);
    wait_for_more_than(0);
    let _survivor = marsh.egret();
    for round in 0..KILLS {
        let mut victims = [marsh.egret(), marsh.worker_with(&theirs)];
        let first = FIRST + round * SHARE;
        enqueue(first, SHARE);
        wait_for_more_than(first + SHARE / 10);
        victims.iter_mut().for_each(|victim| victim.kill());
    }
    marsh.wait_for_no_row();
    let tally = tally(&marsh);
    assert_eq!(tally.len() as u64, FIRST + KILLS * SHARE);
    // What had run and was not yet told has run again.
    let most = tally.values().max().copied().unwrap_or(0);
    assert!(most <= 1 + KILLS, "{most} runs of one job");
    assert_both_worked(&marsh);
    wait_for("the living services alone", || {
        let services = marsh.application.json(["services", "list", "--json"]);
        let are_alive: Vec<&Value> =
            services["items"].as_array().unwrap().iter().map(|service| &service["is_alive"]).collect();
        holds(are_alive == [true], || services.to_string())
    });
}
