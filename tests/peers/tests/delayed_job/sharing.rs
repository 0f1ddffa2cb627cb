//! Both work on the same table.

use std::collections::BTreeMap;

use egret_peers::delayed_job::place::Marsh;
use egret_peers::delayed_job::table::Kind;
use egret_peers::told::{SIDES, TALLY};
use egret_scenarios::foreground::Foreground;
use egret_scenarios::patience::{holds, wait_for};
use serde_json::json;

use crate::marsh;

/// How workers of Ruby's reserve rows where there are several. On MySQL those of upstream's default way dead-lock with each other's
/// `DELETE`, after which the job counts as failed and runs again (delayed_job_active_record #63); the other way is upstream's remedy.
pub(crate) fn strategy(kind: Kind) -> (&'static str, &'static str) {
    ("STRATEGY", if kind == Kind::Mysql { "default_sql" } else { "optimized_sql" })
}

/// How often each number was counted.
pub(crate) fn tally(marsh: &Marsh) -> BTreeMap<u64, u64> {
    marsh.database.ask(&["HGETALL", TALLY])
}

/// Each side counted something.
pub(crate) fn assert_both_worked(marsh: &Marsh) {
    let sides: BTreeMap<String, u64> = marsh.database.ask(&["HGETALL", SIDES]);
    assert!(sides.contains_key("ruby") && sides.contains_key("egret"), "{sides:?}");
}

/// Two processes of each side empty one table, into which both enqueue.
pub(crate) fn a33_each_job_of_a_table_that_both_empty_runs_once(kind: Kind) {
    let marsh = marsh(kind);
    let count = 1_000_u64;
    let workers = [marsh.worker_with(&[strategy(kind)]), marsh.worker_with(&[strategy(kind)])];
    marsh.ruby.ask("bulk", json!({ "class": "Tally", "first": 0, "count": count / 2 }));
    wait_for("work of Ruby's", || holds(!tally(&marsh).is_empty(), || "none".to_owned()));
    let _egret = [marsh.egret(), marsh.egret()];
    for first in [count / 2, count * 3 / 4] {
        marsh.ruby.ask("bulk", json!({ "class": "Tally", "first": first, "count": count / 4 }));
    }
    // Our client adds while all run.
    marsh.application.run(["enqueue-for", "active-job", "Tally", "count:100", "--quiet"]);
    marsh.wait_for_no_row();
    let tally = tally(&marsh);
    let runs = |number: u64| tally.get(&number).copied().unwrap_or(0);
    let wrong: Vec<(u64, u64)> = (0..count)
        .map(|number| (number, runs(number)))
        .filter(|(number, runs)| *runs != if *number < 100 { 2 } else { 1 })
        .collect();
    let said: String = workers.iter().map(Foreground::log).filter(|log| log.contains("FAILED")).collect();
    assert_eq!(wrong, [], "{said}");
    assert_both_worked(&marsh);
}
