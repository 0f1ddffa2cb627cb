//! Looking after a store: checking it, copying it, giving room back.
#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

mod support;

use std::fs;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};

use egret_core::{Backend, CareProgress, CheckReport, ErrorKind, Leave, Left, Selection, StoreVersion};
use egret_sqlite::rusqlite::Connection;
use egret_sqlite::{SqliteBackend, SqliteOptions, VacuumLimits};
use support::{Store, completed, enqueue, job, options, register, request};

/// A store with jobs in every place: available, scheduled, claimed, completed.
async fn used_store() -> Store {
    let store = Store::new();
    let backend = &*store.backend;
    let selection = Arc::new(Selection::strict(["*"]));
    let service = register(backend, &selection).await;
    enqueue(backend, (0..20).map(|number| job(&format!("Class{}", number % 3), "default")).collect()).await;
    let claimed = backend.claim(request(service, &selection, 10)).await.unwrap();
    backend.finish(claimed.iter().take(5).map(completed).collect()).await.unwrap();
    let mut later = job("Later", "default");
    later.data.scheduled_at = Some(egret_core::Timestamp::now() + std::time::Duration::from_secs(3600));
    enqueue(backend, vec![later]).await;
    store
}

async fn check(backend: &SqliteBackend) -> CheckReport {
    backend.check(CareProgress::silent()).await.unwrap()
}

#[tokio::test]
async fn a_store_in_use_is_whole() {
    let store = used_store().await;
    let n_steps = Arc::new(AtomicU64::new(0));
    let told = Arc::clone(&n_steps);
    let progress = CareProgress::new(move |step| {
        assert!(step.done <= step.total, "{step:?}");
        told.fetch_add(1, Ordering::Relaxed);
    });
    let report = store.backend.check(progress).await.unwrap();
    assert!(report.is_whole && report.findings.is_empty(), "{report:?}");
    assert_eq!(report.n_jobs, 21);
    assert!(n_steps.load(Ordering::Relaxed) > 3);
}

