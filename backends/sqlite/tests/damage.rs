//! A database that is destroyed under those who use it: nothing more is taken, and what can be read is saved.
#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

mod support;

use std::collections::HashSet;
use std::fs::{self, OpenOptions};
use std::os::unix::fs::FileExt;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::Arc;

use egret_core::{
    Backend, CareProgress, Change, Error, ErrorKind, JobFilter, JobId, JobState, NewJob, Page, Selection, Target,
};
use egret_sqlite::rusqlite::Connection;
use egret_sqlite::{SqliteBackend, SqliteOptions};
use serde_json::value::RawValue;
use support::{Store, completed, enqueue, job, options, register, request};
use tempfile::TempDir;

const PAGE: u64 = 4096;

fn database(store: &Store) -> PathBuf {
    store.folder.path().join("egret.db")
}

/// The error of an enqueue into a store that must not take it.
async fn refusal(backend: &SqliteBackend) -> Error {
    let request = egret_core::EnqueueRequest { jobs: vec![job("Late", "default")], start: None };
    backend.enqueue(request).await.unwrap_err()
}

/// The copy that the store says it made.
async fn copy_of(backend: &SqliteBackend) -> PathBuf {
    backend.damage().await.unwrap().expect("the store is damaged").copy.expect("a copy could be made")
}

/// Puts a copy in the place of the store, as the error says, and opens it.
fn put_in_place(folder: &tempfile::TempDir, copy: &Path) -> Arc<SqliteBackend> {
    for suffix in ["-wal", "-shm"] {
        let _ = fs::remove_file(folder.path().join(format!("egret.db{suffix}")));
    }
    fs::rename(copy, folder.path().join("egret.db")).unwrap();
    SqliteBackend::open(options(folder)).unwrap()
}

async fn live_ids(backend: &SqliteBackend) -> HashSet<JobId> {
    let listing = backend.inspect(&JobFilter::all(), &Page::first(100_000)).await.unwrap();
    listing.items.into_iter().filter(|job| !job.state.is_terminal()).map(|job| job.id).collect()
}

/// Claims and completes everything, which must be these jobs.
async fn work_off(backend: &SqliteBackend, mut expected: HashSet<JobId>) {
    let selection = Arc::new(Selection::strict(["*"]));
    let service = register(backend, &selection).await;
    loop {
        let claimed = backend.claim(request(service, &selection, 100)).await.unwrap();
        if claimed.is_empty() {
            break;
        }
        for job in &claimed {
            assert!(expected.remove(&job.id), "{} is claimed twice, or was never there", job.id);
        }
        backend.finish(claimed.iter().map(completed).collect()).await.unwrap();
    }
    assert!(expected.is_empty(), "{} jobs never run", expected.len());
}

#[tokio::test]
async fn a_deleted_store_takes_nothing_more_and_every_job_is_in_the_copy() {
    let store = Store::new();
    let mut expected = HashSet::new();
    for _ in 0..20 {
        expected.extend(enqueue(&*store.backend, (0..10).map(|_| job("Kept", "default")).collect()).await);
    }
    let other = store.again();
    fs::remove_file(database(&store)).unwrap();
    let error = refusal(&store.backend).await;
    assert_eq!(error.kind(), ErrorKind::Corrupt);
    let copy = copy_of(&store.backend).await;
    let text = error.to_string();
    assert!(text.contains("was deleted while it was in use") && text.contains(copy.to_str().unwrap()), "{text}");
    assert!(text.contains("`mv ") && !text.contains("BACKUP"), "it says what to do: {text}");

    let again = refusal(&other).await.to_string();
    assert!(again.contains(copy.to_str().unwrap()), "another process knows of the same copy: {again}");
    assert!(store.backend.counts().await.unwrap_err().to_string().contains("was deleted"));
    let reopened = SqliteBackend::open(options(&store.folder)).unwrap_err();
    assert_eq!(reopened.kind(), ErrorKind::Refused, "nothing is lost to an empty store: {reopened}");
    assert!(!database(&store).exists());

    let restored = put_in_place(&store.folder, &copy);
    assert!(restored.check(CareProgress::silent()).await.unwrap().is_whole);
    assert_eq!(live_ids(&restored).await, expected);
    assert_eq!(restored.damage().await.unwrap(), None);
    work_off(&restored, expected).await;
}

