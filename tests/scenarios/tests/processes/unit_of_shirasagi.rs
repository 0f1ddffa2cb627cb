//! The unit file that SHIRASAGI's operators have: a login shell as the command, QUIT as the way to stop, and a copy of the
//! unit for each process.

use std::process::Command;
use std::time::Duration;

use egret_core::JobState;
use egret_scenarios::application::Application;
use egret_scenarios::foreground::Foreground;
use egret_scenarios::patience::{holds, wait_for};
use egret_scenarios::processes::{self, Process};
use rustix::process::Signal;

use crate::{PROGRAM, application};

const N_COPIES: usize = 3;

/// `ExecStart=/bin/bash -lc '…'` with `WorkingDirectory=`.
fn start(application: &Application, script: &str) -> Foreground {
    let plain = application.command(["job:run"]);
    let mut command = Command::new("/bin/bash");
    command.args(["-lc", script]).current_dir(application.root());
    for (name, value) in plain.get_envs() {
        match value {
            Some(value) => command.env(name, value),
            None => command.env_remove(name),
        };
    }
    application.spawn_command(command)
}

fn start_copies(application: &Application, script: &str) -> Vec<Foreground> {
    let copies = (0..N_COPIES).map(|_| start(application, script)).collect();
    wait_for("the count of services in the status", || {
        let status = application.json(["status", "--json"]);
        let count = status["item"]["current_count"].clone();
        holds(count == N_COPIES, || status.to_string())
    });
    copies
}

/// `ExecStop=/usr/bin/kill -QUIT $MAINPID`, and what systemd does next: TERM to every process of the unit.
fn stop(application: &Application, copies: &mut [Foreground]) {
    copies.iter().for_each(|copy| copy.signal(Signal::QUIT));
    std::thread::sleep(Duration::from_millis(5));
    let programs: Vec<Process> = application.processes();
    programs.iter().for_each(|process| processes::signal(process.pid, Signal::TERM));
    copies.iter().for_each(|copy| copy.signal(Signal::TERM));
    // What ran when the signals came ends after them.
    application.open_gate();
    for copy in copies {
        // Where the shell stays between, it dies of the signal, and the service behind it goes on until its job has ended.
        copy.wait();
    }
    wait_for("the end of every process", || {
        let left = application.processes();
        holds(left.is_empty(), || format!("{left:?}"))
    });
}

fn copies_lose_and_double_nothing(script: &str) {
    let application = application("default:\n  mode: service\n  concurrency: 1\n");
    let (ledger, store) = (application.ledger(), application.store());
    let mut copies = start_copies(&application, script);
    // The copies run one each when they are stopped; the rest waits.
    let long: Vec<String> = (0..N_COPIES).map(|_| application.enqueue_held("Hold")).collect();
    let short: Vec<String> = (0..20).map(|_| application.enqueue_append()).collect();
    long.iter().for_each(|job| drop(ledger.wait_for("begin", job)));
    stop(&application, &mut copies);
    for job in &long {
        assert_eq!(store.job(job).state, JobState::Completed, "a job that ran when the service was told to stop");
    }
    assert_eq!(application.json(["status", "--json"])["item"]["current_count"], 0);

    let mut copies = start_copies(&application, script);
    ledger.wait_for_count(N_COPIES + 20, "done");
    stop(&application, &mut copies);
    let runs = ledger.counts_by_job("done");
    assert!(long.iter().chain(&short).all(|job| runs.get(job) == Some(&1)), "{runs:?}");
    assert_eq!(store.counts().live(), 0);
    assert!(ledger.counts_by_job("begin").values().all(|n_begun| *n_begun == 1), "nothing began twice");
}

#[test]
fn copies_of_the_unit_lose_and_double_nothing_when_the_shell_replaces_itself() {
    copies_lose_and_double_nothing(&format!("'{PROGRAM}' job:run"));
}

#[test]
fn copies_of_the_unit_lose_and_double_nothing_when_the_shell_stays_between() {
    copies_lose_and_double_nothing(&format!("'{PROGRAM}' job:run; true"));
}
