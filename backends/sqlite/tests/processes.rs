//! Several processes on one store.
#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

mod support;

use std::collections::HashSet;
use std::path::Path;
use std::process::Child;
use std::sync::Arc;
use std::time::Duration;

use egret_core::{Backend, JobFilter, JobId, JobState, Page, Selection};
use egret_sqlite::SqliteBackend;
use support::{Store, completed, enqueue, job, register, request, wait_until, worker, workers_store};

/// Jobs of each process that enqueues.
const N_JOBS: usize = 1500;

struct Children(Vec<Child>);

impl Children {
    fn start(test: &str, store: &Path, n: usize) -> Self {
        Self((0..n).map(|_| worker(test, store).spawn().unwrap()).collect())
    }

    fn expect_success(mut self) {
        for child in &mut self.0 {
            assert!(child.wait().unwrap().success(), "a worker failed; its output says why");
        }
    }
}

impl Drop for Children {
    fn drop(&mut self) {
        for child in &mut self.0 {
            let _ = child.kill();
            let _ = child.wait();
        }
    }
}

fn path(store: &Store) -> std::path::PathBuf {
    store.folder.path().join("egret.db")
}

/// Nobody gets an error, above all not that the database is locked: each worker panics at the first one.
#[tokio::test]
async fn processes_that_write_all_the_time_lose_nothing_and_see_no_lock() {
    let store = Store::new();
    let enqueuers = Children::start("enqueues_one_by_one_and_in_batches", &path(&store), 2);
    let services = Children::start("works_until_everything_is_done", &path(&store), 2);
    enqueuers.expect_success();
    services.expect_success();
    let counts = store.backend.counts().await.unwrap();
    assert_eq!(counts.of_state(JobState::Completed), 2 * N_JOBS as u64);
    assert_eq!(counts.live(), 0);
    assert_eq!(finished_ids(&*store.backend).await.len(), 2 * N_JOBS);
}

