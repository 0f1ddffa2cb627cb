//! What is written, and when.
#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

mod support;

use std::fs;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use egret_core::{Backend, Beat, JobFilter, JobState, Leave, Left, Page, PrunePolicy, Retention, Selection};
use egret_sqlite::rusqlite::{Connection, TransactionBehavior};
use support::{Store, enqueue, job, register, request, wait_until};

/// Bytes of the head of SQLite's write-ahead log, and of the head of each page in it (<https://sqlite.org/fileformat2.html>,
/// section 4).
const LOG_HEAD: usize = 32;
const PAGE_HEAD: usize = 24;
const PAGE: usize = 4096;

fn log_path(store: &Store) -> PathBuf {
    store.folder.path().join("egret.db-wal")
}

/// How many commits the write-ahead log holds: the last page of each has the size of the database in its head.
fn n_commits(store: &Store) -> usize {
    let log = fs::read(log_path(store)).unwrap();
    let salt = &log[16..24];
    let pages = log[LOG_HEAD..].chunks_exact(PAGE_HEAD + PAGE);
    pages.filter(|page| &page[8..16] == salt && page[4..8] != [0; 4]).count()
}

/// While another connection writes, enqueues queue up; then they share commits.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn concurrent_enqueues_share_a_commit() {
    let store = Store::new();
    enqueue(&*store.backend, vec![job("Greet", "default")]).await;
    let before = n_commits(&store);
    let mut other = Connection::open(store.folder.path().join("egret.db")).unwrap();
    let hold = other.transaction_with_behavior(TransactionBehavior::Immediate).unwrap();
    let enqueues: Vec<_> = (0..300)
        .map(|_| {
            let backend = Arc::clone(&store.backend);
            tokio::spawn(async move { enqueue(&*backend, vec![job("Greet", "default")]).await })
        })
        .collect();
    // Every task has been polled once when this one, spawned after them, has run on the only queue there is for each thread.
    for _ in 0..1000 {
        tokio::task::yield_now().await;
    }
    hold.rollback().unwrap();
    for enqueue in enqueues {
        enqueue.await.unwrap();
    }
    let counts = store.backend.counts().await.unwrap();
    assert_eq!(counts.of_state(JobState::Available), 301);
    let n_commits = n_commits(&store) - before;
    assert!(n_commits < 150, "300 enqueues took {n_commits} commits");
}

/// On one thread each would believe itself alone if it did not let the others begin.
#[tokio::test]
async fn enqueues_that_share_a_thread_share_commits() {
    let store = Store::new();
    let enqueues: Vec<_> = (0..64)
        .map(|_| {
            let backend = Arc::clone(&store.backend);
            tokio::spawn(async move {
                for _ in 0..10 {
                    enqueue(&*backend, vec![job("Greet", "default")]).await;
                }
            })
        })
        .collect();
    for enqueue in enqueues {
        enqueue.await.unwrap();
    }
    assert!(store.backend.n_commits() < 160, "640 enqueues took {} commits", store.backend.n_commits());
}

/// Callers may do their work on their own thread, but never wait there: neither for the lock of SQLite nor for its turn.
#[tokio::test]
async fn no_caller_keeps_its_thread_while_another_process_writes() {
    let store = Store::new();
    let selection = Arc::new(Selection::strict(["default"]));
    let service = register(&*store.backend, &selection).await;
    enqueue(&*store.backend, vec![job("Greet", "default")]).await;
    let turnstile = fs::File::open(store.folder.path().join("egret.db.d/turnstile-b")).unwrap();
    for has_turn in [false, true] {
        let mut other = Connection::open(store.folder.path().join("egret.db")).unwrap();
        let hold = other.transaction_with_behavior(TransactionBehavior::Immediate).unwrap();
        if has_turn {
            turnstile.lock().unwrap();
        }
        let backend = Arc::clone(&store.backend);
        let enqueue = tokio::spawn(async move { enqueue(&*backend, vec![job("Greet", "default")]).await });
        let (backend, selection) = (Arc::clone(&store.backend), Arc::clone(&selection));
        let claim = tokio::spawn(async move { backend.claim(request(service, &selection, 1)).await });
        // There is one thread: if one of them kept it, this would never go on.
        for _ in 0..100 {
            tokio::task::yield_now().await;
        }
        assert!(!enqueue.is_finished() && !claim.is_finished());
        hold.rollback().unwrap();
        if has_turn {
            turnstile.unlock().unwrap();
        }
        enqueue.await.unwrap();
        assert_eq!(claim.await.unwrap().unwrap().len(), 1);
    }
}

#[tokio::test]
async fn an_idle_service_writes_nothing_to_the_database() {
    let store = Store::new();
    let backend = &*store.backend;
    let selection = Arc::new(Selection::strict(["*"]));
    let service = register(backend, &selection).await;
    enqueue(backend, vec![job("Later", "unknown")]).await;
    backend.pause("unknown").await.unwrap();
    let before = (fs::read(log_path(&store)).unwrap(), fs::read(store.folder.path().join("egret.db")).unwrap());
    for _ in 0..20 {
        assert!(backend.claim(request(service, &selection, 10)).await.unwrap().is_empty());
        assert!(!backend.beat(service, Beat::default()).await.unwrap().unknown);
        assert!(backend.beat_locally(service));
        assert_eq!(backend.due(&selection).await.unwrap(), None);
        assert!(backend.rescue().await.unwrap().dead_services.is_empty());
        assert_eq!(backend.services().await.unwrap().len(), 1);
        let policy = PrunePolicy { retention: Retention::of(Duration::from_secs(3600)).within(1 << 30), limit: 100 };
        assert!(backend.prune(policy).await.unwrap().removed.is_empty());
        backend.counts().await.unwrap();
        backend.wait(Duration::from_millis(1)).await;
    }
    let after = (fs::read(log_path(&store)).unwrap(), fs::read(store.folder.path().join("egret.db")).unwrap());
    assert!(before == after, "the database has changed");
    assert_eq!(backend.leave(service, Leave::WhenIdle(selection)).await.unwrap(), Left::Gone);
}

