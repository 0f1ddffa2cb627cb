//! Why a job does not run: each code from a situation that processes have made.

use egret_core::{JobState, MAX_INTERRUPTIONS};
use egret_scenarios::application::Application;
use egret_scenarios::commands::{CRASH_VARIABLE, LEASE_VARIABLE};
use egret_scenarios::patience::{holds, wait_for};
use rustix::process::Signal;
use serde_json::Value;

use crate::{SERVICE_MODE, application};

/// Longer than any test runs.
const LONG: u64 = 600_000;

fn why(application: &Application, id: &str) -> Value {
    application.json(["jobs", "why", id, "--json", "--lang", "en"])
}

/// Waits for the code.
fn wait_for_code(application: &Application, id: &str, code: &str) -> Value {
    let why = wait_for(&format!("the code {code}"), || {
        let why = why(application, id);
        if why["code"] == code { Ok(why) } else { Err(why.to_string()) }
    });
    assert!(!why["sentence"].as_str().unwrap().is_empty() && !why["remedy"].as_str().unwrap().is_empty(), "{why}");
    why
}

fn enqueue_in(application: &Application, options: &[&str]) -> String {
    let words = ["enqueue", "Nothing"].iter().chain(options);
    application.run(words).trim().to_owned()
}

#[test]
fn store_unreachable_when_the_file_is_no_store() {
    let application = application(SERVICE_MODE);
    std::fs::create_dir(application.root().join("var")).unwrap();
    std::fs::write(application.root().join("var/egret.db"), "no database at all ".repeat(100)).unwrap();
    let output = application.command(["jobs", "why", "1", "--json"]).output().unwrap();
    assert_eq!(output.status.code(), Some(3));
    let answer: Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(answer["code"], "store_unreachable", "{answer}");
}

#[test]
fn quarantined_when_services_died_while_it_ran() {
    let application = application(SERVICE_MODE);
    let deadly = application.enqueue("Deadly", [application.file_argument().as_str()]);
    for _ in 0..MAX_INTERRUPTIONS {
        application.start_service().wait();
    }
    let _survivor = application.start_service();
    let why = wait_for_code(&application, &deadly, "quarantined");
    assert_eq!(why["facts"]["n_interruptions"], MAX_INTERRUPTIONS, "{why}");
    assert_eq!(why["remedy"], format!("egret jobs retry {deadly}"));
}

#[test]
fn paused_when_a_person_paused_its_queue() {
    let application = application(SERVICE_MODE);
    let _service = application.start_service();
    application.run(["queues", "pause", "default"]);
    let job = enqueue_in(&application, &[]);
    let why = wait_for_code(&application, &job, "paused");
    assert_eq!(why["remedy"], "egret queues resume default");
    application.run(["queues", "resume", "default"]);
    application.store().wait_for_state(&job, JobState::Completed);
    let ended = self::why(&application, &job);
    assert_eq!((&ended["code"], &ended["facts"]["state"]), (&Value::Null, &"completed".into()), "{ended}");
}

#[test]
fn future_when_its_time_has_not_come() {
    let application = application(SERVICE_MODE);
    let job = enqueue_in(&application, &["--in", "1h"]);
    let why = wait_for_code(&application, &job, "future");
    assert_eq!(why["remedy"], format!("egret jobs run-now {job}"));
}

#[test]
fn backing_off_when_it_failed_and_is_tried_again_later() {
    let application = application(SERVICE_MODE);
    let _service = application.start_service();
    let job = application.enqueue("Stubborn", []);
    let why = wait_for_code(&application, &job, "backing_off");
    assert!(why["facts"]["error"].as_str().unwrap().contains("not this time"), "{why}");
}

#[test]
fn limit_full_when_another_job_of_a_dead_service_runs_first() {
    let application = application(SERVICE_MODE);
    let ledger = application.ledger();
    let mut doomed = application.start_service();
    let jobs = [(); 2].map(|()| application.enqueue_long("Sleep", LONG));
    jobs.iter().for_each(|job| drop(ledger.wait_for("begin", job)));
    doomed.kill();
    let _heir = application.start_service();
    let first = wait_for("one of them runs again", || {
        let again = jobs.iter().position(|job| ledger.of("begin", job).len() == 2);
        again.ok_or_else(|| format!("{:?}", ledger.entries()))
    });
    let why = wait_for_code(&application, &jobs[1 - first], "limit_full");
    assert_eq!(why["facts"]["jobs"], serde_json::json!([jobs[first]]), "{why}");
}

#[test]
fn class_unknown_when_no_living_service_knows_it() {
    let application = application(SERVICE_MODE);
    let _service = application.start_service();
    let job = application.enqueue("Elsewhere::Job", []);
    let why = wait_for_code(&application, &job, "class_unknown");
    assert_eq!(why["facts"]["class"], "Elsewhere::Job", "{why}");
}

