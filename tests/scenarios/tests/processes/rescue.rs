//! Services that die with running jobs: others of the host, and of other hosts, have them running again.

use std::path::Path;
use std::time::Duration;

use egret_core::{ExecutionState, JobState, ServiceId};
use egret_scenarios::application::Application;
use egret_scenarios::commands::LEASE_VARIABLE;
use egret_scenarios::jobs::microseconds;
use egret_scenarios::scale::{is_soak, report, soak_or};
use egret_sqlite::rusqlite::Connection;

use crate::{SERVICE_MODE, application};

#[test]
fn another_service_of_the_host_has_the_jobs_running_again_at_once() {
    let application = application(SERVICE_MODE);
    let (ledger, store) = (application.ledger(), application.store());
    let mut doomed = application.start_service();
    let jobs: Vec<_> = (0..3).map(|_| application.enqueue_held("Hold")).collect();
    let pids: Vec<_> = jobs.iter().map(|job| ledger.wait_for("begin", job).pid).collect();
    assert_eq!(pids, [doomed.pid(); 3]);
    let heir = application.start_service();

    let killed_at = microseconds();
    doomed.kill();
    application.open_gate();
    let again: Vec<_> = jobs.iter().map(|job| ledger.wait_for_nth(2, "begin", job)).collect();
    let first = again.iter().map(|entry| entry.at).min().unwrap();
    let after = Duration::from_micros(first.saturating_sub(killed_at));
    report("rescue", format_args!("running again after {after:?}"));
    // The others follow one at a time: any of them may have been what killed the service.
    assert!(after < soak_or(Duration::from_secs(2), Duration::from_secs(20)), "{after:?}");
    assert!(again.iter().all(|entry| entry.pid == heir.pid()));
    for job in &jobs {
        store.wait_for_state(job, JobState::Completed);
        assert_eq!(ledger.of("done", job).len(), 1);
        assert_eq!(store.execution_states(job), [ExecutionState::Interrupted, ExecutionState::Completed]);
    }
}

#[test]
fn a_service_of_another_host_is_dead_when_its_lease_is_over() {
    let application = match is_soak() {
        true => application(SERVICE_MODE),
        false => application(SERVICE_MODE).with_variable(LEASE_VARIABLE, 3_000),
    };
    let (ledger, store) = (application.ledger(), application.store());
    let mut doomed = application.start_service();
    let job = application.enqueue_held("Hold");
    ledger.wait_for("begin", &job);
    let service = store.living_services()[0].id;
    let killed_at = microseconds();
    doomed.kill();
    application.open_gate();
    move_to_another_host(&application, service);
    assert_eq!(store.living_services().len(), 1, "nobody here can tell that it is dead");

    let heir = application.start_service();
    let again = ledger.wait_for_nth(2, "begin", &job);
    let after = Duration::from_micros(again.at - killed_at);
    report("another_host", format_args!("running again after {after:?}"));
    assert_eq!(again.pid, heir.pid());
    assert!(after < Duration::from_secs(35), "{after:?}");
    store.wait_for_state(&job, JobState::Completed);
}

/// Makes a dead service one of another host: no lock of it can be looked at, and its process cannot be compared.
fn move_to_another_host(application: &Application, service: ServiceId) {
    let database = application.root().join("var/egret.db");
    std::fs::remove_file(Path::new(&format!("{}.d/services/{service}", database.display()))).unwrap();
    let connection = Connection::open(database).unwrap();
    let n_changed = connection
        .execute(
            "UPDATE egret_services SET process = json_set(process, '$.boot_id', 'another', '$.host', 'elsewhere')
             WHERE id = ?1",
            [service.number().cast_signed()],
        )
        .unwrap();
    assert_eq!(n_changed, 1);
}
