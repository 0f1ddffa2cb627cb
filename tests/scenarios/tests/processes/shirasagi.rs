//! The life of services as SHIRASAGI's operators know it, by its cases A6 and C3 to C6.
//!
//! Source: SHIRASAGI 1.21.0, `lib/active_job/queue_adapters/shirasagi_adapter.rb`, `app/models/job/service.rb`,
//! `lib/tasks/job.rb`.

use std::time::Duration;

use egret_core::JobState;
use egret_scenarios::application::Application;
use egret_scenarios::patience::{holds, wait_for};
use rustix::process::Signal;

use crate::{SERVICE_MODE, application};

/// `polling.interval` of the test.
const INTERVAL: Duration = Duration::from_secs(30);

/// How many services `status` counts; `None` before the first one ever.
fn current_count(application: &Application) -> Option<u64> {
    application.json(["status", "--json"])["item"]["current_count"].as_u64()
}

fn wait_for_count(application: &Application, count: u64) {
    wait_for(&format!("a current_count of {count}"), || {
        let seen = current_count(application);
        holds(seen == Some(count), || format!("{seen:?}"))
    });
}

#[test]
fn a6_an_enqueue_starts_a_service_only_on_demand_and_only_if_none_is_alive() {
    let in_service_mode = application(SERVICE_MODE);
    let waiting = in_service_mode.enqueue_append();
    assert_eq!(in_service_mode.processes(), [], "in service mode nothing is ever started");
    assert_eq!(in_service_mode.store().job(&waiting).state, JobState::Available);

    let on_demand = application("default:\n  linger: 60s\n");
    let ledger = on_demand.ledger();
    let first = on_demand.enqueue_append();
    ledger.wait_for("done", &first);
    let started: Vec<u32> = on_demand.service_processes().iter().map(|process| process.pid).collect();
    assert_eq!(started.len(), 1, "none was alive, and one was started");
    let second = on_demand.enqueue_append();
    ledger.wait_for("done", &second);
    let alive: Vec<u32> = on_demand.service_processes().iter().map(|process| process.pid).collect();
    assert_eq!(alive, started, "one is alive, and no other is started");
}

#[test]
fn c3_the_count_is_that_of_the_services_that_live() {
    let application = application(SERVICE_MODE);
    let mut first = application.start_service();
    wait_for_count(&application, 1);
    application.ledger().wait_for("done", &application.enqueue_append());
    let mut second = application.start_service();
    wait_for_count(&application, 2);

    first.signal(Signal::TERM);
    first.wait_for_success();
    assert_eq!(current_count(&application), Some(1));
    // A counter would stay too high; here the dead are not counted.
    second.kill();
    wait_for_count(&application, 0);
    let mut third = application.start_service();
    wait_for_count(&application, 1);
    third.signal(Signal::TERM);
    third.wait_for_success();
    assert_eq!(current_count(&application), Some(0), "and it never falls below 0");
}

#[test]
fn c4_a_job_completes_after_term_and_nothing_else_is_claimed() {
    let application = application(SERVICE_MODE);
    let (ledger, store) = (application.ledger(), application.store());
    let mut service = application.start_service();
    let running = application.enqueue_held("Hold");
    ledger.wait_for("begin", &running);
    service.signal(Signal::TERM);
    service.wait_for_words("asked to stop");
    let later = application.enqueue_append();
    application.open_gate();
    service.wait_for_success();

    assert_eq!(store.job(&running).state, JobState::Completed);
    assert_eq!((store.job(&later).state, ledger.of("done", &later).len()), (JobState::Available, 0));
    assert_eq!(current_count(&application), Some(0));
}

#[test]
fn c5_an_idle_service_starts_jobs_within_the_interval() {
    let application = application("default:\n  mode: service\n  polling:\n    interval: 30s\n");
    let store = application.store();
    let _service = application.start_service();
    let now = application.enqueue_append();
    let soon = application.enqueue("Append", [application.file_argument().as_str(), "--in", "1s"]);
    for job in [now, soon] {
        let ended = store.wait_for_state(&job, JobState::Completed);
        let began = store.executions(&job)[0].started_at.unwrap();
        let waited = began.duration_since(ended.due_at);
        assert!(!waited.is_negative() && waited.unsigned_abs() <= INTERVAL, "it waited {waited}");
    }
}

#[test]
fn c6_a_service_on_demand_leaves_when_its_queues_are_empty() {
    let application = application("default:\n  linger: 100ms\n");
    let ledger = application.ledger();
    let jobs: Vec<String> = (0..3).map(|_| application.enqueue_append()).collect();
    jobs.iter().for_each(|job| drop(ledger.wait_for("done", job)));
    application.wait_for_no_service();
    assert_eq!(current_count(&application), Some(0));

    // By hand as well, and with status 0.
    application.run(["run", "--mode", "on_demand"]);
}
