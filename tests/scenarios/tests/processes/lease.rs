//! Leases: whoever can beat keeps its jobs, and whoever could not writes nothing late.

use egret_core::{ExecutionState, JobState};
use egret_scenarios::commands::LEASE_VARIABLE;
use egret_scenarios::patience::{holds, wait_for};
use egret_scenarios::processes;
use rustix::process::Signal;

use crate::{SERVICE_MODE, application};

/// A service that gets no processor for two thirds of it gives up by itself, which a busy machine must not bring about.
const LEASE_MILLISECONDS: u64 = 6_000;

#[test]
fn a_job_of_three_leases_that_blocks_its_thread_runs_once() {
    let application =
        application("default:\n  mode: service\n  concurrency: 1\n").with_variable(LEASE_VARIABLE, LEASE_MILLISECONDS);
    let (ledger, store) = (application.ledger(), application.store());
    let _services = [application.start_service(), application.start_service()];
    let ids = || {
        let mut ids: Vec<_> = store.living_services().iter().map(|service| service.id).collect();
        ids.sort_unstable();
        ids
    };
    let before = ids();
    assert_eq!(before.len(), 2);
    let job = application.enqueue_long("Block", 3 * LEASE_MILLISECONDS + 500);
    let begin = ledger.wait_for("begin", &job);
    let done = ledger.wait_for("done", &job);
    let record = store.wait_for_state(&job, JobState::Completed);
    assert!(done.at - begin.at > 3 * LEASE_MILLISECONDS * 1_000);
    assert_eq!(ledger.of("begin", &job).len(), 1, "it ran twice");
    assert_eq!(store.execution_states(&job), [ExecutionState::Completed]);
    assert_eq!((record.attempt, record.interruptions), (1, 0));
    assert_eq!(ids(), before, "a service that could beat was taken for dead");
}

#[test]
fn a_frozen_owner_finishes_late_and_changes_nothing() {
    let application = application(SERVICE_MODE).with_variable(LEASE_VARIABLE, LEASE_MILLISECONDS);
    let (ledger, store) = (application.ledger(), application.store());
    let mut frozen = application.start_service();
    let job = application.enqueue_held("HoldThread");
    ledger.wait_for("begin", &job);
    application.freeze(&frozen);
    application.open_gate();

    let heir = application.start_service();
    let done = ledger.wait_for("done", &job);
    assert_eq!(done.pid, heir.pid());
    store.wait_for_state(&job, JobState::Completed);
    let states = [ExecutionState::Interrupted, ExecutionState::Completed];
    assert_eq!(store.execution_states(&job), states);
    let before = application.show(&job);

    // Its code goes on where it stood: it ends at once, for the gate has been open for long.
    frozen.signal(Signal::CONT);
    let late = ledger.wait_for_nth(2, "done", &job);
    assert_eq!(late.pid, frozen.pid());
    // It notices, and goes on as another service, which runs jobs.
    wait_for("the woken service under a new nonce", || {
        let services = store.living_services();
        holds(services.iter().any(|service| service.process.pid == frozen.pid()), || format!("{services:?}"))
    });
    application.freeze(&heir);
    let next = application.enqueue_append();
    assert_eq!(ledger.wait_for("done", &next).pid, frozen.pid());
    assert_eq!(application.show(&job), before, "the late finish changed the record");
    assert_eq!(store.execution_states(&job), states);
    assert!(frozen.runs() && processes::lives(heir.pid()));
}