#[tokio::test]
async fn a_replaced_store_is_noticed_by_whoever_only_looks() {
    let store = Store::new();
    let expected: HashSet<JobId> = enqueue(&*store.backend, vec![job("Kept", "default")]).await.into_iter().collect();
    assert_eq!(store.backend.counts().await.unwrap().live(), 1);
    let other = Store::new();
    drop(other.backend);
    fs::rename(other.folder.path().join("egret.db"), database(&store)).unwrap();
    let error = store.backend.counts().await.unwrap_err();
    assert!(error.to_string().contains("was replaced by another file"), "{error}");
    refusal(&store.backend).await;
    let copy = copy_of(&store.backend).await;
    let copy = SqliteBackend::open(SqliteOptions::new(copy)).unwrap();
    assert_eq!(live_ids(&copy).await, expected);
}

#[tokio::test]
async fn a_log_that_is_gone_or_another_one_is_noticed_by_all_who_write() {
    for is_replaced in [false, true] {
        let store = Store::new();
        let expected: HashSet<JobId> =
            enqueue(&*store.backend, (0..20).map(|_| job("Kept", "default")).collect()).await.into_iter().collect();
        let other = store.again();
        let log = store.folder.path().join("egret.db-wal");
        fs::rename(&log, store.folder.path().join("moved-wal")).unwrap();
        if is_replaced {
            fs::write(&log, "").unwrap();
        }
        let error = refusal(&store.backend).await;
        assert_eq!(error.kind(), ErrorKind::Corrupt);
        let words = if is_replaced { "was replaced by another file" } else { "was deleted while it was in use" };
        assert!(error.to_string().contains(&format!("`egret.db-wal` {words}")), "{error}");
        let copy = copy_of(&store.backend).await;
        assert!(refusal(&other).await.to_string().contains(copy.to_str().unwrap()), "the other knows the same copy");
        assert_eq!(SqliteBackend::open(options(&store.folder)).unwrap_err().kind(), ErrorKind::Refused);
        drop((store.backend, other));
        let restored = put_in_place(&store.folder, &copy);
        assert!(restored.check(CareProgress::silent()).await.unwrap().is_whole);
        assert_eq!(live_ids(&restored).await, expected);
    }
}

/// Its bytes are gone, so that the copy may have none of its jobs.
#[tokio::test]
async fn a_store_that_is_emptied_under_those_who_use_it_asks_for_a_backup() {
    let store = Store::new();
    let backup = store.folder.path().join("backup.db");
    let kept: HashSet<JobId> = enqueue(&*store.backend, vec![job("Kept", "default")]).await.into_iter().collect();
    store.backend.back_up(&backup, CareProgress::silent()).await.unwrap();
    let other = Connection::open(database(&store)).unwrap();
    other.query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |_| Ok(())).unwrap();
    let mut empty = Command::new("truncate");
    assert!(empty.args(["-s", "0"]).arg(database(&store)).status().unwrap().success());
    let error = refusal(&store.backend).await;
    assert_eq!(error.kind(), ErrorKind::Corrupt, "{error}");
    let text = error.to_string();
    assert!(text.contains("(0 jobs that wait or ran)"), "{text}");
    assert!(text.contains(&format!("`cp BACKUP {}`", database(&store).display())), "{text}");
    drop((store.backend, other));
    let restored = put_in_place(&store.folder, &backup);
    assert!(restored.check(CareProgress::silent()).await.unwrap().is_whole);
    assert_eq!(live_ids(&restored).await, kept);
}

/// Another program overwrites the file. If this process did, it would lose the locks that SQLite has on it.
fn overwrite_first_page(database: &Path) {
    let mut command = Command::new("dd");
    command.arg("if=/dev/zero").arg(format!("of={}", database.display())).args(["bs=4096", "count=1", "conv=notrunc"]);
    assert!(command.stderr(Stdio::null()).status().unwrap().success());
}

