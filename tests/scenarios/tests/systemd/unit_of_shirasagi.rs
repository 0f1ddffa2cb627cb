//! The unit file that SHIRASAGI's operators have, copied for each process.

use super::machine::{Machine, PROGRAM};

const N_COPIES: usize = 3;

/// As its operations page has it, with the user filled in and the application where it is here.
///
/// Source: SHIRASAGI's page on background jobs, section "systemd".
const UNIT: &str = "\
[Unit]
Description=Shirasagi Job Server
After=mongod.service

[Service]
User=jobs
WorkingDirectory=/srv/app
Type=simple
Restart=always

ExecStart=/bin/bash -lc 'bundle exec rake job:run'
ExecStop=/usr/bin/kill -QUIT $MAINPID

[Install]
WantedBy=multi-user.target
";

fn names() -> Vec<String> {
    (1..=N_COPIES).map(|number| format!("shirasagi-job{number}.service")).collect()
}

pub(crate) fn copies_of_the_unit_lose_and_double_nothing() {
    let machine = Machine::new("default:\n  mode: service\n  concurrency: 1\n");
    // What the login shell finds as `bundle exec rake` is this program.
    let bundle = machine.write("etc/jobs/bundle", &format!("#!/bin/sh\nshift 2\nexec {PROGRAM} \"$@\"\n"));
    std::fs::set_permissions(bundle, std::os::unix::fs::PermissionsExt::from_mode(0o755)).unwrap();
    machine.write("etc/profile", "PATH=/etc/jobs:$PATH\n");
    names().iter().for_each(|name| drop(machine.write(&format!("etc/systemd/system/{name}"), UNIT)));
    let all = |verb: &str| {
        let words: Vec<String> = ["systemctl".to_owned(), verb.to_owned()].into_iter().chain(names()).collect();
        machine.root(&words.iter().map(String::as_str).collect::<Vec<_>>())
    };
    machine.root(&["systemctl", "daemon-reload"]);
    all("enable");
    all("start");
    machine.wait_for_services(N_COPIES);

    // The copies run one each when they are stopped; the rest waits.
    let long: Vec<String> = (0..N_COPIES).map(|_| machine.enqueue_sleep(3_000)).collect();
    let short: Vec<String> = (0..6).map(|_| machine.enqueue_append(&[])).collect();
    let ledger = machine.ledger();
    long.iter().for_each(|job| drop(ledger.wait_for("begin", job)));
    all("stop");
    machine.wait_for_services(0);
    assert!(long.iter().all(|job| ledger.of("done", job).len() == 1), "jobs that ran have ended before the stop has");

    let machine = machine.reboot();
    machine.wait_for_services(N_COPIES);
    short.iter().for_each(|job| drop(ledger.wait_for("done", job)));
    let (begun, done) = (ledger.counts_by_job("begin"), ledger.counts_by_job("done"));
    assert!(long.iter().all(|job| begun.get(job) == Some(&1) && done.get(job) == Some(&1)), "{begun:?} {done:?}");
    assert!(short.iter().all(|job| done.get(job) == Some(&1)), "{done:?}");
}
