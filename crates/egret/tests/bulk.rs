//! Changes of jobs that were selected.

#![allow(clippy::unwrap_used, reason = "the functions that tests share are tests, too")]

use egret::App;
use egret::bulk::{BulkChange, Found, SAMPLES};
use egret::config::{Config, LoadOptions};
use egret_core::{Change, EnqueueRequest, JobData, JobFilter, JobId, JobState, NewJob, Origin};
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
    let mut bulk = BulkChange::new(app, found, by_hand);
    while bulk.step().await.unwrap() {}
    bulk.end().await.unwrap().n_changed
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
    assert_eq!(change(&app, found, Change::Delete).await, SAMPLES as u64 - 1);
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
