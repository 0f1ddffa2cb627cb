//! Garbage over each page of a store in turn, also over those that are read when it is opened: either it works, or it is
//! refused and what can be read is in one copy.
#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

mod support;

use std::collections::{HashMap, HashSet};
use std::fs::{self, OpenOptions};
use std::os::unix::fs::FileExt as _;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use egret_core::{Backend, CareProgress, EnqueueRequest, Error, ErrorKind, JobFilter, JobId, NewJob, Page, Selection};
use egret_sqlite::SqliteBackend;
use egret_sqlite::rusqlite::Connection;
use serde_json::value::RawValue;
use support::{Store, completed, enqueue, job, options, register, request};
use tempfile::TempDir;

const PAGE: u64 = 4096;
/// The header of the file, which tells SQLite that it is a database.
const HEADER: u64 = 100;

/// A job whose payload does not fit on a page.
fn large_job() -> NewJob {
    let mut job = job("Large", "default");
    let noise: String =
        (0..3_000_u32).map(|n| char::from(b'a' + (n.wrapping_mul(2_654_435_761) >> 27) as u8 % 26)).collect();
    job.data.arguments = RawValue::from_string(format!("[\"{noise}\"]")).unwrap();
    job
}

/// A store of which every table has something, closed, with pages that are free; and the jobs that live in it.
async fn small_store() -> (TempDir, HashSet<JobId>) {
    let store = Store::new();
    let backend = &*store.backend;
    let selection = Arc::new(Selection::strict(["*"]));
    let service = register(backend, &selection).await;
    for _ in 0..4 {
        enqueue(backend, (0..60).map(|number| job(&format!("Class{}", number % 3), "default")).collect()).await;
    }
    enqueue(backend, (0..3).map(|_| large_job()).collect()).await;
    let mut later = job("Later", "low");
    later.data.scheduled_at = Some(egret_core::Timestamp::now() + std::time::Duration::from_secs(3600));
    enqueue(backend, vec![later]).await;
    let claimed = backend.claim(request(service, &selection, 60)).await.unwrap();
    backend.finish(claimed.iter().take(50).map(completed).collect()).await.unwrap();
    let filler = enqueue(backend, (0..6).map(|_| large_job()).collect()).await;
    backend.change(egret_core::Target::Ids(filler), egret_core::Change::Delete).await.unwrap();
    let live = live_ids(backend).await;
    let Store { folder, backend } = store;
    drop(backend);
    (folder, live)
}

async fn live_ids(backend: &SqliteBackend) -> HashSet<JobId> {
    let listing = backend.inspect(&JobFilter::all(), &Page::first(10_000)).await.unwrap();
    listing.items.into_iter().filter(|job| !job.state.is_terminal()).map(|job| job.id).collect()
}

/// The ids of jobs that SQLite can read one by one, as an independent witness; `None` where it cannot even begin.
fn readable_ids(database: &Path) -> Option<HashSet<JobId>> {
    let connection = Connection::open(database).ok()?;
    let sql = "SELECT lower(format('%s-%s-%s-%s-%s', substr(hex(job_id), 1, 8), substr(hex(job_id), 9, 4),
                   substr(hex(job_id), 13, 4), substr(hex(job_id), 17, 4), substr(hex(job_id), 21))), payload
               FROM egret_jobs WHERE id = ?1";
    let mut statement = connection.prepare(sql).ok()?;
    let id = |number: i64| {
        let read = |row: &egret_sqlite::rusqlite::Row<'_>| Ok((row.get::<_, String>(0)?, row.get::<_, Vec<u8>>(1)?));
        statement.query_row([number], read).ok().map(|(id, _)| JobId::new(id))
    };
    Some((1..400).filter_map(id).collect())
}

/// Does what a service, an enqueuer and a person who looks do. Answers with the jobs that it found, or the first error; in
/// `done` are those that it has performed.
async fn use_it(folder: &TempDir, done: &mut HashSet<JobId>) -> Result<HashSet<JobId>, Error> {
    let backend = SqliteBackend::open(options(folder))?;
    let selection = Arc::new(Selection::strict(["*"]));
    backend.counts().await?;
    backend.backlog().await?;
    backend.services().await?;
    backend.rescue().await?;
    let listing = backend.inspect(&JobFilter::all(), &Page::first(10_000)).await?;
    backend.enqueue(EnqueueRequest { jobs: vec![large_job(), large_job()], start: None }).await?;
    let service = backend.register(support::service_info(&selection)).await?;
    let claimed = backend.claim(request(service, &selection, 5)).await?;
    backend.finish(claimed.iter().map(completed).collect()).await?;
    done.extend(claimed.iter().map(|job| job.id.clone()));
    backend.leave(service, egret_core::Leave::Always).await?;
    Ok(listing.items.into_iter().filter(|job| !job.state.is_terminal()).map(|job| job.id).collect())
}

