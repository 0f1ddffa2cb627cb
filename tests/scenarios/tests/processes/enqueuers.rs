//! Enqueuers that are killed between the commit and the start of a service.

use std::collections::BTreeSet;
use std::time::{Duration, Instant};

use egret_core::JobState;
use egret_scenarios::application::Application;
use egret_scenarios::foreground::ended_by;
use egret_scenarios::patience::{PATIENCE, holds, wait_for};
use egret_scenarios::scale::{dice, report, scaled};
use egret_scenarios::store::Store;
use rand::RngExt as _;
use rustix::process::Signal;

use crate::application;

/// Stores a job by an enqueuer that dies with the right to start a service in its hands.
fn store_and_die(application: &Application) {
    let file = application.path("ledger");
    let status = application.spawn(["store-and-die", file.as_str()]).wait();
    assert_eq!(ended_by(status), Some(Signal::KILL.as_raw()), "{status}");
    assert_eq!(application.processes(), [], "a dead enqueuer started a process");
}

#[test]
fn a_status_starts_the_service_that_a_killed_enqueuer_owes() {
    let application = application("");
    let ledger = application.ledger();
    store_and_die(&application);
    assert_eq!(application.store().counts().of_state(JobState::Available), 1);
    application.run(["status"]);
    ledger.wait_for_count(1, "done");
}

#[test]
fn the_next_enqueue_starts_the_service_that_a_killed_enqueuer_owes() {
    let application = application("");
    let ledger = application.ledger();
    store_and_die(&application);
    application.enqueue_append();
    ledger.wait_for_count(2, "done");
}

#[test]
fn jobs_of_an_enqueuer_that_cannot_start_a_service_wait_for_one_who_can() {
    let application = application("");
    let ledger = application.ledger();
    application.run(["enqueue-only", "3", &application.path("ledger")]);
    assert_eq!(application.processes(), []);
    assert_eq!(application.store().counts().of_state(JobState::Available), 3);
    application.run(["status"]);
    ledger.wait_for_count(3, "done");
}

#[test]
fn whatever_an_enqueuer_killed_at_any_moment_has_stored_is_run() {
    let test = "an_enqueuer_killed_at_any_moment";
    let mut dice = dice(test);
    let application = application("default:\n  linger: 20ms\n");
    let (ledger, store) = (application.ledger(), application.store());
    let file = application.path("ledger");
    let n_rounds = scaled(400);
    let (mut round, mut n_owed) = (0, 0);
    // Chance may hit none of them in that moment; then others have to die.
    while round < n_rounds || n_owed == 0 {
        round += 1;
        assert!(round <= 10 * n_rounds, "no enqueuer was killed between commit and start, so nothing was proven");
        application.wait_for_no_service();
        let n_before = n_stored(&store);
        let mut enqueuer = application.spawn(["enqueue-many", "1000", file.as_str()]);
        // A service has to be started within the milliseconds after the first commit.
        wait_closely(|| n_stored(&store) > n_before);
        wait_closely_for(Duration::from_micros(dice.random_range(0..4_000)));
        enqueuer.kill();
        n_owed += usize::from(application.processes().is_empty() && store.counts().live() > 0);

        application.run(["status"]);
        wait_for("the end of every job", || {
            let counts = store.counts();
            holds(counts.live() == 0, || format!("round {round}: {counts:?}"))
        });
        let runs = ledger.counts_by_job("done");
        let acknowledged: BTreeSet<_> = enqueuer.log().lines().map(str::to_owned).collect();
        assert!(acknowledged.iter().all(|id| runs.contains_key(id)), "an acknowledged job did not run");
        assert!(runs.values().all(|n_runs| *n_runs == 1), "a job ran twice");
        assert_eq!(runs.len() as u64, store.counts().of_state(JobState::Completed));
    }
    report(test, format_args!("{n_owed} of {round} enqueuers died owing a service"));
}

fn n_stored(store: &Store) -> u64 {
    store.counts().rows.iter().map(|row| row.n_jobs).sum()
}

/// Looks without a pause, for moments that pass quickly.
fn wait_closely(is_so: impl Fn() -> bool) {
    let began = Instant::now();
    while !is_so() {
        assert!(began.elapsed() < PATIENCE, "the enqueuer stores nothing");
    }
}

fn wait_closely_for(time: Duration) {
    let began = Instant::now();
    wait_closely(|| began.elapsed() >= time);
}
