//! Services that are asked to stop.

use std::time::{Duration, Instant};

use egret_core::{ExecutionState, JobState};
use egret_scenarios::application::Application;
use egret_scenarios::patience::{holds, wait_for};
use egret_scenarios::processes;
use egret_scenarios::store::Store;
use rustix::process::Signal;

use crate::{SERVICE_MODE, application};

/// A service that is told to stop would wait an hour for its jobs.
const PATIENT: &str = "default:\n  mode: service\n  shutdown_timeout: 1h\n";
/// Longer than any test waits.
const FOR_EVER_MILLISECONDS: u64 = 3_600_000;

#[test]
fn each_stop_signal_lets_the_running_job_complete_and_nothing_else_begin() {
    for signal in [Signal::INT, Signal::TERM, Signal::QUIT] {
        let application = application(SERVICE_MODE);
        let (ledger, store) = (application.ledger(), application.store());
        let mut service = application.start_service();
        let running = application.enqueue_held("Hold");
        ledger.wait_for("begin", &running);
        service.signal(signal);
        service.wait_for_words("asked to stop");
        let later = application.enqueue_append();
        application.open_gate();
        service.wait_for_success();
        assert_eq!(ledger.of("done", &running).len(), 1, "{signal:?}");
        let record = store.job(&running);
        assert_eq!((record.state, record.attempt), (JobState::Completed, 1), "{signal:?}");
        let waiting = store.job(&later);
        assert_eq!((waiting.state, waiting.attempt), (JobState::Available, 0), "{signal:?}");
        assert_eq!(store.living_services().len(), 0);

        application.run(["run", "--until-empty"]);
        assert_eq!(ledger.of("done", &later).len(), 1);
    }
}

/// What systemd does with `ExecStop=kill -QUIT $MAINPID`: the signal, and milliseconds later TERM to every process.
#[test]
fn a_quit_and_a_term_to_every_process_let_a_typed_job_complete_and_release_a_program() {
    let application = application(SERVICE_MODE);
    let (ledger, store) = (application.ledger(), application.store());
    let mut service = application.start_service();
    let typed = application.enqueue_held("Hold");
    let program = application.enqueue_script(
        "echo begin $EGRET_JOB_ID $$ 0 >> ledger
         until [ -e gate ]; do sleep 0.02; done
         echo done $EGRET_JOB_ID $$ 0 >> ledger",
    );
    ledger.wait_for("begin", &typed);
    let shell = ledger.wait_for("begin", &program).pid;

    service.signal(Signal::QUIT);
    std::thread::sleep(Duration::from_millis(5));
    let processes = application.processes();
    assert!(processes.iter().any(|process| process.is_guard()), "{processes:?}");
    assert!(processes.iter().any(|process| process.pid == shell), "{processes:?}");
    processes.iter().for_each(|process| processes::signal(process.pid, Signal::TERM));
    wait_for("the end of the program", || holds(!processes::lives(shell), || format!("{:?}", application.processes())));
    application.open_gate();
    service.wait_for_success();
    assert_eq!(application.processes(), [], "processes that outlived the service");

    let record = store.job(&typed);
    assert_eq!((record.state, record.attempt), (JobState::Completed, 1));
    assert_eq!((ledger.of("begin", &typed).len(), ledger.of("done", &typed).len()), (1, 1));
    assert_released(&store, &program);
    assert_eq!(ledger.of("done", &program), []);

    let _next = application.start_service();
    store.wait_for_state(&program, JobState::Completed);
    assert_eq!((ledger.of("begin", &program).len(), ledger.of("done", &program).len()), (2, 1));
    assert_eq!(ledger.of("begin", &typed).len(), 1);
}