async fn finished_ids(backend: &dyn Backend) -> HashSet<JobId> {
    let mut ids = HashSet::new();
    let mut page = Page::first(1000);
    loop {
        let listing = backend.inspect(&JobFilter::all().state(JobState::Completed), &page).await.unwrap();
        ids.extend(listing.items.into_iter().map(|record| record.id));
        match listing.next {
            Some(next) => page.after = Some(next),
            None => return ids,
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "a process that another test starts"]
async fn enqueues_one_by_one_and_in_batches() {
    let Some(options) = workers_store() else { return };
    let backend = SqliteBackend::open(options).unwrap();
    let mut n_left = N_JOBS;
    while n_left > 0 {
        let n = if n_left.is_multiple_of(3) { 1 } else { 50.min(n_left) };
        enqueue(&*backend, (0..n).map(|_| job("Count", "default")).collect()).await;
        n_left -= n;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "a process that another test starts"]
async fn works_until_everything_is_done() {
    let Some(options) = workers_store() else { return };
    let backend = SqliteBackend::open(options).unwrap();
    let selection = Arc::new(Selection::strict(["default"]));
    let service = register(&*backend, &selection).await;
    loop {
        let claimed = backend.claim(request(service, &selection, 20)).await.unwrap();
        backend.finish(claimed.iter().map(completed).collect()).await.unwrap();
        if claimed.is_empty() {
            backend.wait(Duration::from_millis(100)).await;
            let counts = backend.counts().await.unwrap();
            if counts.of_state(JobState::Completed) == 2 * N_JOBS as u64 {
                return;
            }
        }
    }
}

#[test]
fn processes_that_open_a_new_store_at_once_all_find_its_tables() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("new").join("egret.db");
    Children::start("opens_and_enqueues", &path, 8).expect_success();
}

#[tokio::test]
#[ignore = "a process that another test starts"]
async fn opens_and_enqueues() {
    let Some(options) = workers_store() else { return };
    let backend = SqliteBackend::open(options).unwrap();
    enqueue(&*backend, vec![job("Greet", "default")]).await;
}

/// The waiter has a timeout that is longer than the test, so only a hint can end its wait.
#[tokio::test]
async fn an_enqueue_in_another_process_wakes_a_waiter() {
    let store = Store::new();
    let waiter = Arc::clone(&store.backend);
    let waiting = tokio::spawn(async move { waiter.wait(Duration::from_secs(600)).await });
    wait_until("the waiter listens", async || {
        let sockets = std::fs::read_dir(store.folder.path().join("egret.db.d/wake")).unwrap().count();
        if sockets > 0 { Ok(()) } else { Err(sockets) }
    })
    .await;
    assert!(!waiting.is_finished());
    Children::start("opens_and_enqueues", &path(&store), 1).expect_success();
    wait_until(
        "the waiter has got the hint",
        async || {
            if waiting.is_finished() { Ok(()) } else { Err("still waiting") }
        },
    )
    .await;
}

#[tokio::test]
async fn a_service_that_is_killed_is_dead_at_once_and_its_jobs_come_back() {
    let store = Store::new();
    let ids = enqueue(&*store.backend, (0..20).map(|_| job("Sleep", "default")).collect()).await;
    let mut children = Children::start("claims_starts_and_hangs", &path(&store), 1);
    wait_until("ten jobs run", async || {
        let n_running = store.backend.counts().await.unwrap().of_state(JobState::Running);
        if n_running == 10 { Ok(()) } else { Err(n_running) }
    })
    .await;
    assert!(store.backend.rescue().await.unwrap().dead_services.is_empty(), "it lives");
    children.0[0].kill().unwrap();
    children.0[0].wait().unwrap();
    let report = store.backend.rescue().await.unwrap();
    assert_eq!(report.dead_services.len(), 1);
    assert_eq!((report.n_released, report.n_interrupted), (15, 10), "only what had started is counted");
    let counts = store.backend.counts().await.unwrap();
    assert_eq!(counts.of_state(JobState::Available), ids.len() as u64);
    let interrupted = store.backend.find(&ids[0]).await.unwrap().unwrap();
    assert_eq!((interrupted.interruptions, interrupted.attempt), (1, 1));
    let untouched = store.backend.find(&ids[12]).await.unwrap().unwrap();
    assert_eq!((untouched.interruptions, untouched.attempt), (0, 0));
}

#[tokio::test]
#[ignore = "a process that another test starts"]
async fn claims_starts_and_hangs() {
    let Some(options) = workers_store() else { return };
    let backend = SqliteBackend::open(options).unwrap();
    let selection = Arc::new(Selection::strict(["default"]));
    let service = register(&*backend, &selection).await;
    let claimed = backend.claim(request(service, &selection, 15)).await.unwrap();
    for job in &claimed[..10] {
        backend.mark_started(job.token);
    }
    std::future::pending::<()>().await;
}

/// A process that is stopped while it queues at the turnstile, or that holds its locks for another reason, keeps nobody
/// waiting for ever.
#[tokio::test]
async fn a_turnstile_that_nobody_leaves_is_passed_by() {
    let store = Store::new();
    let locks: Vec<std::fs::File> = ["turnstile-a", "turnstile-b"]
        .map(|name| std::fs::File::open(store.folder.path().join("egret.db.d").join(name)).unwrap())
        .into();
    for lock in &locks {
        rustix::fs::flock(lock, rustix::fs::FlockOperation::LockExclusive).unwrap();
    }
    enqueue(&*store.backend, vec![job("Greet", "default")]).await;
    drop(locks);
    enqueue(&*store.backend, vec![job("Greet", "default")]).await;
    assert_eq!(store.backend.counts().await.unwrap().of_state(JobState::Available), 2);
}

/// A program of a dead service may still run; its guard holds a lock meanwhile.
#[tokio::test]
async fn jobs_of_a_dead_service_wait_for_the_end_of_its_programs() {
    let store = Store::new();
    let selection = Arc::new(Selection::strict(["default"]));
    enqueue(&*store.backend, vec![job("Run", "default")]).await;
    let service = register(&*store.backend, &selection).await;
    store.backend.claim(request(service, &selection, 1)).await.unwrap();
    let guard = std::fs::File::create(store.backend.guard_file(service).unwrap()).unwrap();
    rustix::fs::flock(&guard, rustix::fs::FlockOperation::LockShared).unwrap();
    let observer = store.again();
    drop(store.backend);
    assert!(observer.rescue().await.unwrap().dead_services.is_empty());
    drop(guard);
    let report = observer.rescue().await.unwrap();
    assert_eq!((report.dead_services, report.n_released), (vec![service], 1));
}
