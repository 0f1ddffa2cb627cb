//! Each side's processes as the other side shows and directs them.

use egret_peers::companion::Companion;
use egret_scenarios::foreground::Foreground;
use egret_scenarios::patience::{holds, wait_for};
use rustix::process::Signal;
use serde_json::{Value, json};

use crate::place;

/// The record of a process, once Sidekiq's API shows it.
fn record(companion: &Companion, process: &Foreground) -> Value {
    wait_for("the record of the process", || {
        let processes = companion.look("processes");
        let of_pid = processes.as_array().unwrap().iter().find(|record| record["pid"] == process.pid());
        of_pid.cloned().ok_or_else(|| processes.to_string())
    })
}

fn wait_until_gone(companion: &Companion, pid: u32) {
    wait_for("no record of the process", || {
        let processes = companion.look("processes");
        let is_there = processes.as_array().unwrap().iter().any(|record| record["pid"] == pid);
        holds(!is_there, || processes.to_string())
    });
}

fn wait_until_quiet(companion: &Companion, process: &Foreground) {
    wait_for("a quiet process", || {
        let record = record(companion, process);
        holds(record["quiet"] == "true", || record.to_string())
    });
}

#[test]
fn sidekiqs_api_shows_and_directs_our_process() {
    let place = place().with_variable("EGRET_SIDEKIQ_TAG", "沼").with_variable("EGRET_SIDEKIQ_LABELS", "reliable,rust");
    let companion = place.companion();
    let mut egret = place.egret();
    let shown = record(&companion, &egret);
    assert_eq!((&shown["queues"], &shown["concurrency"]), (&json!(["default", "mailers"]), &json!(4)));
    assert_eq!(
        (&shown["tag"], &shown["labels"], &shown["busy"]),
        (&json!("沼"), &json!(["reliable", "rust"]), &json!(0))
    );
    let jid = companion.ask("push", json!({"item": {"class": "Hold", "args": ["m"], "tags": ["x"]}}));
    place.database.wait_for_told(1, "begin", "Hold");
    let work = wait_for("the work of the process", || {
        let work = companion.look("work");
        work.as_array().unwrap().first().cloned().ok_or_else(|| "none".to_owned())
    });
    assert_eq!(
        (&work["payload"]["jid"], &work["queue"], &work["identity"]),
        (&jid, &json!("default"), &shown["identity"])
    );

    companion.ask("order", json!({"identity": shown["identity"], "order": "quiet"}));
    egret.wait_for_words("ordered by an operator");
    wait_until_quiet(&companion, &egret);
    companion.ask("push", json!({"item": {"class": "Echo", "args": [1, 2, 3]}}));
    companion.ask("order", json!({"identity": shown["identity"], "order": "stop"}));
    place.database.open_gate();
    egret.wait_for_success();
    assert_eq!(place.database.told().last().unwrap().word, "done");
    assert_eq!(companion.ask("queue", json!({"name": "default"}))["size"], 1, "a quiet process takes nothing");
    wait_until_gone(&companion, egret.pid());
}

#[test]
fn signals_mean_what_they_mean_to_users_of_sidekiq() {
    let place = place();
    let companion = place.companion();
    let mut egret = place.egret();
    companion.ask("push", json!({"item": {"class": "Hold", "args": ["m"]}}));
    place.database.wait_for_told(1, "begin", "Hold");
    egret.signal(Signal::TTIN);
    egret.wait_for_words("asked what runs");
    egret.signal(Signal::TSTP);
    wait_until_quiet(&companion, &egret);
    place.database.open_gate();
    place.database.wait_for_done("Hold");
    egret.signal(Signal::TERM);
    egret.wait_for_success();
    wait_until_gone(&companion, egret.pid());
}

#[test]
fn a_process_of_ours_that_died_goes_from_the_list_with_its_rescue() {
    let place = place().with_variable("SCENARIO_LEASE_MS", 3_000);
    let companion = place.companion();
    let mut egret = place.egret();
    record(&companion, &egret);
    companion.ask("push", json!({"item": {"class": "Hold", "args": ["m"]}}));
    place.database.wait_for_told(1, "begin", "Hold");
    egret.kill();
    let other = place.egret();
    wait_until_gone(&companion, egret.pid());
    record(&companion, &other);
    place.database.open_gate();
    let done = place.database.wait_for_done("Hold");
    assert_eq!(done.pid, other.pid());
}

#[test]
fn sidekiqmon_tells_of_our_process() {
    let place = place();
    let companion = place.companion();
    let egret = place.egret();
    record(&companion, &egret);
    companion.ask("push", json!({"item": {"class": "Hold", "args": ["m"]}}));
    place.database.wait_for_told(1, "begin", "Hold");
    wait_for("a busy process", || {
        let busy = record(&companion, &egret)["busy"].clone();
        holds(busy == 1, || busy.to_string())
    });
    let told = place.ruby_says("sidekiqmon", &[]);
    assert!(told.contains("---- Processes (1) ----"), "{told}");
    assert!(told.contains(&format!(":{}:", egret.pid())), "{told}");
    assert!(told.contains("Threads: 4 (1 busy)") && told.contains("Queues: default, mailers"), "{told}");
}

#[test]
fn our_side_shows_and_directs_rubys_process() {
    let place = place();
    let mut sidekiq = place.sidekiq();
    let shown = wait_for("Ruby's process among the services", || {
        let services = place.application.json(["services", "list", "--json"]);
        let items = services["items"].as_array().unwrap();
        let of_pid = items.iter().find(|service| service["process"]["pid"] == sidekiq.pid()).cloned();
        of_pid.ok_or_else(|| services.to_string())
    });
    assert_eq!((&shown["queues"], &shown["concurrency"]), (&json!(["default", "mailers"]), &json!(4)), "{shown}");
    let host = shown["process"]["host"].as_str().unwrap();
    place.application.run(["services", "stop", &format!("{host}:{}", sidekiq.pid())]);
    let status = sidekiq.wait();
    assert!(status.success(), "{}", sidekiq.log());
}

#[test]
fn l7_a_process_without_work_ends_at_once_however_long_its_jobs_might_take() {
    let place = place().with_variable("EGRET_SHUTDOWN_TIMEOUT", "1d");
    let companion = place.companion();
    let mut egret = place.egret();
    record(&companion, &egret);
    egret.signal(Signal::TERM);
    egret.wait_for_success();
    wait_until_gone(&companion, egret.pid());
}

#[test]
fn l8_a_job_that_heeds_nothing_holds_no_process_that_stops_and_comes_again() {
    let place = place().with_variable("EGRET_SHUTDOWN_TIMEOUT", "1s");
    let companion = place.companion();
    let mut egret = place.egret();
    companion.ask("push", json!({"item": {"class": "Stubborn", "args": ["m"]}}));
    place.database.wait_for_told(1, "begin", "Stubborn");
    let before: Vec<String> = place.database.ask(&["LRANGE", "queue:default", "0", "-1"]);
    assert_eq!(before, Vec::<String>::new());
    egret.signal(Signal::TERM);
    egret.wait_for_success();
    assert_eq!(companion.ask("queue", json!({"name": "default"}))["size"], 1);
    place.database.open_gate();
    let other = place.egret();
    assert_eq!(place.database.wait_for_done("Stubborn").pid, other.pid());
}
