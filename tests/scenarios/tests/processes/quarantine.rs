//! A job that kills its service each time is set aside, and its neighbours are not.

use egret_core::{ExecutionState, JobState, MAX_INTERRUPTIONS, QUARANTINED};
use egret_scenarios::foreground::ended_by;
use rustix::process::Signal;

use crate::{SERVICE_MODE, application};

#[test]
fn a_job_that_kills_its_service_is_set_aside_and_its_neighbours_complete() {
    let application = application(SERVICE_MODE);
    let (ledger, store) = (application.ledger(), application.store());
    let neighbours: Vec<_> = (0..4).map(|_| application.enqueue_held("Hold")).collect();
    let deadly = application.enqueue("Deadly", [application.file_argument().as_str()]);
    let mut pids = Vec::new();
    for _ in 0..MAX_INTERRUPTIONS {
        let mut service = application.start_service();
        assert_eq!(ended_by(service.wait()), Some(Signal::KILL.as_raw()), "{}", service.log());
        pids.push(service.pid());
        // All ran beside the job that killed this one. From now on each runs alone, until it has proven harmless.
        if pids.len() == 1 {
            application.open_gate();
        }
    }
    let mut survivor = application.start_service();
    for neighbour in &neighbours {
        store.wait_for_state(neighbour, JobState::Completed);
        // Twice when the service was killed between a neighbour's last line and the commit of its end: at least once.
        assert!(!ledger.of("done", neighbour).is_empty());
    }
    let interrupted = |job: &String| store.execution_states(job).contains(&ExecutionState::Interrupted);
    assert!(neighbours.iter().any(interrupted), "no neighbour ran beside the job, so nothing was proven");

    let record = store.wait_for_state(&deadly, JobState::Discarded);
    let error = record.error.expect("it says why");
    assert_eq!(error.class, QUARANTINED);
    let began: Vec<_> = ledger.of("begin", &deadly).iter().map(|entry| entry.pid).collect();
    assert_eq!(began, pids);
    assert_eq!(store.execution_states(&deadly), [ExecutionState::Interrupted; MAX_INTERRUPTIONS as usize]);

    let shown = application.run(["jobs", "show", &deadly]);
    assert!(shown.contains(QUARANTINED) && shown.contains(&error.message), "{shown}");
    for pid in pids {
        assert!(shown.contains(&format!("pid {pid}")), "the dead service {pid} is not named in {shown}");
    }
    assert!(survivor.runs());
}
