//! The files of a store: who may read them, where they may be, and what is refused.
#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

mod support;

use std::fs::{self, Permissions};
use std::os::unix::fs::PermissionsExt;
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::Arc;
use std::time::Duration;

use egret_core::{Backend, CareProgress, ErrorKind, Selection};
use egret_sqlite::rusqlite::Connection;
use egret_sqlite::{SqliteBackend, SqliteOptions};
use support::{Store, enqueue, job, register, request, wait_until, worker, workers_store};

/// The user `nobody` of Linux distributions.
const NOBODY: u32 = 65534;

fn mode(path: &Path) -> u32 {
    fs::metadata(path).unwrap().permissions().mode() & 0o7777
}

/// Every file and folder below, the folder itself included.
fn walk(folder: &Path) -> Vec<PathBuf> {
    let mut found = vec![folder.to_owned()];
    let mut place = 0;
    while let Some(path) = found.get(place).cloned() {
        if path.is_dir() {
            found.extend(fs::read_dir(&path).unwrap().map(|entry| entry.unwrap().path()));
        }
        place += 1;
    }
    found
}

#[tokio::test]
async fn everything_is_for_the_owner_alone() {
    let folder = tempfile::tempdir().unwrap();
    let root = folder.path().join("var");
    let backend = SqliteBackend::open(SqliteOptions::new(root.join("egret.db"))).unwrap();
    let selection = Arc::new(Selection::strict(["default"]));
    register(&*backend, &selection).await;
    enqueue(&*backend, vec![job("Greet", "default")]).await;
    backend.wait(Duration::ZERO).await;
    let found = walk(&root);
    for name in ["egret.db", "egret.db-wal", "egret.db-shm", "turnstile-a"] {
        assert!(found.iter().any(|path| path.ends_with(name)), "no `{name}` in {found:?}");
    }
    assert!(found.iter().any(|path| path.extension().is_some_and(|extension| extension == "sock")), "no socket");
    assert!(found.iter().any(|path| path.parent().is_some_and(|parent| parent.ends_with("services"))), "no service");
    for path in &found {
        assert_eq!(mode(path), if path.is_dir() { 0o700 } else { 0o600 }, "{}", path.display());
    }
}

#[test]
fn a_folder_that_is_there_keeps_its_permissions() {
    let folder = tempfile::tempdir().unwrap();
    fs::set_permissions(folder.path(), Permissions::from_mode(0o755)).unwrap();
    let database = folder.path().join("egret.db");
    Connection::open(&database).unwrap().execute_batch("CREATE TABLE invoices (id INTEGER PRIMARY KEY)").unwrap();
    fs::set_permissions(&database, Permissions::from_mode(0o640)).unwrap();
    let _backend = SqliteBackend::open(SqliteOptions::new(&database)).unwrap();
    assert_eq!(mode(folder.path()), 0o755);
    assert_eq!(mode(&database), 0o640, "the application's own file");
    assert_eq!(mode(&folder.path().join("egret.db.d")), 0o700);
}

#[tokio::test]
async fn a_path_too_long_for_sockets_works() {
    let folder = tempfile::tempdir().unwrap();
    let deep = folder.path().join("a".repeat(100)).join("b".repeat(100));
    let path = deep.join("egret.db");
    let (waiter, sender) = (open(&path), open(&path));
    let waiting = tokio::spawn(async move { waiter.wait(Duration::from_secs(60)).await });
    wait_until("a hint arrives over a long path", async || {
        sender.wake().await;
        if waiting.is_finished() { Ok(()) } else { Err("still waiting") }
    })
    .await;
    let names = fs::read_dir(deep.join("egret.db.d/wake")).unwrap();
    assert!(names.count() <= 1, "the sockets are in their folder and nowhere else");
}

fn open(path: &Path) -> Arc<SqliteBackend> {
    SqliteBackend::open(SqliteOptions::new(path)).unwrap()
}

