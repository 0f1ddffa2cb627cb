//! Changes of jobs that were selected.

#![allow(clippy::unwrap_used, reason = "the functions that tests share are tests, too")]

use std::collections::BTreeSet;

use egret::App;
use egret::bulk::{BulkChange, BulkReport, Found, SAMPLES, usual_states};
use egret::config::{Config, LoadOptions};
use egret_core::{Change, EnqueueRequest, JobData, JobFilter, JobId, JobState, NewJob, Origin, Timestamp};
use serde_json::value::to_raw_value;
use tempfile::TempDir;

async fn app(folder: &TempDir) -> App {
    std::fs::create_dir(folder.path().join("config")).unwrap();
    std::fs::write(folder.path().join("config/job.yml"), "").unwrap();
    let config = Config::load(&LoadOptions::in_folder(folder.path())).unwrap();
    App::builder().config(config).start_nothing().build().await.unwrap()
}

async fn enqueue(app: &App, user: &str) -> JobId {
    let mut data = JobData::new("A");
    data.set_extra("serialized_bindings", to_raw_value(&[serde_json::json!({ "user_id": user })]).unwrap());
    let id = data.job_id.clone();
    let jobs = vec![NewJob::new(data, Origin::Application)];
    app.backend().enqueue(EnqueueRequest { jobs, start: None }).await.unwrap();
    id
}

async fn change(app: &App, found: Found, by_hand: Change) -> u64 {
    changed(app, found, by_hand).await.n_changed
}

async fn changed(app: &App, found: Found, by_hand: Change) -> BulkReport {
    let mut bulk = BulkChange::new(app, found, by_hand);
    while bulk.step().await.unwrap() {}
    bulk.end().await.unwrap()
}

/// What `--all` means: nobody who says it wants a completed job to run again or a running one to be deleted.
#[test]
fn a_change_of_all_means_the_states_in_which_it_makes_sense() {
    let states = |is_meant: fn(JobState) -> bool| -> BTreeSet<_> {
        JobState::ALL.into_iter().filter(|state| is_meant(*state)).map(JobState::as_str).collect()
    };
    let usual = |change| usual_states(change).iter().map(|state| state.as_str()).collect::<BTreeSet<_>>();
    assert_eq!(usual(Change::Retry), BTreeSet::from(["discarded", "retryable"]));
    assert_eq!(usual(Change::RunNow), BTreeSet::from(["retryable", "scheduled"]));
    let at = Timestamp::UNIX_EPOCH;
    assert_eq!(usual(Change::Reschedule(at)), BTreeSet::from(["available", "retryable", "scheduled"]));
    assert_eq!(usual(Change::Cancel), states(|state| !state.is_terminal()));
    assert_eq!(usual(Change::Delete), states(|state| state != JobState::Running));
}

#[tokio::test]
async fn a_selection_leaves_out_what_is_not_the_users_or_has_moved_on() {
    let folder = tempfile::tempdir().unwrap();
    let app = app(&folder).await;
    let [own, other, moved_on] = [enqueue(&app, "5").await, enqueue(&app, "6").await, enqueue(&app, "5").await];
    let filter = JobFilter::all().user("5").state(JobState::Available);
    let one = Found::by_ids(&app, std::slice::from_ref(&moved_on), filter.clone()).await.unwrap();
    assert_eq!(change(&app, one, Change::Cancel).await, 1);

    let selected = [own.clone(), other.clone(), moved_on, JobId::generate(), own.clone()];
    let found = Found::by_ids(&app, &selected, filter).await.unwrap();
    assert_eq!(found.n_jobs(), 1);
    assert_eq!(found.samples().iter().map(|job| &job.id).collect::<Vec<_>>(), [&own]);
    assert_eq!(change(&app, found, Change::Delete).await, 1);
    assert!(app.backend().find(&own).await.unwrap().is_none());
    assert_eq!(app.backend().find(&other).await.unwrap().unwrap().state, JobState::Available);
}

#[tokio::test]
async fn what_was_selected_is_judged_again_when_its_turn_comes() {
    let folder = tempfile::tempdir().unwrap();
    let app = app(&folder).await;
    let mut ids = Vec::new();
    for _ in 0..=SAMPLES {
        ids.push(enqueue(&app, "5").await);
    }
    let filter = JobFilter::all().user("5").state(JobState::Available);
    let found = Found::by_ids(&app, &ids, filter.clone()).await.unwrap();
    assert_eq!((found.n_jobs() as usize, found.samples().len()), (SAMPLES + 1, SAMPLES));
    let meanwhile = Found::by_ids(&app, &ids[..2], filter).await.unwrap();
    assert_eq!(change(&app, meanwhile, Change::Cancel).await, 2);
    let report = changed(&app, found, Change::Delete).await;
    assert_eq!((report.n_changed, report.n_moved_on, report.n_left), (SAMPLES as u64 - 1, 2, 0));
}

#[tokio::test]
async fn what_no_filter_can_say_is_picked_from_the_newest() {
    let folder = tempfile::tempdir().unwrap();
    let app = app(&folder).await;
    let mut ids = Vec::new();
    for _ in 0..4 {
        ids.push(enqueue(&app, "5").await);
    }
    let filter = JobFilter::all().state(JobState::Available);
    let all = Found::by_picking(&app, filter.clone(), 10, |job| job.id != ids[3]).await.unwrap();
    assert_eq!((all.n_jobs(), all.among_newest()), (3, None));
    let newest = Found::by_picking(&app, filter, 2, |_| true).await.unwrap();
    assert_eq!((newest.n_jobs(), newest.among_newest()), (2, Some(2)));
    assert_eq!(change(&app, newest, Change::Cancel).await, 2);
    assert_eq!(app.backend().find(&ids[3]).await.unwrap().unwrap().state, JobState::Cancelled);
    assert_eq!(app.backend().find(&ids[0]).await.unwrap().unwrap().state, JobState::Available);
}
