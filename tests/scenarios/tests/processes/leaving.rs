//! The leaving of a service on demand: no job is missed, and reserved ones keep it.

use std::time::Duration;

use egret_scenarios::scale::{dice, report, scaled, soak_or};
use rand::RngExt as _;

use crate::application;

/// How long a job may wait. The contract is a second; another machine's load is no fault of ours.
fn longest_wait() -> Duration {
    soak_or(Duration::from_secs(1), Duration::from_secs(20))
}

#[test]
fn a_job_enqueued_while_the_service_leaves_is_run_at_once() {
    let mut dice = dice("a_job_enqueued_while_the_service_leaves");
    let application = application("default:\n  linger: 20ms\n");
    let ledger = application.ledger();
    let mut enqueuer = application.start_told();
    let mut waits = Vec::new();
    let mut services = Vec::new();
    for _ in 0..scaled(2_000) {
        let stored = enqueuer.enqueue();
        let done = ledger.wait_for("done", &stored.id);
        waits.push(Duration::from_micros(done.at.saturating_sub(stored.at)));
        services.push(done.pid);
        // The next enqueue falls before, into or after the leaving.
        std::thread::sleep(Duration::from_micros(dice.random_range(0..60_000)));
    }
    let n_jobs = services.len();
    services.dedup();
    waits.sort_unstable();
    let longest = waits[n_jobs - 1];
    report("leaving", format_args!("{} services for {n_jobs} jobs, longest wait {longest:?}", services.len()));
    assert!(services.len() > n_jobs / 10, "the services did not leave often enough for this to prove anything");
    assert!(services.len() < n_jobs, "no job met a living service, so nothing was close to a leaving");
    assert!(longest < longest_wait(), "a job waited {longest:?}");
}

#[test]
fn a_reserved_job_runs_on_time_with_no_further_enqueue() {
    let application = application("default:\n  linger: 20ms\n");
    let (ledger, store) = (application.ledger(), application.store());
    let job = application.run(["enqueue", "Append", &application.file_argument(), "--in", "3s"]);
    let job = job.trim();
    let due_at = u64::try_from(store.job(job).due_at.as_microsecond()).unwrap();
    let done = ledger.wait_for("done", job);
    let lateness = Duration::from_micros(done.at.checked_sub(due_at).expect("it ran before its time"));
    report("reserved", format_args!("late by {lateness:?}"));
    assert!(lateness < longest_wait(), "{lateness:?}");
    application.wait_for_no_service();
    // Nobody would have started another one.
    let log = application.service_log();
    assert_eq!(log.matches("service started").count(), 1, "the service left although a job was reserved: {log}");
}
