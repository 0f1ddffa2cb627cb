//! Both work on the same queues and sets.

use std::collections::BTreeMap;

use egret_peers::companion::Companion;
use egret_peers::place::Place;
use egret_peers::told::{SIDES, TALLY};
use egret_scenarios::patience::{holds, wait_for};
use egret_scenarios::scale::scaled;
use serde_json::{Value, json};

use crate::place;

fn tally(place: &Place) -> BTreeMap<u64, u64> {
    place.database.ask(&["HGETALL", TALLY])
}

/// Has Ruby enqueue so many jobs, now or then.
fn enqueue(companion: &Companion, numbers: std::ops::Range<usize>, at: Option<f64>) {
    let arguments: Vec<[usize; 1]> = numbers.map(|number| [number]).collect();
    let mut item = json!({"class": "Tally", "args": arguments});
    if let Some(at) = at {
        item["at"] = at.into();
    }
    companion.ask("bulk", json!({ "item": item }));
}

/// Waits until every number was counted.
fn wait_for_all(place: &Place, count: usize) -> BTreeMap<u64, u64> {
    wait_for("the tally of every job", || {
        let tally = tally(place);
        if tally.len() == count { Ok(tally) } else { Err(format!("{} of {count}", tally.len())) }
    })
}

/// Each side counted something.
fn assert_both_worked(place: &Place) {
    let sides: BTreeMap<String, u64> = place.database.ask(&["HGETALL", SIDES]);
    assert!(sides.contains_key("ruby") && sides.contains_key("egret"), "{sides:?}");
}

/// Nothing is left for anybody.
fn assert_nothing_waits(companion: &Companion) {
    wait_for("empty queues and sets", || {
        let stats = companion.look("stats");
        let left = ["enqueued", "retries", "scheduled", "dead", "busy"].map(|key| stats[key].as_u64().unwrap());
        holds(left == [0; 5], || stats.to_string())
    });
}

#[test]
fn z4_each_job_of_a_queue_that_both_empty_runs_once() {
    let place = place();
    let companion = place.companion();
    let count = scaled(40_000);
    enqueue(&companion, 0..count / 2, None);
    let (_sidekiq, _egret) = (place.sidekiq(), place.egret());
    // Our client adds while both run.
    place.application.run(["enqueue-for", "sidekiq", "Tally", &format!("count:{count}"), "--quiet"]);
    let repeated: Vec<(u64, u64)> =
        (0..count as u64).map(|number| (number, if number < count as u64 / 2 { 2 } else { 1 })).collect();
    wait_for("the tally of every job", || {
        let tally = tally(&place);
        let total: u64 = tally.values().sum();
        holds(total >= (count + count / 2) as u64, || format!("{total} runs"))
    });
    assert_nothing_waits(&companion);
    assert_eq!(tally(&place).into_iter().collect::<Vec<_>>(), repeated);
    assert_both_worked(&place);
    let processed: u64 = companion.look("stats")["processed"].as_u64().unwrap();
    assert!(processed <= (count + count / 2) as u64, "{processed}");
}

#[test]
fn no_job_is_lost_when_ours_is_killed_beside_ruby() {
    let place = place().with_variable("SCENARIO_LEASE_MS", 3_000);
    let companion = place.companion();
    let count = scaled(40_000);
    enqueue(&companion, 0..count / 2, None);
    // They hold all of its threads in the midst of the jobs: it cannot have done every one before it is killed.
    for _ in 0..4 {
        companion.ask("push", json!({"item": {"class": "Hold", "args": ["m"]}}));
    }
    enqueue(&companion, count / 2..count, None);
    let mut egret = place.egret();
    wait_for("a part of the jobs", || holds(tally(&place).len() > count / 10, || "few".to_owned()));
    egret.kill();
    let before: u64 = tally(&place).values().sum();
    assert!(before < count as u64, "all {before} were done before the kill");
    place.database.open_gate();
    let _sidekiq = place.sidekiq();
    let _egret = place.egret();
    let tally = wait_for_all(&place, count);
    assert_nothing_waits(&companion);
    // What had run and was not yet told runs again, and nothing else.
    let repeats: u64 = tally.values().map(|runs| runs - 1).sum();
    assert!(repeats <= before, "{repeats} repeats of {before}");
    assert!(tally.values().all(|runs| *runs <= 2));
}

#[test]
fn z5_each_job_whose_time_comes_runs_once_though_both_look() {
    let place = place();
    let companion = place.companion();
    let count = scaled(10_000);
    // Both work before the time comes.
    let (_sidekiq, _egret) = (place.sidekiq(), place.egret());
    let soon = jiff::Timestamp::now().as_millisecond() as f64 / 1_000.0 + 2.0;
    enqueue(&companion, 0..count, Some(soon));
    let tally = wait_for_all(&place, count);
    assert_nothing_waits(&companion);
    assert_both_worked(&place);
    assert!(tally.values().all(|runs| *runs == 1), "{:?}", tally.iter().find(|(_, runs)| **runs > 1));
}

#[test]
fn stats_count_what_both_have_run() {
    let place = place();
    let companion = place.companion();
    companion.ask("push", json!({"item": {"class": "FailTimes", "args": [9, "m"], "retry": 0}}));
    enqueue(&companion, 0..10, None);
    let egret = place.egret();
    wait_for_all(&place, 10);
    place.database.wait_for_told(1, "failed", "FailTimes");
    // A clean stop tells what is left to be told.
    egret.signal(rustix::process::Signal::TERM);
    let expected = [("processed", 11), ("failed", 1), ("dead", 1)];
    wait_for("the figures", || {
        let stats: Value = companion.look("stats");
        holds(expected.iter().all(|(key, value)| stats[*key] == *value), || stats.to_string())
    });
}
