//! Programs whose service is killed.

use egret_scenarios::application::Application;
use egret_scenarios::foreground::Foreground;
use egret_scenarios::ledger::Ledger;
use egret_scenarios::patience::{holds, wait_for};
use egret_scenarios::processes;
use rustix::process::{Signal, getpid, set_child_subreaper};

use crate::{SERVICE_MODE, application};

/// Writes a line every 100 ms for a minute, deaf to all that can be ignored.
const WRITER: &str = "trap '' TERM INT QUIT HUP
    n=0; while [ $n -lt 600 ]; do echo begin $EGRET_JOB_ID $$ 0 >> ledger; sleep 0.1; n=$((n+1)); done";

/// A service that runs a program, and another one that does nothing yet.
struct Fixture {
    application: Application,
    ledger: Ledger,
    job: String,
    doomed: Foreground,
    /// The program's process.
    first: u32,
    _heir: Foreground,
}

impl Fixture {
    fn new() -> Self {
        let application = application(SERVICE_MODE);
        let ledger = application.ledger();
        let doomed = application.start_service();
        let job = application.enqueue_script(WRITER);
        let first = ledger.wait_for_nth(5, "begin", &job).pid;
        let heir = application.start_service();
        Self { application, ledger, job, doomed, first, _heir: heir }
    }

    /// Lines of the first run and of others.
    fn n_lines(&self) -> (usize, usize) {
        let lines = self.ledger.of("begin", &self.job);
        let n_first = lines.iter().filter(|entry| entry.pid == self.first).count();
        (n_first, lines.len() - n_first)
    }

    fn assert_that_runs_do_not_overlap(&self) {
        wait_for("lines of the second run", || {
            let (n_first, n_second) = self.n_lines();
            holds(n_second >= 5, || format!("{n_second} lines after {n_first}"))
        });
        assert!(!processes::lives(self.first), "two copies of a program run");
        let lines = self.ledger.of("begin", &self.job);
        let second = lines.iter().position(|entry| entry.pid != self.first).unwrap();
        assert!(lines[second..].iter().all(|entry| entry.pid == lines[second].pid), "the runs overlapped: {lines:?}");
    }
}

#[test]
fn a_program_is_dead_before_its_job_runs_again() {
    let mut fixture = Fixture::new();
    fixture.doomed.kill();
    fixture.assert_that_runs_do_not_overlap();
}

#[test]
fn a_job_waits_for_as_long_as_a_slow_guard_needs_to_end_its_program() {
    // The system sets stopped processes going again when nobody of their session is above them any more; so this process
    // takes the place of the service that dies.
    set_child_subreaper(Some(getpid())).unwrap();
    let mut fixture = Fixture::new();
    let processes = fixture.application.processes();
    let guard = processes.iter().find(|process| process.is_guard()).expect("a program has a guard").pid;
    processes::signal(guard, Signal::STOP);
    fixture.doomed.kill();

    // Two seconds of its lines are two rounds of the other service's rescue.
    let (n_before, _) = fixture.n_lines();
    wait_for("more lines of the first run", || {
        let (n_first, n_second) = fixture.n_lines();
        assert_eq!(n_second, 0, "two copies of a program run");
        holds(n_first >= n_before + 20, || format!("{n_before} lines became {n_first}"))
    });
    processes::signal(guard, Signal::CONT);
    fixture.assert_that_runs_do_not_overlap();
}
