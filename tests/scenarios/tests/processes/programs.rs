//! Programs whose service is killed.

use egret_scenarios::processes;
use rustix::process::Signal;

use crate::{SERVICE_MODE, application};

/// Writes a line every 100 ms for a minute, deaf to all that can be ignored.
const WRITER: &str = "trap '' TERM INT QUIT HUP
    n=0; while [ $n -lt 600 ]; do echo begin $EGRET_JOB_ID $$ 0 >> ledger; sleep 0.1; n=$((n+1)); done";

#[test]
fn a_program_is_dead_before_its_job_runs_again() {
    let application = application(SERVICE_MODE);
    let ledger = application.ledger();
    let mut doomed = application.start_service();
    let job = application.enqueue_script(WRITER);
    let first = ledger.wait_for_nth(5, "begin", &job).pid;
    let heir = application.start_service();
    doomed.kill();

    let n_first = ledger.of("begin", &job).iter().filter(|entry| entry.pid == first).count();
    egret_scenarios::patience::wait_for("lines of the second run", || {
        let lines = ledger.of("begin", &job);
        let n_second = lines.iter().filter(|entry| entry.pid != first).count();
        egret_scenarios::patience::holds(n_second >= 5, || format!("{n_second} lines after {n_first}"))
    });
    assert!(!processes::lives(first), "two copies of a program run");
    let lines = ledger.of("begin", &job);
    let second = lines.iter().position(|entry| entry.pid != first).unwrap();
    assert!(lines[second..].iter().all(|entry| entry.pid == lines[second].pid), "the runs overlapped: {lines:?}");
    heir.signal(Signal::KILL);
}