#[test]
fn a_file_that_is_no_database_is_refused_and_left_alone() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("egret.db");
    let text = "Not a database, but somebody's letters.\n".repeat(100);
    fs::write(&path, &text).unwrap();
    let error = SqliteBackend::open(SqliteOptions::new(&path)).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Refused);
    assert!(error.to_string().contains("is not a SQLite database"), "{error}");
    assert_eq!(fs::read_to_string(&path).unwrap(), text);
    assert_eq!(walk(folder.path()), [folder.path(), &path], "nothing is made beside it");
}

/// A store that was copied here by itself, without what lies beside one that is used.
#[test]
fn a_store_of_a_newer_program_gets_nothing_beside_it() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("egret.db");
    drop(open(&path));
    Connection::open(&path).unwrap().execute("UPDATE egret_schema SET version = 1000", []).unwrap();
    fs::remove_dir_all(folder.path().join("egret.db.d")).unwrap();
    let error = SqliteBackend::open(SqliteOptions::new(&path)).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Refused);
    assert!(error.to_string().contains("has version 1000") && error.to_string().contains("newer program"), "{error}");
    assert_eq!(walk(folder.path()), [folder.path(), &path], "nothing is made beside it");
}

#[test]
fn a_folder_or_a_device_is_no_store_and_gets_nothing_beside_it() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("jobs");
    fs::create_dir(&path).unwrap();
    for path in [&path, Path::new("/dev/null")] {
        let error = SqliteBackend::open(SqliteOptions::new(path)).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Refused);
        assert!(error.to_string().contains("is not a file"), "{error}");
    }
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1);
}

#[test]
fn tables_of_a_newer_version_are_refused() {
    let store = Store::new();
    let path = store.folder.path().join("egret.db");
    Connection::open(&path).unwrap().execute("UPDATE egret_schema SET version = 1000", []).unwrap();
    let error = SqliteBackend::open(SqliteOptions::new(&path)).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Refused);
    assert!(error.to_string().contains("1000"), "{error}");
}

/// Root may write everywhere, so the check itself runs as another user.
#[test]
fn a_folder_that_cannot_be_written_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    fs::set_permissions(folder.path(), Permissions::from_mode(0o555)).unwrap();
    let mut check = worker("opens_a_store_that_must_be_refused", &folder.path().join("egret.db"));
    if rustix::process::geteuid().is_root() {
        check.uid(NOBODY).gid(NOBODY);
    }
    assert!(check.status().unwrap().success());
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 0);
}

#[test]
#[ignore = "a process that another test starts"]
fn opens_a_store_that_must_be_refused() {
    let Some(options) = workers_store() else { return };
    let error = SqliteBackend::open(options).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Refused);
    assert!(error.to_string().contains("egret.db"), "{error}");
}

#[tokio::test]
async fn what_a_killed_service_left_behind_is_swept() {
    let store = Store::new();
    let selection = Arc::new(Selection::strict(["default"]));
    let service = register(&*store.backend, &selection).await;
    let file = store.folder.path().join("egret.db.d/services").join(service.to_string());
    assert!(file.exists());
    let observer = store.again();
    drop(store.backend);
    let report = observer.rescue().await.unwrap();
    assert_eq!(report.dead_services, [service]);
    assert!(!file.exists());
    assert!(observer.claim(request(service, &selection, 1)).await.is_err());
}

/// Locks and hints lie beside the file itself, so that processes find each other whichever way they take to it.
#[test]
fn a_symbolic_link_leads_to_the_same_files() {
    let folder = tempfile::tempdir().unwrap();
    let _store = open(&folder.path().join("real/egret.db"));
    std::os::unix::fs::symlink(folder.path().join("real/egret.db"), folder.path().join("link.db")).unwrap();
    let linked = open(&folder.path().join("link.db"));
    let real = folder.path().canonicalize().unwrap().join("real/egret.db");
    assert_eq!(linked.local_file(), Some(real));
    assert!(!folder.path().join("link.db.d").exists());
}

/// A store with a job in a folder with a space, closed again.
async fn closed_store(folder: &tempfile::TempDir) -> PathBuf {
    let path = folder.path().join("my app/egret.db");
    let backend = SqliteBackend::open(SqliteOptions::new(&path)).unwrap();
    enqueue(&*backend, vec![job("Greet", "default")]).await;
    path
}