#[tokio::test]
async fn each_broken_promise_is_found() {
    for (subject, harm) in [
        ("counters", "UPDATE egret_lanes SET n_available = n_available + 1 WHERE id = 1"),
        ("claims", "DELETE FROM egret_services"),
        ("waiting", "DELETE FROM egret_jobs WHERE id = (SELECT min(record) FROM egret_ready)"),
        ("places", "DELETE FROM egret_reserved"),
        ("places", "INSERT INTO egret_ready SELECT lane, 0, 0, due_at, 0, record FROM egret_reserved"),
        ("history", "DELETE FROM egret_jobs WHERE id = (SELECT min(record) FROM egret_history)"),
        ("numbers", "UPDATE egret_sequence SET next = 3"),
        ("numbers", "DELETE FROM egret_sequence"),
    ] {
        let store = used_store().await;
        Connection::open(store.folder.path().join("egret.db")).unwrap().execute_batch(harm).unwrap();
        let report = check(&store.again()).await;
        assert!(!report.is_whole);
        assert!(report.findings.iter().any(|finding| finding.subject == subject), "{harm}: {report:?}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_backup_made_while_jobs_come_in_is_whole_and_opens() {
    let store = used_store().await;
    let is_done = Arc::new(AtomicBool::new(false));
    let writer = tokio::spawn({
        let (backend, is_done) = (Arc::clone(&store.backend), Arc::clone(&is_done));
        async move {
            let mut n_batches = 0;
            while !is_done.load(Ordering::Relaxed) || n_batches < 3 {
                enqueue(&*backend, (0..50).map(|_| job("Busy", "busy")).collect()).await;
                n_batches += 1;
            }
        }
    });
    for number in 0..5 {
        let target = store.folder.path().join(format!("copy-{number}.db"));
        let report = store.backend.back_up(&target, CareProgress::silent()).await.unwrap();
        assert_eq!(report.bytes, fs::metadata(&target).unwrap().len());
        assert_eq!((report.n_live >= 16, report.n_finished), (true, 5), "{report:?}");
        let copy = SqliteBackend::open(SqliteOptions::new(&target)).unwrap();
        assert!(check(&copy).await.is_whole);
        assert_eq!(copy.counts().await.unwrap().live(), report.n_live);
    }
    is_done.store(true, Ordering::Relaxed);
    writer.await.unwrap();
    assert!(check(&store.backend).await.is_whole);
}

#[tokio::test]
async fn a_backup_overwrites_nothing_and_leaves_nothing_behind() {
    let store = used_store().await;
    let target = store.folder.path().join("copy.db");
    fs::write(&target, "precious").unwrap();
    let error = store.backend.back_up(&target, CareProgress::silent()).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Conflict);
    assert!(error.to_string().contains("copy.db") && error.to_string().contains("overwrites nothing"), "{error}");
    assert_eq!(fs::read_to_string(&target).unwrap(), "precious");
    let nowhere = store.folder.path().join("no/such/folder/copy.db");
    let error = store.backend.back_up(&nowhere, CareProgress::silent()).await.unwrap_err();
    assert!(error.to_string().contains("no/such/folder/copy.db"), "{error}");
    let names = fs::read_dir(store.folder.path()).unwrap().map(|entry| entry.unwrap().file_name());
    assert!(names.into_iter().all(|name| !name.to_string_lossy().contains("partial")));
}

#[tokio::test]
async fn a_vacuum_gives_room_back_beside_a_service() {
    let store = used_store().await;
    let bulky = |_| {
        let mut job = job("Bulky", "bulk");
        job.data.locale = Some("x".repeat(20_000));
        job
    };
    let ids = enqueue(&*store.backend, (0..200).map(bulky).collect()).await;
    let target = egret_core::Target::Ids(ids);
    store.backend.change(target, egret_core::Change::Delete).await.unwrap();
    let report = store.backend.vacuum().await.unwrap();
    assert!(report.before.free_bytes > 3 << 20, "{report:?}");
    assert_eq!(report.after.free_bytes, 0, "{report:?}");
    assert!(fs::metadata(store.folder.path().join("egret.db")).unwrap().len() < 1 << 20);
    assert!(check(&store.backend).await.is_whole);
    enqueue(&*store.backend, vec![job("After", "default")]).await;
    assert_eq!(store.backend.counts().await.unwrap().live(), 17);
}

/// The same store under other limits.
fn with_limits(store: &Store, vacuum: VacuumLimits) -> Arc<SqliteBackend> {
    SqliteBackend::open(SqliteOptions { vacuum, ..options(&store.folder) }).unwrap()
}

#[tokio::test]
async fn a_vacuum_of_much_beside_services_is_refused_until_they_are_gone() {
    let store = Store::new();
    let backend = with_limits(&store, VacuumLimits { most_beside_services: 64 << 10, ..VacuumLimits::default() });
    let selection = Arc::new(Selection::strict(["*"]));
    let service = register(&*backend, &selection).await;
    enqueue(&*backend, (0..200).map(|_| job("Kept", "default")).collect()).await;
    let before = backend.size().await.unwrap();
    assert!(before.used_bytes > 64 << 10, "{before:?}");
    let error = backend.vacuum().await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Conflict);
    let text = error.to_string();
    assert!(
        text.contains("keep the service that lives waiting") && text.contains("`systemctl stop egret-job`"),
        "{text}"
    );
    assert_eq!(backend.size().await.unwrap(), before, "nothing was done");
    enqueue(&*backend, vec![job("After", "default")]).await;

    assert_eq!(backend.leave(service, Leave::Always).await.unwrap(), Left::Gone);
    backend.vacuum().await.unwrap();
    assert_eq!(backend.counts().await.unwrap().live(), 201);
}

#[tokio::test]
async fn a_vacuum_without_room_on_the_disk_is_refused() {
    let store = Store::new();
    let limits = VacuumLimits { spare_bytes: u64::MAX / 4, ..VacuumLimits::default() };
    let backend = with_limits(&store, limits);
    enqueue(&*backend, vec![job("Kept", "default")]).await;
    let before = backend.size().await.unwrap();
    let error = backend.vacuum().await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Conflict);
    let text = error.to_string();
    assert!(text.contains("make room there") && text.contains("`SQLITE_TMPDIR`"), "{text}");
    assert!(text.contains("a vacuum needs ") && text.contains(" MiB free in `/"), "{text}");
    assert_eq!(backend.size().await.unwrap(), before, "nothing was done");
    store.backend.vacuum().await.unwrap();
}

#[test]
fn the_versions_are_told_without_changing_them() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("egret.db");
    assert_eq!(SqliteBackend::stored_version(&path).unwrap().found, 0, "there is no store");
    assert!(!path.exists());
    let store = SqliteBackend::open(SqliteOptions::new(&path)).unwrap();
    let StoreVersion { found, current } = store.version().unwrap();
    assert_eq!(found, 0);
    drop(store);
    let connection = Connection::open(&path).unwrap();
    connection.execute("UPDATE egret_schema SET version = ?1", [current + 1]).unwrap();
    let version = SqliteBackend::stored_version(&path).unwrap();
    assert_eq!((version.found, version.current), (current + 1, current));
    assert_eq!(SqliteBackend::open(SqliteOptions::new(&path)).unwrap_err().kind(), ErrorKind::Refused);
}
