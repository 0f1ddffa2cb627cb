//! Changes of many jobs that are interrupted, or meet a service at work.

use egret_core::JobData;
use egret_scenarios::patience::{holds, wait_for};
use rustix::process::Signal;
use serde_json::Value;

use crate::{SERVICE_MODE, application};

const N_JOBS: usize = 20_000;

#[test]
fn a_change_that_is_interrupted_ends_between_portions_and_says_how_far_it_came() {
    let application = application(SERVICE_MODE);
    let store = application.store();
    store.fill(N_JOBS, || JobData::new("Nothing"));
    let mut change = application.spawn(["jobs", "delete", "--all", "--yes", "--json"]);
    // It cannot come to its end before it has been interrupted.
    let standstill = wait_for("the first portion", || {
        let standstill = application.standstill();
        let n_left = store.counts().live();
        holds(n_left < N_JOBS as u64, || format!("{n_left} jobs are left")).map(|()| standstill)
    });
    change.signal(Signal::INT);
    drop(standstill);
    assert_eq!(change.wait().code(), Some(130), "{}", change.log());

    let log = change.log();
    let line = log.lines().find(|line| line.starts_with('{')).unwrap_or_else(|| panic!("no account in {log}"));
    let account: Value = serde_json::from_str(line).unwrap();
    let number = |key: &str| account[key].as_u64().unwrap();
    assert!(number("n_left") > 0 && number("n_changed") > 0, "{account}");
    assert_eq!(number("n_left"), store.counts().live());
    assert_eq!(number("n_left") + number("n_changed"), N_JOBS as u64);
}

#[test]
fn a_change_beside_a_service_accounts_for_every_job() {
    let application = application(SERVICE_MODE);
    let store = application.store();
    store.fill(2_000, || JobData::new("Nothing"));
    let _service = application.start_service();
    let account = application.json(["jobs", "cancel", "--all", "--yes", "--json"]);
    let number = |key: &str| account[key].as_u64().unwrap();
    let n_accounted = number("n_changed") + number("n_asked") + number("n_refused") + number("n_moved_on");
    assert_eq!((number("n_left"), n_accounted), (0, number("n_matching")), "{account}");
    wait_for("the end of every job", || {
        let n_live = store.counts().live();
        holds(n_live == 0, || format!("{n_live} live jobs"))
    });
    let n_cancelled = store.counts().of_state(egret_core::JobState::Cancelled);
    let (at_least, at_most) = (number("n_changed"), number("n_changed") + number("n_asked"));
    assert!((at_least..=at_most).contains(&n_cancelled), "{n_cancelled} cancelled: {account}");
}
