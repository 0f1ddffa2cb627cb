//! In which order rows run that are due at one time.

use egret_peers::delayed_job::place::Marsh;
use egret_peers::delayed_job::table::Kind;
use egret_scenarios::patience::{holds, wait_for};
use rustix::process::Signal;
use serde_json::{Value, json};

use crate::{marsh, stop};

/// Priorities of some jobs, in the order in which they are stored.
const PRIORITIES: [u64; 8] = [20, 10, 10, 20, 10, 20, 20, 10];

/// Enqueues a job of each priority, which tells it with its number, all due at one moment.
fn enqueue(marsh: &Marsh) {
    for (number, priority) in PRIORITIES.iter().enumerate() {
        let arguments = json!([priority, number, "x"]);
        marsh.ruby.ask(
            "perform_later",
            json!({ "class": "Echo", "arguments": arguments, "options": { "priority": priority } }),
        );
    }
    marsh.make_due();
}

/// Priorities and numbers of the jobs that the side was the last to run.
fn run_by(marsh: &Marsh, side: &str, n_before: usize) -> Vec<(u64, u64)> {
    let told = marsh.database.wait_for_told(n_before + PRIORITIES.len(), "done", "Echo").split_off(n_before);
    assert!(told.iter().all(|entry| entry.side == side), "{told:?}");
    let number = |value: &Value| value.as_u64().unwrap();
    let arguments = told.iter().map(|entry| entry.arguments.as_ref().unwrap());
    arguments.map(|arguments| (number(&arguments[0]), number(&arguments[1]))).collect()
}

pub(crate) fn a29_several_run_beside_a_worker_of_the_other(kind: Kind) {
    let marsh = marsh(kind);
    let hold = || marsh.ruby.ask("perform_later", json!({ "class": "Hold", "arguments": ["m"] }));
    // Ruby's worker is at work with one job while ours runs the others. It claims them in their order, which the store's own
    // tests show; what waits for a thread too long goes back, and comes after those that did not.
    hold();
    let worker = marsh.worker();
    marsh.database.wait_for_told(1, "begin", "Hold");
    enqueue(&marsh);
    let egret = marsh.egret();
    let mut expected: Vec<(u64, u64)> = PRIORITIES.into_iter().zip(0..).collect();
    expected.sort_unstable();
    let mut run = run_by(&marsh, "egret", 0);
    run.sort_unstable();
    assert_eq!(run, expected, "each once");
    marsh.database.open_gate();
    assert_eq!(marsh.database.wait_for_done("Hold").side, "ruby");
    marsh.wait_for_no_row();
    stop(worker);

    // And the reverse. Ruby's worker names no order of rows that are equal.
    marsh.database.close_gate();
    hold();
    marsh.database.wait_for_told(2, "begin", "Hold");
    // A quiet service claims nothing that it might give back at once, and out of its order.
    egret.signal(Signal::USR1);
    wait_for("a quiet service", || {
        let services = marsh.application.json(["services", "list", "--json"]);
        let phases: Vec<&Value> =
            services["items"].as_array().unwrap().iter().map(|service| &service["phase"]).collect();
        holds(phases == ["quiet"], || services.to_string())
    });
    enqueue(&marsh);
    let _worker = marsh.worker();
    let priorities: Vec<u64> = run_by(&marsh, "ruby", PRIORITIES.len()).iter().map(|(priority, _)| *priority).collect();
    assert!(priorities.is_sorted(), "{priorities:?}");
    marsh.database.open_gate();
    assert_eq!(marsh.database.wait_for_told(2, "done", "Hold")[1].side, "egret");
    marsh.wait_for_no_row();
    stop(egret);
}
