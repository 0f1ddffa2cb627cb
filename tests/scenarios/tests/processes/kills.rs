//! Services on demand that are killed: the next enqueue heals everything.

use egret_core::{ExecutionState, JobState};
use egret_scenarios::patience::{holds, wait_for};
use egret_scenarios::processes;
use egret_scenarios::scale::scaled;
use rustix::process::Signal;

use crate::application;

#[test]
fn after_each_kill_the_next_enqueue_yields_one_service_and_orphans_finish() {
    // It stays long enough to be counted.
    let application = application("default:\n  linger: 60s\n");
    let (ledger, store) = (application.ledger(), application.store());
    for round in 1..=scaled(100) {
        let victim = application.enqueue_held("Hold");
        let begin = ledger.wait_for("begin", &victim);
        processes::signal(begin.pid, Signal::KILL);
        wait_for("the end of the killed service", || holds(!processes::lives(begin.pid), || "it lives".to_owned()));
        // Its lock is free when the last of its threads has gone, a little after the process is no more.
        wait_for("its lock", || {
            let services = store.living_services();
            holds(services.is_empty(), || format!("{services:?}"))
        });
        assert_eq!(ledger.of("done", &victim), [], "round {round}: the gate was closed");
        application.open_gate();

        let next = application.enqueue_append();
        let done = ledger.wait_for("done", &next);
        assert_ne!(done.pid, begin.pid);
        ledger.wait_for("done", &victim);
        let record = store.wait_for_state(&victim, JobState::Completed);
        assert_eq!(record.interruptions, 0, "a success clears the job");
        let states = store.execution_states(&victim);
        assert_eq!(states, [ExecutionState::Interrupted, ExecutionState::Completed], "round {round}");
        assert_eq!(ledger.of("begin", &victim).len(), 2, "round {round}");
        assert_eq!(ledger.of("done", &victim).len(), 1, "round {round}");
        let services = store.living_services();
        assert_eq!(services.len(), 1, "round {round}: {services:?}");
        assert_eq!(services[0].process.pid, done.pid);
        assert_eq!(application.service_processes().len(), 1, "round {round}");
        application.close_gate();
    }
    let counts = store.counts();
    assert_eq!((counts.live(), counts.of_state(JobState::Discarded)), (0, 0));
}