#[tokio::test]
async fn a_store_of_which_the_first_page_is_destroyed_is_copied_without_it() {
    let store = Store::new();
    let jobs = (0..500).map(|_| job("Kept", "default")).collect();
    let expected: HashSet<JobId> = enqueue(&*store.backend, jobs).await.into_iter().collect();
    let other = Connection::open(database(&store)).unwrap();
    // Everybody has to read the first page again, from the file.
    other.query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |_| Ok(())).unwrap();
    overwrite_first_page(&database(&store));
    let error = refusal(&store.backend).await;
    assert_eq!(error.kind(), ErrorKind::Corrupt, "{error}");
    let copy = copy_of(&store.backend).await;
    drop((store.backend, other));
    let restored = put_in_place(&store.folder, &copy);
    assert!(restored.check(CareProgress::silent()).await.unwrap().is_whole);
    assert_eq!(live_ids(&restored).await, expected);
}

/// A closed store of 2,000 jobs of which six pages, all of them jobs, were overwritten; and the ids.
async fn store_with_destroyed_pages() -> (TempDir, HashSet<JobId>) {
    let store = Store::new();
    let mut ids = HashSet::new();
    for _ in 0..20 {
        ids.extend(enqueue(&*store.backend, (0..100).map(|_| job("Kept", "default")).collect()).await);
    }
    let path = database(&store);
    let n_pages = {
        let connection = Connection::open(&path).unwrap();
        connection.query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |_| Ok(())).unwrap();
        fs::metadata(&path).unwrap().len() / PAGE
    };
    drop(store.backend);
    let file = OpenOptions::new().write(true).open(&path).unwrap();
    for page in n_pages / 2..n_pages / 2 + 6 {
        file.write_all_at(&[0xa5; PAGE as usize], page * PAGE).unwrap();
    }
    (store.folder, ids)
}

/// Nobody shall believe that he has a backup.
#[tokio::test]
async fn a_store_with_destroyed_pages_is_not_backed_up() {
    let (folder, _) = store_with_destroyed_pages().await;
    let target = folder.path().join("backup.db");
    let backend = SqliteBackend::open(options(&folder)).unwrap();
    let error = backend.back_up(&target, CareProgress::silent()).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Corrupt, "{error}");
    assert!(error.to_string().contains("`egret store check`"), "{error}");
    assert!(!target.exists());
}

/// A process that only looks writes nothing; others shall know all the same, and have the copy.
#[tokio::test]
async fn destroyed_pages_that_are_only_read_are_acted_on_when_the_store_is_closed() {
    for reads_by_check in [false, true] {
        let (folder, expected) = store_with_destroyed_pages().await;
        let reader = SqliteBackend::open(options(&folder)).unwrap();
        if reads_by_check {
            assert!(!reader.check(CareProgress::silent()).await.unwrap().is_whole);
        } else {
            let listing = reader.inspect(&JobFilter::all(), &Page::first(100_000)).await;
            assert_eq!(listing.unwrap_err().kind(), ErrorKind::Corrupt);
        }
        drop(reader);
        let refused = SqliteBackend::open(options(&folder)).unwrap_err().to_string();
        let copies = fs::read_dir(folder.path()).unwrap().map(|entry| entry.unwrap().path());
        let copies: Vec<PathBuf> = copies.filter(|path| path.display().to_string().contains(".rescued-")).collect();
        let [copy] = copies.as_slice() else { panic!("one copy: {copies:?}: {refused}") };
        assert!(refused.contains(copy.to_str().unwrap()) && refused.contains("`mv "), "{refused}");
        let restored = put_in_place(&folder, copy);
        assert!(restored.check(CareProgress::silent()).await.unwrap().is_whole);
        let kept = live_ids(&restored).await;
        assert!(kept.is_subset(&expected) && kept.len() > 1_000, "{} of {} are kept", kept.len(), expected.len());
    }
}

/// Jobs whose rows can be read one by one, as an independent witness.
fn readable_jobs(database: &Path) -> HashSet<i64> {
    let connection = Connection::open(database).unwrap();
    let mut statement = connection.prepare("SELECT length(payload) FROM egret_jobs WHERE id = ?1").unwrap();
    (1..20_000).filter(|id| statement.query_row([id], |row| row.get::<_, i64>(0)).is_ok()).collect()
}