fn copies(folder: &TempDir, kind: &str) -> Vec<PathBuf> {
    let paths = fs::read_dir(folder.path()).unwrap().map(|entry| entry.unwrap().path());
    paths.filter(|path| path.file_name().unwrap().to_str().unwrap().starts_with(&format!("egret.db.{kind}-"))).collect()
}

/// What is the case after some bytes of the file are overwritten.
struct Case {
    name: String,
    place: u64,
    length: u64,
    filling: u8,
}

/// Answers whether the store was given up.
async fn judge(case: &Case, bytes: &[u8], live: &HashSet<JobId>) -> bool {
    let name = &case.name;
    let folder = tempfile::tempdir().unwrap();
    let database = folder.path().join("egret.db");
    fs::create_dir(folder.path().join("egret.db.d")).unwrap();
    fs::write(&database, bytes).unwrap();
    let file = OpenOptions::new().write(true).open(&database).unwrap();
    file.write_all_at(&vec![case.filling; usize::try_from(case.length).unwrap()], case.place).unwrap();
    drop(file);
    let readable = readable_ids(&database);
    let mut done = HashSet::new();
    let error = match use_it(&folder, &mut done).await {
        Ok(found) => {
            assert!(live.is_subset(&found), "{name}: it works, and {} jobs are lost", live.difference(&found).count());
            return false;
        }
        Err(error) => error,
    };
    assert_eq!(error.kind(), ErrorKind::Corrupt, "{name}: {error:?}");
    let [copy] =
        copies(&folder, "rescued").try_into().unwrap_or_else(|found| panic!("{name}: one copy: {found:?}: {error}"));
    let text = error.to_string();
    assert!(text.contains(copy.to_str().unwrap()) && text.contains("`mv "), "{name}: {text}");
    assert!(text.contains(database.to_str().unwrap()), "{name}: {text}");
    // As systemd starts a service again and again.
    for _ in 0..3 {
        let again = SqliteBackend::open(options(&folder)).unwrap_err();
        assert_eq!(again.kind(), ErrorKind::Refused, "{name}: {again}");
        assert!(again.to_string().contains(copy.to_str().unwrap()), "{name}: {again}");
    }
    assert!(copies(&folder, "rescued").len() + copies(&folder, "damaged").len() <= 2, "{name}");

    for suffix in ["-wal", "-shm"] {
        let _ = fs::remove_file(folder.path().join(format!("egret.db{suffix}")));
    }
    fs::rename(&copy, &database).unwrap();
    let restored = SqliteBackend::open(options(&folder)).unwrap();
    let report = restored.check(CareProgress::silent()).await.unwrap();
    assert!(report.is_whole, "{name}: {report:?}");
    let kept = live_ids(&restored).await;
    let must_live: HashSet<&JobId> = match &readable {
        Some(readable) => live.intersection(readable).collect(),
        // Every row is where it was; only what leads there is destroyed.
        None => live.iter().collect(),
    };
    let lost = must_live.into_iter().filter(|id| !kept.contains(*id) && !done.contains(*id)).count();
    assert_eq!(lost, 0, "{name}: {lost} readable jobs are lost");
    true
}

/// The trees that begin on pages.
fn roots(database: &Path) -> HashMap<u64, String> {
    let connection = Connection::open(database).unwrap();
    let mut statement = connection.prepare("SELECT rootpage, name FROM sqlite_schema WHERE rootpage > 0").unwrap();
    let rows = statement.query_map([], |row| Ok((row.get::<_, u32>(0)?.into(), row.get(1)?))).unwrap();
    rows.map(Result::unwrap).collect()
}

#[test]
fn garbage_on_any_page_is_borne_or_leads_to_one_copy_of_all_that_can_be_read() {
    let runtime = || tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let (folder, live) = runtime().block_on(small_store());
    let bytes = fs::read(folder.path().join("egret.db")).unwrap();
    let n_pages = bytes.len() as u64 / PAGE;
    let filling = [0xa5, 0x00, 0xff, 0x17];
    let roots = roots(&folder.path().join("egret.db"));
    let mut cases: Vec<Case> = (0..n_pages)
        .map(|page| {
            let root = roots.get(&(page + 1)).map_or("", String::as_str);
            let name = format!("page {} of {n_pages} {root}", page + 1);
            Case { name, place: page * PAGE, length: PAGE, filling: filling[(page % 4) as usize] }
        })
        .collect();
    for filling in filling {
        let name = format!("page 1 behind the header, {filling:#x}");
        cases.push(Case { name, place: HEADER, length: PAGE - HEADER, filling });
        cases.push(Case { name: format!("the header, {filling:#x}"), place: 0, length: HEADER, filling });
    }
    let n_free = u32::from_be_bytes(bytes[36..40].try_into().unwrap());
    assert!(n_free > 1 && n_pages > 30, "{n_free} of {n_pages} pages are free");
    let (next, n_given_up) = (AtomicU64::new(0), AtomicU64::new(0));
    std::thread::scope(|scope| {
        for _ in 0..12 {
            scope.spawn(|| {
                let runtime = runtime();
                while let Some(case) = cases.get(usize::try_from(next.fetch_add(1, Ordering::Relaxed)).unwrap()) {
                    let is_given_up = runtime.block_on(judge(case, &bytes, &live));
                    n_given_up.fetch_add(is_given_up.into(), Ordering::Relaxed);
                }
            });
        }
    });
    let n_given_up = n_given_up.into_inner();
    assert!(n_given_up > n_pages / 4, "{n_given_up} of {} cases were noticed", cases.len());
}