#[test]
fn at_the_deadline_what_still_runs_is_released_uncounted() {
    let application = application("default:\n  mode: service\n  shutdown_timeout: 500ms\n");
    let (ledger, store) = (application.ledger(), application.store());
    let mut service = application.start_service();
    let jobs = endless_jobs(&application);
    jobs.iter().for_each(|job| drop(ledger.wait_for("begin", job)));
    service.signal(Signal::TERM);
    service.wait_for_success();
    assert_eq!(application.processes(), [], "processes that outlived the service");
    jobs.iter().for_each(|job| assert_released(&store, job));

    let _next = application.start_service();
    jobs.iter().for_each(|job| drop(ledger.wait_for_nth(2, "begin", job)));
}

/// One that sleeps, one that blocks its thread, one that is a program.
fn endless_jobs(application: &Application) -> [String; 3] {
    [
        application.enqueue_long("Sleep", FOR_EVER_MILLISECONDS),
        application.enqueue_long("Block", FOR_EVER_MILLISECONDS),
        application.enqueue_script("echo begin $EGRET_JOB_ID $$ 0 >> ledger; exec sleep 3600"),
    ]
}

fn assert_released(store: &Store, job: &str) {
    let record = store.job(job);
    assert_eq!(
        (record.state, record.attempt, record.interruptions),
        (JobState::Available, 0, 0),
        "a release counts nothing: {record:?}"
    );
    assert_eq!(store.execution_states(job), [ExecutionState::Released]);
}

#[test]
fn a_second_interrupt_means_now() {
    let application = application(PATIENT);
    let (ledger, store) = (application.ledger(), application.store());
    let mut service = application.start_service();
    let job = application.enqueue_long("Sleep", FOR_EVER_MILLISECONDS);
    ledger.wait_for("begin", &job);
    service.signal(Signal::INT);
    service.wait_for_words("asked to stop");
    service.signal(Signal::INT);
    service.wait_for_success();
    assert_released(&store, &job);
}

#[test]
fn another_signal_means_now_only_when_the_first_is_five_seconds_old() {
    let application = application(PATIENT);
    let (ledger, store) = (application.ledger(), application.store());
    let mut service = application.start_service();
    let job = application.enqueue_long("Sleep", FOR_EVER_MILLISECONDS);
    ledger.wait_for("begin", &job);
    let began = Instant::now();
    let mut last = Instant::now();
    service.signal(Signal::QUIT);
    wait_for("the end of a service that is told to stop again and again", || {
        if last.elapsed() > Duration::from_millis(200) {
            service.signal(Signal::TERM);
            last = Instant::now();
        }
        holds(!service.runs(), || "it runs".to_owned())
    });
    assert!(began.elapsed() >= Duration::from_secs(5), "it ended after {:?}", began.elapsed());
    service.wait_for_success();
    assert_released(&store, &job);
}

#[test]
fn the_log_tells_what_runs_when_it_is_asked() {
    let application = application(SERVICE_MODE);
    let service = application.start_service();
    let running = application.enqueue_long("Sleep", FOR_EVER_MILLISECONDS);
    application.ledger().wait_for("begin", &running);
    service.signal(Signal::TTIN);
    service.wait_for_words("asked what runs");
    service.wait_for_words(&running);
    let log = service.log();
    assert!(log.lines().any(|line| line.contains(&running) && line.contains("Sleep")), "{log}");
    service.signal(Signal::USR2);
    service.wait_for_words("the signal means nothing here");
}

#[test]
fn a_quiet_service_finishes_what_it_has_and_claims_nothing_until_it_goes_on() {
    let application = application(SERVICE_MODE);
    let (ledger, store) = (application.ledger(), application.store());
    let service = application.start_service();
    let running = application.enqueue_held("Hold");
    ledger.wait_for("begin", &running);
    service.signal(Signal::USR1);
    service.wait_for_words("asked to be quiet");
    store.wait_for_quiet();
    let waiting = application.enqueue_append();
    application.open_gate();
    store.wait_for_state(&running, JobState::Completed);
    assert_eq!(store.job(&waiting).state, JobState::Available);
    service.signal(Signal::CONT);
    ledger.wait_for("done", &waiting);
}