/// Overwrites pages in the middle of the file and answers whether the store takes notice in the end.
#[tokio::test]
async fn every_readable_job_of_a_store_with_garbage_in_the_middle_is_in_the_copy() {
    for (part, filling) in [(0.3, 0xa5), (0.5, 0x00), (0.7, 0xff), (0.9, 0x17)] {
        let store = Store::new();
        let selection = Arc::new(Selection::strict(["*"]));
        let service = register(&*store.backend, &selection).await;
        for _ in 0..30 {
            enqueue(&*store.backend, (0..100).map(|_| job("Kept", "default")).collect()).await;
        }
        let claimed = store.backend.claim(request(service, &selection, 700)).await.unwrap();
        store.backend.finish(claimed.iter().take(500).map(completed).collect()).await.unwrap();
        let path = database(&store);
        let ids: std::collections::HashMap<i64, (String, bool)> = {
            let connection = Connection::open(&path).unwrap();
            connection.query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |_| Ok(())).unwrap();
            let sql = "SELECT id, lower(format('%s-%s-%s-%s-%s', substr(hex(job_id), 1, 8), substr(hex(job_id), 9, 4),
                           substr(hex(job_id), 13, 4), substr(hex(job_id), 17, 4), substr(hex(job_id), 21))),
                           id IN (SELECT record FROM egret_history)
                       FROM egret_jobs";
            let mut statement = connection.prepare(sql).unwrap();
            let rows = statement.query_map([], |row| Ok((row.get(0)?, (row.get(1)?, row.get(2)?)))).unwrap();
            rows.map(Result::unwrap).collect()
        };
        // The store that reads it next has nothing of it in memory.
        drop(store.backend);
        let n_pages = fs::metadata(&path).unwrap().len() / PAGE;
        #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a place in a small file")]
        let page = (n_pages as f64 * part) as u64;
        let file = OpenOptions::new().write(true).open(&path).unwrap();
        file.write_all_at(&[filling; PAGE as usize], page * PAGE).unwrap();
        drop(file);
        let readable = readable_jobs(&path);

        let backend = SqliteBackend::open(options(&store.folder)).unwrap();
        // Whatever page it is, going through everything comes upon it.
        let report = backend.check(CareProgress::silent()).await.unwrap();
        assert!(!report.is_whole, "page {page} of {n_pages}");
        let error = refusal(&backend).await;
        assert_eq!(error.kind(), ErrorKind::Corrupt, "{error}");
        let copy = copy_of(&backend).await;
        assert!(error.to_string().contains(copy.to_str().unwrap()), "{error}");
        drop(backend);
        assert_eq!(SqliteBackend::open(options(&store.folder)).unwrap_err().kind(), ErrorKind::Refused);

        let restored = put_in_place(&store.folder, &copy);
        let report = restored.check(CareProgress::silent()).await.unwrap();
        assert!(report.is_whole, "page {page} of {n_pages}: {report:?}");
        let live = live_ids(&restored).await;
        let must_live = ids.iter().filter(|(id, (_, has_ended))| readable.contains(id) && !has_ended);
        for (_, (id, _)) in must_live {
            assert!(live.contains(&JobId::new(id.clone())), "page {page} of {n_pages}: {id} is lost");
        }
        assert!(readable.len() > 2_500, "most can be read: {}", readable.len());
        work_off(&restored, live).await;
    }
}

/// The inner pages of the trees of a file, without the first page.
fn inner_pages(bytes: &[u8], kinds: &[u8]) -> Vec<usize> {
    let page = PAGE as usize;
    (1..bytes.len() / page).filter(|number| kinds.contains(&bytes[number * page])).collect()
}

/// The page, from 0, where a table or an index begins.
fn root_of(database: &Path, name: &str) -> usize {
    let connection = Connection::open(database).unwrap();
    let sql = "SELECT rootpage FROM sqlite_schema WHERE name = ?1";
    connection.query_row(sql, [name], |row| row.get::<_, u32>(0)).unwrap() as usize - 1
}

