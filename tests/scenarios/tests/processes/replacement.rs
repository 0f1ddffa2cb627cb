//! Services that have used up what their limits allow, and those that go on in their places.

use egret_core::{ExecutionState, JobState};
use egret_scenarios::application::Application;
use egret_scenarios::patience::{holds, wait_for};
use egret_scenarios::processes::resident_bytes;
use rustix::process::Signal;

use crate::application;

/// Enough jobs for three services by `max_jobs: 3`.
fn enqueue_eight(application: &Application) -> Vec<String> {
    (0..8).map(|_| application.enqueue_append()).collect()
}

fn assert_that_each_ran_once(application: &Application, jobs: &[String]) {
    let runs = application.ledger().counts_by_job("done");
    for job in jobs {
        assert_eq!(runs.get(job), Some(&1), "{runs:?}");
        let record = application.store().job(job);
        assert_eq!((record.state, record.attempt), (JobState::Completed, 1), "{record:?}");
    }
}

#[test]
fn without_a_supervisor_a_service_starts_anew_in_its_own_place_after_max_jobs() {
    let application = application("default:\n  mode: service\n  max_jobs: 3\n");
    let (ledger, store) = (application.ledger(), application.store());
    let jobs = enqueue_eight(&application);
    let mut service = application.start_service();
    ledger.wait_for_count(8, "done");
    jobs.iter().for_each(|job| drop(store.wait_for_state(job, JobState::Completed)));
    assert_that_each_ran_once(&application, &jobs);
    assert!(ledger.entries().iter().all(|entry| entry.pid == service.pid()), "it keeps its process id");
    wait_for("the third life", || {
        let n_lives = service.log().matches("service started").count();
        holds(n_lives == 3, || format!("{n_lives}"))
    });
    assert_eq!(service.log().matches("`max_jobs`").count(), 2, "{}", service.log());
    assert_eq!(application.service_processes().len(), 1);
    service.signal(Signal::TERM);
    service.wait_for_success();
}

#[test]
fn on_demand_a_service_is_followed_by_others_until_no_job_waits() {
    let application = application("default:\n  mode: on_demand\n  max_jobs: 3\n  linger: 20ms\n  concurrency: 1\n");
    // Keeps the first service busy while the others are stored.
    let running = application.enqueue_held("Hold");
    let mut jobs = enqueue_eight(&application);
    application.open_gate();
    jobs.push(running);
    let ledger = application.ledger();
    ledger.wait_for_count(9, "done");
    application.wait_for_no_service();
    assert_that_each_ran_once(&application, &jobs);
    let mut pids: Vec<u32> = ledger.entries().iter().map(|entry| entry.pid).collect();
    pids.sort_unstable();
    pids.dedup();
    assert!(pids.len() >= 3, "nine jobs at three for a process: {pids:?}");
    assert!(application.service_log().contains("`max_jobs`"), "{}", application.service_log());
    assert_eq!(application.store().counts().live(), 0);
}

#[test]
fn a_job_that_runs_when_the_last_one_begins_is_waited_for_beyond_the_deadline_of_a_stop() {
    let application = application("default:\n  mode: service\n  max_jobs: 2\n  shutdown_timeout: 0\n");
    let (ledger, store) = (application.ledger(), application.store());
    let service = application.start_service();
    let long = application.enqueue_held("Hold");
    ledger.wait_for("begin", &long);
    let last = application.enqueue_append();
    let next = application.enqueue_append();
    store.wait_for_state(&last, JobState::Completed);
    service.wait_for_words("`max_jobs`");
    application.open_gate();
    store.wait_for_state(&long, JobState::Completed);
    store.wait_for_state(&next, JobState::Completed);
    assert_eq!(store.execution_states(&long), [ExecutionState::Completed]);
    assert!(ledger.wait_for("done", &next).at >= ledger.wait_for("done", &long).at, "the next life came after it");
}

#[test]
fn a_service_that_has_grown_beyond_max_memory_begins_anew_and_small() {
    const MOST: u64 = 160 << 20;
    let application = application(&format!("default:\n  mode: service\n  max_memory: {MOST}\n"));
    let (ledger, store) = (application.ledger(), application.store());
    let service = application.start_service();
    let leak = serde_json::json!({ "file": application.path("ledger"), "bytes": MOST });
    let jobs = [application.enqueue("Leak", [leak.to_string().as_str()])];
    store.wait_for_state(&jobs[0], JobState::Completed);
    wait_for("the second life", || {
        let n_lives = service.log().matches("service started").count();
        holds(n_lives == 2, || service.log())
    });
    assert!(service.log().contains("`max_memory`"), "{}", service.log());
    assert!(resident_bytes(service.pid()).unwrap() < MOST);
    let next = application.enqueue_append();
    assert_eq!(ledger.wait_for("done", &next).pid, service.pid());
    store.wait_for_state(&next, JobState::Completed);
    assert_that_each_ran_once(&application, &[jobs[0].clone(), next]);
}