#[test]
fn a_class_that_the_program_does_not_know_starts_no_service() {
    let application = application("default:\n  linger: 20ms\n");
    let job = application.enqueue("Elsewhere::Job", []);
    for _ in 0..3 {
        application.run(["status"]);
        assert_eq!(wait_for_code(&application, &job, "class_unknown")["facts"]["class"], "Elsewhere::Job");
    }
    assert_eq!((application.processes(), application.service_log()), (vec![], String::new()));
}

#[test]
fn no_service_when_none_lives() {
    let application = application(SERVICE_MODE);
    let job = enqueue_in(&application, &[]);
    let why = wait_for_code(&application, &job, "no_service");
    assert_eq!(why["remedy"], "egret run --mode service");
    let mut service = application.start_service();
    let held = application.enqueue_long("Sleep", LONG);
    application.ledger().wait_for("begin", &held);
    service.kill();
    let why = wait_for_code(&application, &held, "no_service");
    assert!(why["facts"]["last_sign_at"].is_string(), "{why}");
}

#[test]
fn queue_unpolled_when_services_take_from_others() {
    let application = application(SERVICE_MODE);
    let service = application.start_service();
    let job = enqueue_in(&application, &["--queue", "elsewhere"]);
    let why = wait_for_code(&application, &job, "queue_unpolled");
    assert_eq!(why["remedy"], "EGRET_POLLING_QUEUES=elsewhere egret run --mode service");
    assert!(why["facts"]["polled"].as_array().unwrap().contains(&"default".into()), "{why}");
    service.signal(Signal::USR1);
    application.store().wait_for_quiet();
    let quiet = enqueue_in(&application, &[]);
    let why = wait_for_code(&application, &quiet, "queue_unpolled");
    assert!(why["sentence"].as_str().unwrap().contains("quiet"), "{why}");
}

#[test]
fn held_by_dead_when_its_service_is_frozen_beside_a_living_one() {
    let application = application(SERVICE_MODE).with_variable(LEASE_VARIABLE, 9_000);
    let ledger = application.ledger();
    let frozen = application.start_service();
    let job = application.enqueue_long("Sleep", LONG);
    ledger.wait_for("begin", &job);
    application.freeze(&frozen);
    let _heir = application.start_service();
    // The living one shall not have given the job back before anybody looks.
    let _nobody_writes = application.standstill();
    let why = wait_for_code(&application, &job, "held_by_dead");
    assert_eq!(why["facts"]["pid"], frozen.pid(), "{why}");
}

#[test]
fn held_when_a_living_service_has_it() {
    let application = application(SERVICE_MODE);
    let service = application.start_service();
    let job = application.enqueue_long("Sleep", LONG);
    application.ledger().wait_for("begin", &job);
    let why = wait_for_code(&application, &job, "held");
    assert_eq!(why["facts"]["pid"], service.pid(), "{why}");
    assert!(why["facts"]["since"].is_string(), "{why}");
    assert_eq!(application.show(&job)["why"]["code"], "held", "both commands say the same");
}

#[test]
fn behind_when_every_service_is_busy() {
    let application = application("default:\n  mode: service\n  concurrency: 1\n");
    let _service = application.start_service();
    let first = application.enqueue_long("Sleep", LONG);
    application.ledger().wait_for("begin", &first);
    let jobs = [(); 3].map(|()| enqueue_in(&application, &[]));
    let why = wait_for("the number of jobs before it", || {
        let why = wait_for_code(&application, &jobs[2], "behind");
        holds(why["facts"]["n_jobs"] == 2, || why.to_string()).map(|()| why)
    });
    assert_eq!((&why["facts"]["n_running"], &why["facts"]["queue"]), (&1.into(), &"default".into()), "{why}");
}

#[test]
fn start_failed_when_a_service_dies_before_it_is_ready() {
    let application = application("default:\n  linger: 20ms\n").with_variable(CRASH_VARIABLE, 1);
    let job = enqueue_in(&application, &[]);
    let why = wait_for_code(&application, &job, "start_failed");
    let error = why["facts"]["error"].as_str().unwrap();
    assert!(error.contains("the roof is on fire") && error.contains("signal: 6"), "{why}");
    let output = application.command(["status", "--json"]).output().unwrap();
    let status: Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!((output.status.code(), &status["status"]), (Some(2), &"stucked".into()), "{status}");
}

#[test]
fn clock_skew_when_it_was_enqueued_by_a_clock_that_is_ahead() {
    let application = application(SERVICE_MODE);
    let job = application.run(["enqueue-ahead", application.path("ledger").as_str()]).trim().to_owned();
    let why = wait_for_code(&application, &job, "clock_skew");
    let seconds = why["facts"]["seconds"].as_f64().unwrap();
    assert!(seconds > 3_000.0 && seconds <= 3_600.0, "{why}");
}
