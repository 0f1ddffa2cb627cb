//! A disk that takes no more, in the middle of the work of one process, and has room again later.
#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

mod support;

use std::collections::HashSet;
use std::fs;
use std::process::Command;
use std::sync::Arc;

use egret_core::{
    Backend, CareProgress, EnqueueRequest, Enqueued, Error, ErrorKind, JobFilter, JobId, JobState, NewJob, Page,
    Selection,
};
use egret_sqlite::{SqliteBackend, SqliteOptions};
use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};
use support::{Store, completed, enqueue, job, register, request, worker, workers_store};

/// No file of this process may become longer; the system refuses it like a full disk. The answer allows it again.
fn no_room_beyond(bytes: u64) -> impl FnOnce() {
    let before = getrlimit(Resource::Fsize);
    setrlimit(Resource::Fsize, Rlimit { current: Some(bytes), maximum: before.maximum }).unwrap();
    move || setrlimit(Resource::Fsize, before).unwrap()
}

fn bulky() -> NewJob {
    let mut job = job("Bulky", "default");
    job.data.locale = Some("x".repeat(20_000));
    job
}

/// Enqueues one by one until the disk is full; answers with what was acknowledged, and the error.
async fn fill(backend: &SqliteBackend) -> (Vec<JobId>, Error) {
    let mut acknowledged = Vec::new();
    loop {
        assert!(acknowledged.len() < 1_000, "the disk is never full");
        match backend.enqueue(EnqueueRequest { jobs: vec![bulky()], start: None }).await {
            Ok(reply) => match reply.outcomes.as_slice() {
                [Enqueued::Stored(id)] => acknowledged.push(id.clone()),
                other => panic!("not stored: {other:?}"),
            },
            Err(error) => return (acknowledged, error),
        }
    }
}

async fn ids(backend: &SqliteBackend, is_wanted: impl Fn(JobState) -> bool) -> HashSet<JobId> {
    let listing = backend.inspect(&JobFilter::all(), &Page::first(100_000)).await.unwrap();
    listing.items.into_iter().filter(|job| is_wanted(job.state)).map(|job| job.id).collect()
}

#[test]
fn what_was_acknowledged_survives_a_full_disk_and_enqueueing_goes_on_when_there_is_room() {
    let store = Store::new();
    let work = worker("works_on_a_disk_that_is_full_for_a_while", &store.folder.path().join("egret.db"));
    // Who writes beyond the limit gets a signal, unless it is ignored.
    let mut command = Command::new("sh");
    command.args(["-c", "trap '' XFSZ; exec \"$0\" \"$@\""]).arg(work.get_program()).args(work.get_args());
    command.envs(work.get_envs().filter_map(|(name, value)| Some((name, value?))));
    let output = command.output().unwrap();
    let (words, error) = (String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    assert!(output.status.success() && words.contains("1 passed"), "{words}{error}");
}

#[tokio::test]
#[ignore = "a process that another test starts"]
async fn works_on_a_disk_that_is_full_for_a_while() {
    let Some(options) = workers_store() else { return };
    let path = options.path.clone();
    let backend = SqliteBackend::open(options.clone()).unwrap();
    let selection = Arc::new(Selection::strict(["*"]));
    let service = register(&*backend, &selection).await;
    let mut acknowledged: HashSet<JobId> = enqueue(&*backend, vec![bulky(), bulky()]).await.into_iter().collect();
    let claimed = backend.claim(request(service, &selection, 1)).await.unwrap();

    let log = fs::metadata(path.with_file_name("egret.db-wal")).unwrap().len();
    let make_room = no_room_beyond(log + 300_000);
    // Later attempts meet a disk that was full before.
    for _ in 0..3 {
        let (stored, error) = fill(&backend).await;
        acknowledged.extend(stored);
        let text = error.to_string();
        assert_eq!(error.kind(), ErrorKind::Unavailable, "{text}");
        assert!(text.starts_with("failed to enqueue jobs: the disk takes no more, nothing was stored"), "{text}");
        assert!(text.contains("make room") && text.contains("`max_size` in config/job.yml"), "{text}");
    }
    assert!(acknowledged.len() > 5, "some were stored before: {}", acknowledged.len());
    assert_eq!(ids(&backend, |_| true).await, acknowledged, "what was refused is not there, all else is");
    assert_eq!(backend.damage().await.unwrap(), None, "a full disk destroys nothing");

    make_room();
    acknowledged.extend(enqueue(&*backend, vec![bulky()]).await);
    backend.finish(claimed.iter().map(completed).collect()).await.unwrap();
    assert!(backend.check(CareProgress::silent()).await.unwrap().is_whole);
    drop(backend);
    // Whoever opens the store later finds the same.
    let backend = SqliteBackend::open(SqliteOptions { path, ..options }).unwrap();
    assert_eq!(ids(&backend, |_| true).await, acknowledged);
    assert_eq!(ids(&backend, JobState::is_terminal).await, claimed.iter().map(|job| job.id.clone()).collect());
}