/// Two handles, as two processes are, write much more than the log may hold.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_log_stays_bounded_under_load() {
    const LIMIT: u64 = 32 << 20;
    let store = Store::new();
    let handles = [Arc::clone(&store.backend), store.again()];
    let writers = handles.map(|backend| {
        tokio::spawn(async move {
            for _ in 0..60 {
                let mut jobs: Vec<_> = (0..100).map(|_| job("Large", "default")).collect();
                for job in &mut jobs {
                    job.data.locale = Some("x".repeat(10_000));
                }
                enqueue(&*backend, jobs).await;
            }
        })
    });
    for writer in writers {
        writer.await.unwrap();
    }
    let database = store.folder.path().join("egret.db");
    // 120 MB went in. While it is written, the log may outgrow its bound by what is committed during one checkpoint.
    let peak = fs::metadata(log_path(&store)).unwrap().len();
    assert!(peak < 3 * LIMIT, "the log has {peak} bytes");
    wait_until("the log is carried over and cut back", async || {
        enqueue(&*store.backend, (0..500).map(|_| job("Small", "default")).collect()).await;
        let (log, whole) = (fs::metadata(log_path(&store)).unwrap().len(), fs::metadata(&database).unwrap().len());
        if log <= LIMIT && whole > 100 << 20 { Ok(()) } else { Err((log, whole)) }
    })
    .await;
}

#[tokio::test]
async fn what_was_acknowledged_is_there_after_the_store_is_opened_again() {
    let store = Store::new();
    let ids = enqueue(&*store.backend, (0..10).map(|_| job("Greet", "default")).collect()).await;
    let folder = store.folder;
    drop(store.backend);
    let backend = egret_sqlite::SqliteBackend::open(support::options(&folder)).unwrap();
    let listing = backend.inspect(&JobFilter::all(), &Page::first(100)).await.unwrap();
    assert_eq!(listing.items.into_iter().map(|record| record.id).collect::<Vec<_>>(), ids);
}

/// A service that waits in the process of a producer has its job by the producer's own commit.
#[tokio::test]
async fn an_enqueue_brings_its_job_to_one_who_waits_in_one_commit() {
    let store = Store::new();
    let selection = Arc::new(Selection::strict(["default"]));
    let service = register(&*store.backend, &selection).await;
    let (backend, request) = (Arc::clone(&store.backend), request(service, &selection, 1));
    let mut waiting = backend.wait_to_claim(request, Duration::from_secs(3600));
    tokio::select! {
        biased;
        claimed = &mut waiting => panic!("nothing was enqueued, and {claimed:?} came"),
        () = std::future::ready(()) => {}
    }
    let before = store.backend.n_commits();
    let ids = enqueue(&*store.backend, vec![job("Greet", "default")]).await;
    let claimed = waiting.await.unwrap();
    assert_eq!(claimed.iter().map(|job| job.id.clone()).collect::<Vec<_>>(), ids);
    assert_eq!(store.backend.n_commits() - before, 1);
}

/// Who is not registered is told so where it waits, and the job of whoever brings one is stored all the same.
#[tokio::test]
async fn an_enqueue_succeeds_beside_a_wait_of_a_service_that_is_unknown() {
    let store = Store::new();
    let selection = Arc::new(Selection::strict(["default"]));
    let service = register(&*store.backend, &selection).await;
    let mut waiting = store.backend.wait_to_claim(request(service, &selection, 1), Duration::from_secs(3600));
    tokio::select! {
        biased;
        claimed = &mut waiting => panic!("nothing was enqueued, and {claimed:?} came"),
        () = std::future::ready(()) => {}
    }
    store.backend.leave(service, Leave::Always).await.unwrap();
    enqueue(&*store.backend, vec![job("Greet", "default")]).await;
    assert_eq!(waiting.await.unwrap_err().kind(), egret_core::ErrorKind::NotFound);
    assert_eq!(store.backend.counts().await.unwrap().of_state(JobState::Available), 1);
}

/// A call whose caller has gone either happens whole or not at all; a claim that nobody took comes back.
#[tokio::test]
async fn a_claim_whose_caller_has_gone_leaves_no_job_behind() {
    let store = Store::new();
    let backend = &*store.backend;
    let selection = Arc::new(Selection::strict(["default"]));
    let service = register(backend, &selection).await;
    enqueue(backend, (0..50).map(|_| job("Greet", "default")).collect()).await;
    for round in 0..50 {
        // So many are not claimed on the caller's thread, where nobody can go away in between.
        let claim = backend.claim(request(service, &selection, 100));
        tokio::pin!(claim);
        // Polled a few times, so that the claim is under way, and then dropped at whatever point it has reached.
        for _ in 0..round % 10 {
            tokio::select! {
                biased;
                claimed = &mut claim => { backend.release(claimed.unwrap().iter().map(|job| {
                    egret_core::Release::unstarted(job.token)
                }).collect()).await.unwrap(); break }
                () = tokio::task::yield_now() => {}
            }
        }
    }
    wait_until("every job can be claimed again", async || {
        let claimed = backend.claim(request(service, &selection, 100)).await.unwrap();
        let n_claimed = claimed.len();
        backend.release(claimed.iter().map(|job| egret_core::Release::unstarted(job.token)).collect()).await.unwrap();
        if n_claimed == 50 { Ok(()) } else { Err(n_claimed) }
    })
    .await;
}