/// A job of which a page takes few, so that not many of them make a deep tree.
fn large_job() -> NewJob {
    let mut job = job("Kept", "default");
    job.data.arguments = RawValue::from_string(format!("[\"{}\"]", "x".repeat(400))).unwrap();
    job
}

/// A store with many jobs that live, that have ended and that were deleted, closed, and those that live.
async fn large_store() -> (tempfile::TempDir, HashSet<JobId>) {
    let store = Store::new();
    let backend = &*store.backend;
    let mut ids = Vec::new();
    for _ in 0..16 {
        ids.extend(enqueue(backend, (0..500).map(|_| large_job()).collect()).await);
    }
    let selection = Arc::new(Selection::strict(["*"]));
    let service = register(backend, &selection).await;
    let claimed = backend.claim(request(service, &selection, 2_000)).await.unwrap();
    backend.finish(claimed.iter().map(completed).collect()).await.unwrap();
    let deleted = Target::Ids(ids.iter().skip(5_000).step_by(2).take(1_000).cloned().collect());
    backend.change(deleted, Change::Delete).await.unwrap();
    // These rows leave whole pages behind.
    let deleted = Target::Ids(ids.iter().skip(3_000).take(1_000).cloned().collect());
    backend.change(deleted, Change::Delete).await.unwrap();
    let mut live = live_ids(backend).await;
    let running = backend.claim(request(service, &selection, 10)).await.unwrap();
    assert!(live.len() >= 4_000 && running.iter().all(|job| live.contains(&job.id)));
    for _ in 0..3 {
        live.extend(enqueue(backend, vec![job("Last", "default")]).await);
    }
    // The last one who closes a store leaves everything in the database itself.
    let Store { folder, backend } = store;
    drop(backend);
    (folder, live)
}

#[tokio::test]
async fn every_job_below_destroyed_inner_pages_is_in_the_copy_and_none_that_was_gone() {
    let (original, expected) = large_store().await;
    let bytes = fs::read(original.path().join("egret.db")).unwrap();
    let root = |name: &str| root_of(&original.path().join("egret.db"), name);
    let jobs = root("egret_jobs");
    let below = inner_pages(&bytes, &[0x05]).into_iter().filter(|page| ![jobs, root("egret_history")].contains(page));
    let below: Vec<usize> = below.collect();
    assert!(below.len() > 1, "the tree of jobs has two levels of inner pages");
    let cases = [
        ("the root of jobs", vec![jobs], 0xa5),
        ("pages below it", below, 0x00),
        ("those of jobs and of their ids", vec![jobs, root("egret_jobs_by_job_id")], 0x17),
        ("those of ends", vec![root("egret_history")], 0xff),
        ("those of ends, twice", vec![root("egret_history"), root("egret_history_by_end")], 0xff),
        ("every inner page of all tables", inner_pages(&bytes, &[0x05]), 0x00),
        ("every inner page of everything", inner_pages(&bytes, &[0x02, 0x05]), 0x5a),
    ];
    for (what, pages, filling) in cases {
        let folder = tempfile::tempdir().unwrap();
        let mut damaged = bytes.clone();
        for page in &pages {
            damaged[page * PAGE as usize..(page + 1) * PAGE as usize].fill(filling);
        }
        fs::write(folder.path().join("egret.db"), damaged).unwrap();
        let backend = SqliteBackend::open(options(&folder)).unwrap();
        assert!(!backend.check(CareProgress::silent()).await.unwrap().is_whole, "{what}");
        assert_eq!(refusal(&backend).await.kind(), ErrorKind::Corrupt, "{what}");
        let copy = copy_of(&backend).await;
        drop(backend);
        let restored = put_in_place(&folder, &copy);
        let report = restored.check(CareProgress::silent()).await.unwrap();
        assert!(report.is_whole, "{what}: {report:?}");
        let live = live_ids(&restored).await;
        let (lost, risen) = (expected.difference(&live).count(), live.difference(&expected).count());
        assert_eq!((lost, risen), (0, 0), "lost and risen, after the loss of {what} ({} pages)", pages.len());
        let counts = restored.counts().await.unwrap();
        assert_eq!(counts.of_state(JobState::Completed), 2_000, "{what}");
    }
}
