//! How jobs end, well and badly, in a service that lives on.

use egret_core::{ExecutionState, JobState, UNREADABLE};
use egret_scenarios::patience::{holds, wait_for};
use egret_sqlite::rusqlite::Connection;

use crate::{SERVICE_MODE, application};

#[test]
fn panics_and_time_limits_are_caught_and_the_service_lives_on() {
    let application = application(SERVICE_MODE);
    let (ledger, store) = (application.ledger(), application.store());
    let mut service = application.start_service();
    let panics = application.enqueue("Panic", []);
    let endless = application.enqueue("TooLong", []);
    for (job, words) in [(&panics, "this job always panics"), (&endless, "200")] {
        let record = store.wait_for_state(job, JobState::Discarded);
        let error = record.error.expect("it says why");
        assert!(error.message.contains(words), "{error:?}");
        assert_eq!((record.attempt, record.interruptions), (1, 0));
        assert_eq!(store.execution_states(job), [ExecutionState::Failed]);
        let shown = application.run(["jobs", "show", job]);
        assert!(shown.contains(&error.class), "{shown}");
    }
    let next = application.enqueue_append();
    assert_eq!(ledger.wait_for("done", &next).pid, service.pid());
    assert!(service.runs());
}

#[test]
fn a_job_that_is_tried_again_keeps_the_log_of_each_attempt() {
    let application = application(SERVICE_MODE);
    let (ledger, store) = (application.ledger(), application.store());
    let _service = application.start_service();
    let job = application.enqueue("Flaky", [application.file_argument().as_str()]);
    let record = store.wait_for_state(&job, JobState::Completed);
    assert_eq!(record.attempt, 3);
    assert_eq!((ledger.of("begin", &job).len(), ledger.of("done", &job).len()), (3, 1));
    let states = [ExecutionState::Failed, ExecutionState::Failed, ExecutionState::Completed];
    assert_eq!(store.execution_states(&job), states);

    let shown = application.json(["logs", "show", &job, "--json"]);
    let attempts = shown["items"].as_array().unwrap();
    assert_eq!(attempts.len(), 3, "{shown}");
    for (number, attempt) in (1..).zip(attempts) {
        assert_eq!(attempt["attempt"], number);
        let lines: Vec<_> = attempt["lines"].as_array().unwrap().iter().map(|line| &line["text"]).collect();
        assert_eq!(lines, [&format!("run {number} of the flaky job")], "{shown}");
    }
}

#[test]
fn a_payload_that_cannot_be_read_is_parked_and_the_others_run() {
    let application = application(SERVICE_MODE);
    let (ledger, store) = (application.ledger(), application.store());
    let job = application.enqueue_append();
    let connection = Connection::open(application.root().join("var/egret.db")).unwrap();
    let n_changed = connection.execute("UPDATE egret_jobs SET payload = '{\"job_class\": \"App'", []).unwrap();
    assert_eq!(n_changed, 1);
    let other = application.enqueue_append();
    let _service = application.start_service();
    ledger.wait_for("done", &other);
    let record = store.wait_for_state(&job, JobState::Discarded);
    let error = record.error.expect("it says why");
    assert_eq!(error.class, UNREADABLE);
    let shown = application.run(["jobs", "show", &job]);
    assert!(shown.contains("cannot be read"), "{shown}");
    assert_eq!(ledger.entries().len(), 1);
}

#[test]
fn a_job_of_an_unknown_class_waits_and_others_pass_it() {
    let application = application(SERVICE_MODE);
    let (ledger, store) = (application.ledger(), application.store());
    let service = application.start_service();
    let unknown = application.enqueue("Elsewhere::Job", ["1"]);
    let known = application.enqueue_append();
    ledger.wait_for("done", &known);
    wait_for("the reason why it waits", || {
        let shown = application.show(&unknown);
        let why = shown["why"]["sentence"].as_str().unwrap_or_default().to_owned();
        holds(why.contains("knows the class `Elsewhere::Job`"), || why)
    });
    let record = store.job(&unknown);
    assert_eq!((record.state, record.attempt), (JobState::Available, 0));
    assert_eq!(store.executions(&unknown), []);
    assert!(!service.log().contains("Elsewhere::Job"), "a class that is not its own is no service's to judge");
}