/// A closed store of which the first page behind the header is garbage.
async fn unreadable_store() -> TempDir {
    let (folder, _) = small_store().await;
    let file = OpenOptions::new().write(true).open(folder.path().join("egret.db")).unwrap();
    file.write_all_at(&[0xa5; (PAGE - HEADER) as usize], HEADER).unwrap();
    folder
}

#[tokio::test]
async fn many_who_start_at_once_make_one_copy() {
    let folder = unreadable_store().await;
    let errors: Vec<Error> = std::thread::scope(|scope| {
        let starts: Vec<_> =
            (0..8).map(|_| scope.spawn(|| SqliteBackend::open(options(&folder)).unwrap_err())).collect();
        starts.into_iter().map(|start| start.join().unwrap()).collect()
    });
    let copies = [copies(&folder, "rescued"), copies(&folder, "damaged")];
    let [[copy], [pages]] = copies.each_ref().map(Vec::as_slice) else { panic!("one each: {copies:?}") };
    let texts: Vec<String> = errors.iter().map(ToString::to_string).collect();
    let n_copiers = texts.iter().filter(|text| text.contains(copy.to_str().unwrap())).count();
    assert!(n_copiers > 0 && texts.iter().any(|text| text.contains(pages.to_str().unwrap())), "{texts:?}");
    for text in texts.iter().filter(|text| !text.contains(copy.to_str().unwrap())) {
        assert!(text.contains("another process is copying what can be read"), "{text}");
    }
}

/// Started by the test below.
#[test]
#[ignore = "a process of the next test"]
fn a_process_that_opens_a_store() {
    if let Some(options) = support::workers_store() {
        let _ = SqliteBackend::open(options);
    }
}

#[tokio::test]
async fn a_copy_over_which_a_process_died_is_made_anew_in_its_place() {
    let folder = unreadable_store().await;
    let path = folder.path().join("egret.db");
    let notice = folder.path().join("egret.db.d/damage.json");
    for _ in 0..2 {
        let mut process = support::worker("a_process_that_opens_a_store", &path).spawn().unwrap();
        support::wait_until("the process has begun to copy", async || match notice.exists() {
            true => Ok(()),
            false => Err("no notice"),
        })
        .await;
        process.kill().unwrap();
        process.wait().unwrap();
        // What it would have left later on.
        let name: String = fs::read_to_string(&notice).unwrap();
        assert!(name.contains("pending"), "it was killed too late: {name}");
        fs::write(partial_copy(&name, &path), "a part of a copy").unwrap();
    }
    let error = SqliteBackend::open(options(&folder)).unwrap_err();
    let [copy] = copies(&folder, "rescued").try_into().unwrap();
    assert!(error.to_string().contains(copy.to_str().unwrap()), "{error}");
    assert_eq!(copies(&folder, "damaged").len(), 1, "the part is gone: {:?}", copies(&folder, "damaged"));
}

/// The name that the copy of the pages has, by the moment in the notice.
fn partial_copy(notice: &str, store: &Path) -> PathBuf {
    let notice: serde_json::Value = serde_json::from_str(notice).unwrap();
    let noticed_at: egret_core::Timestamp = notice["noticed_at"].as_str().unwrap().parse().unwrap();
    PathBuf::from(format!("{}.damaged-{}", store.display(), noticed_at.strftime("%Y%m%d-%H%M%S%.3f")))
}

#[tokio::test]
async fn a_look_from_outside_tells_what_is_known() {
    let folder = unreadable_store().await;
    let path = folder.path().join("egret.db");
    let error = egret_sqlite::look(&path).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Corrupt);
    assert!(error.to_string().contains("`egret store check`"), "{error}");
    assert!(copies(&folder, "rescued").is_empty(), "looking makes nothing");
    SqliteBackend::open(options(&folder)).unwrap_err();
    let [copy] = copies(&folder, "rescued").try_into().unwrap();
    let error = egret_sqlite::look(&path).unwrap_err();
    assert!(error.to_string().contains(copy.to_str().unwrap()), "{error}");
}
