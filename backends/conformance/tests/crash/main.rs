//! The crash suite itself under test: it passes on the reference, turns red when a store loses or doubles jobs, and is void
//! when nobody was hit.
//!
//! The reference lives in one process, so the harness serves it to the workers over a socket.

mod client;
mod server;

use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use egret_conformance::crash::{self, Plan};
use egret_core::memory::{MemoryOptions, MemoryRows};
use egret_core::{Backend, Result, Timing};

use crate::client::Client;
use crate::server::Fault;

/// A run of a few seconds.
fn small_plan() -> Plan {
    let (n_kills, n_freezes) = (8, 3);
    Plan { n_kills, n_freezes, ..Plan::of(600, egret_conformance::seed()) }
}

/// Runs the suite on the reference, served with the fault.
fn run(plan: &Plan, fault: Option<Fault>) {
    let serve = async |folder: PathBuf, timing: Timing| -> Result<Arc<dyn Backend>> {
        let store = MemoryRows::new(MemoryOptions { timing, ..MemoryOptions::default() });
        server::start(&folder, store.clone(), fault);
        Ok(Arc::new(store) as Arc<dyn Backend>)
    };
    crash::run(plan, serve, concat!(module_path!(), "::crash_worker_entry"));
}

/// The entry of worker processes; as a test it does nothing.
#[test]
fn crash_worker_entry() {
    crash::worker_main(async |folder: PathBuf, _| Ok(Arc::new(Client::connect(&folder)) as Arc<dyn Backend>));
}

#[test]
fn passes_on_the_reference() {
    run(&small_plan(), None);
}

#[test]
fn turns_red_when_a_finish_is_lost() {
    // A job whose finish was lost is done again when its worker dies, or too often, and stays for good if that lives.
    let messages =
        ["was completed more than once", "jobs that are not completed", "jobs are left that nobody finishes"];
    // Jobs that are left are found by the silence after all others.
    let plan = Plan { patience: Duration::from_secs(6), ..small_plan() };
    turns_red_by(&plan, Fault::FinishLost, &messages);
}

#[test]
fn turns_red_when_a_stale_finish_is_answered_as_done() {
    turns_red(Fault::StaleAnsweredAsDone, &["was completed more than once"]);
}

#[test]
fn turns_red_when_a_rescue_loses_jobs() {
    turns_red(Fault::RescueLosesJobs, &["completed jobs"]);
}

#[test]
fn turns_red_when_a_kill_counts_as_a_failure() {
    turns_red(Fault::RescueDiscardsJobs, &["jobs that are not completed"]);
}

#[test]
#[should_panic(expected = "the run is void")]
fn is_void_when_nobody_was_hit() {
    // A single worker is never hit, so that a run can end.
    run(&Plan { n_workers: 1, n_jobs: 50, ..small_plan() }, None);
}

/// Checks that the suite finds the fault, and says so in one of the ways.
fn turns_red(fault: Fault, messages: &[&str]) {
    turns_red_by(&small_plan(), fault, messages);
}

/// The same by another plan.
fn turns_red_by(plan: &Plan, fault: Fault, messages: &[&str]) {
    let panic = std::panic::catch_unwind(|| run(plan, Some(fault))).expect_err("the fault is found");
    let message = panic.downcast_ref::<String>().expect("the finding has figures");
    assert!(messages.iter().any(|expected| message.contains(expected)), "{fault:?} is found as `{message}`");
}