#[tokio::test]
async fn a_store_that_was_emptied_is_not_taken_for_a_new_one() {
    let folder = tempfile::tempdir().unwrap();
    let path = closed_store(&folder).await;
    fs::write(&path, "").unwrap();
    for error in [
        SqliteBackend::open(SqliteOptions::new(&path)).unwrap_err(),
        SqliteBackend::stored_version(&path).unwrap_err(),
        egret_sqlite::look(&path).unwrap_err(),
    ] {
        assert_eq!(error.kind(), ErrorKind::Corrupt, "{error}");
        let remedy = format!("`rm '{}'`", path.display());
        assert!(error.to_string().contains("was emptied") && error.to_string().contains(&remedy), "{error}");
        assert_eq!(error.saying().unwrap().name(), "store-emptied");
    }
    assert_eq!(fs::metadata(&path).unwrap().len(), 0, "a look changes nothing");
}

/// As a process leaves it that was killed: with a journal, which belongs to no backup.
#[tokio::test]
async fn what_is_said_of_an_emptied_store_brings_back_the_backup_and_nothing_else() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("my app/egret.db");
    let [backup, journal] = ["backup.db", "journal"].map(|name| folder.path().join(name));
    let backend = SqliteBackend::open(SqliteOptions::new(&path)).unwrap();
    enqueue(&*backend, vec![job("Before", "default")]).await;
    backend.back_up(&backup, CareProgress::silent()).await.unwrap();
    enqueue(&*backend, (0..50).map(|_| job("After", "default")).collect()).await;
    fs::copy(beside(&path, "-wal"), &journal).unwrap();
    drop(backend);
    for (way, n_jobs) in [("cp ", 1), ("rm ", 0)] {
        fs::write(&path, "").unwrap();
        fs::copy(&journal, beside(&path, "-wal")).unwrap();
        let said = SqliteBackend::open(SqliteOptions::new(&path)).unwrap_err().to_string();
        let commands: Vec<&str> = said.split('`').skip(1).step_by(2).filter(|word| word.contains(' ')).collect();
        for command in commands.iter().filter(|command| command.starts_with("rm -f ") || command.starts_with(way)) {
            let command = command.replace("BACKUP", backup.to_str().unwrap());
            assert!(Command::new("sh").args(["-c", &command]).status().unwrap().success(), "{command}");
        }
        let backend = SqliteBackend::open(SqliteOptions::new(&path)).unwrap();
        let report = backend.check(CareProgress::silent()).await.unwrap();
        assert_eq!((report.is_whole, report.n_jobs), (true, n_jobs), "{way}: {said}");
    }
}

fn beside(path: &Path, suffix: &str) -> PathBuf {
    PathBuf::from(format!("{}{suffix}", path.display()))
}

#[tokio::test]
async fn a_store_that_was_deleted_begins_anew_and_is_known_when_it_is_emptied_later() {
    let folder = tempfile::tempdir().unwrap();
    let path = closed_store(&folder).await;
    for _ in 0..2 {
        fs::remove_file(&path).unwrap();
        let backend = SqliteBackend::open(SqliteOptions::new(&path)).unwrap();
        enqueue(&*backend, vec![job("Greet", "default")]).await;
        drop(backend);
        drop(SqliteBackend::open(SqliteOptions::new(&path)).unwrap());
    }
    fs::write(&path, "").unwrap();
    assert_eq!(SqliteBackend::open(SqliteOptions::new(&path)).unwrap_err().kind(), ErrorKind::Corrupt);
}

/// As a process leaves it that is killed before it has made the tables.
#[tokio::test]
async fn an_empty_file_that_was_no_store_becomes_one_also_beside_the_folder_of_a_deleted_one() {
    let folder = tempfile::tempdir().unwrap();
    let fresh = folder.path().join("fresh.db");
    fs::write(&fresh, "").unwrap();
    SqliteBackend::open(SqliteOptions::new(&fresh)).unwrap();
    let path = closed_store(&folder).await;
    fs::remove_file(&path).unwrap();
    let half_made = folder.path().join("my app/egret.db.d/turnstile-a");
    fs::write(&half_made, "").unwrap();
    fs::write(&path, "").unwrap();
    SqliteBackend::open(SqliteOptions::new(&path)).unwrap();
}
