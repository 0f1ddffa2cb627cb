//! A store that is destroyed under a running service: the service stays, claims nothing more and says what to do, and every
//! job that was acknowledged and can be read runs from the copy.

use std::collections::BTreeSet;
use std::fs::{self, OpenOptions};
use std::os::unix::fs::FileExt as _;
use std::path::{Path, PathBuf};

use egret_core::JobState;
use egret_scenarios::application::Application;
use egret_scenarios::foreground::Foreground;
use egret_scenarios::patience::{holds, wait_for};
use rustix::process::Signal;

use crate::{SERVICE_MODE, application};

const PAGE: [u8; 4096] = [0xb7; 4096];

fn database(application: &Application) -> PathBuf {
    application.root().canonicalize().unwrap().join("var/egret.db")
}

/// The copy beside the store, once the service says that it is there.
fn copy_made_by(service: &Foreground, application: &Application) -> PathBuf {
    service.wait_for_words("no more jobs are claimed");
    let is_copy = |path: &PathBuf| path.to_string_lossy().contains("egret.db.rescued-");
    let beside = fs::read_dir(database(application).parent().unwrap()).unwrap();
    let copies: Vec<PathBuf> = beside.map(|entry| entry.unwrap().path()).filter(is_copy).collect();
    let [copy] = copies.as_slice() else { panic!("{copies:?}: {}", service.log()) };
    assert!(service.log().contains(copy.to_str().unwrap()), "the log names the copy: {}", service.log());
    copy.clone()
}

/// What a command says that must fail.
fn refusal(application: &Application, arguments: &[&str]) -> String {
    let output = application.command(arguments).output().unwrap();
    assert!(!output.status.success(), "{arguments:?} succeeded: {output:?}");
    String::from_utf8(output.stderr).unwrap() + &String::from_utf8(output.stdout).unwrap()
}

/// Does what the error says: stop the service, put the copy in place, check it.
fn mend(application: &Application, service: &mut Foreground, copy: &Path) {
    assert!(service.runs(), "the service stays up: {}", service.log());
    service.signal(Signal::TERM);
    service.wait();
    for suffix in ["-wal", "-shm"] {
        let _ = fs::remove_file(format!("{}{suffix}", database(application).display()));
    }
    fs::rename(copy, database(application)).unwrap();
    let report = application.json(["store", "check", "--json"]);
    assert_eq!(report["is_whole"], true, "{report}");
}

#[test]
fn a_store_deleted_under_a_service_is_mended_from_the_copy() {
    is_mended_after_the_deletion_of("egret.db");
}

/// Others would write another log, of which the service knows nothing.
#[test]
fn a_log_deleted_under_a_service_is_mended_from_the_copy() {
    is_mended_after_the_deletion_of("egret.db-wal");
}

fn is_mended_after_the_deletion_of(name: &str) {
    let application = application(SERVICE_MODE);
    let ledger = application.ledger();
    let mut service = application.start_service();
    let done = application.enqueue_append();
    ledger.wait_for("done", &done);
    // Acknowledged and not begun, and begun.
    let argument = application.file_argument();
    let later: BTreeSet<String> = (0..5)
        .map(|_| application.run(["enqueue", "Append", argument.as_str(), "--in", "1h"]).trim().to_owned())
        .collect();
    let running = application.enqueue_held("Hold");
    ledger.wait_for("begin", &running);
    let deleted = database(&application).with_file_name(name);
    assert!(fs::metadata(&deleted).unwrap().len() > 0);
    fs::remove_file(&deleted).unwrap();

    let copy = copy_made_by(&service, &application);
    for arguments in [&["status"][..], &["jobs", "list"], &["enqueue", "Append", argument.as_str()]] {
        let words = refusal(&application, arguments);
        assert!(words.contains(&format!("`{name}` was deleted while it was in use")), "{words}");
        assert!(words.contains(copy.to_str().unwrap()) && words.contains("`mv "), "{words}");
    }
    assert!(!deleted.exists(), "no command makes an empty file in its place");
    application.open_gate();

    mend(&application, &mut service, &copy);
    let store = application.store();
    for id in &later {
        assert_eq!(store.job(id).state, JobState::Scheduled);
    }
    let ids: Vec<&str> = later.iter().map(String::as_str).collect();
    application.run(["jobs", "run-now"].iter().chain(&ids));
    let _again = application.start_service();
    for id in later.iter().chain([&running, &done]) {
        store.wait_for_state(id, JobState::Completed);
    }
    assert_eq!(ledger.of("done", &done).len(), 1, "what had ended before does not run again");
}

/// The page, from 0, where a table begins.
fn root_of(database: &Path, table: &str) -> u64 {
    let connection = egret_sqlite::rusqlite::Connection::open(database).unwrap();
    let sql = "SELECT rootpage FROM sqlite_schema WHERE name = ?1";
    connection.query_row(sql, [table], |row| row.get::<_, u32>(0)).map(|page| u64::from(page) - 1).unwrap()
}

/// Overwrites a place of a store that nobody has open.
fn destroy(database: &Path, place: u64, n_bytes: usize) {
    let file = OpenOptions::new().write(true).open(database).unwrap();
    file.write_all_at(&PAGE[..n_bytes], place).unwrap();
}

fn copies(application: &Application, kind: &str) -> Vec<PathBuf> {
    let beside = fs::read_dir(database(application).parent().unwrap()).unwrap().map(|entry| entry.unwrap().path());
    beside.filter(|path| path.to_string_lossy().contains(&format!("egret.db.{kind}-"))).collect()
}

/// A page that every start reads: the schema, the version of the tables, the services.
#[test]
fn a_store_that_no_service_can_open_is_copied_once_however_often_it_is_started() {
    for what in ["the schema", "egret_schema", "egret_services", "egret_jobs"] {
        let application = application(SERVICE_MODE);
        let ledger = application.ledger();
        let output = application.run(["enqueue-only", "100", application.path("ledger").as_str()]);
        let stored: BTreeSet<String> = output.lines().map(str::to_owned).collect();
        let path = database(&application);
        match what {
            "the schema" => destroy(&path, 100, PAGE.len() - 100),
            table => destroy(&path, root_of(&path, table) * PAGE.len() as u64, PAGE.len()),
        }
        let bytes = fs::read(&path).unwrap();

        // As systemd does with `Restart=always`; a service that has opened it stays, and says so.
        let mut service = None;
        for _ in 0..4 {
            let mut started = application.spawn(["run", "--mode", "service"]);
            let stays = wait_for("the service gives the store up and stays, or ends", || {
                let ended = !started.runs();
                let log = started.log();
                let stays = log.contains("no more jobs are claimed");
                holds(stays || ended, || log).map(|()| stays)
            });
            let log = started.log();
            assert!(log.contains(".rescued-") && log.contains("`mv "), "{what}: {log}");
            if stays {
                service = Some(started);
                break;
            }
        }
        let [copy] = copies(&application, "rescued").try_into().unwrap();
        assert!(copies(&application, "damaged").len() <= 1, "{what}");
        assert_eq!(fs::read(&path).unwrap(), bytes, "{what}: the store itself stays as it was");

        let argument = application.file_argument();
        let enqueue = ["enqueue", "Append", argument.as_str()];
        for (arguments, status) in
            [(&["status"][..], 3), (&enqueue[..], 1), (&["store", "check"], 1), (&["jobs", "list"], 1)]
        {
            let output = application.command(arguments).output().unwrap();
            let words = String::from_utf8(output.stderr).unwrap();
            assert_eq!(output.status.code(), Some(status), "{what}, {arguments:?}: {words}");
            assert!(words.contains(copy.to_str().unwrap()) && words.contains("`mv "), "{what}, {arguments:?}: {words}");
        }
        let output = application.command(["status", "--json", "--lang", "ja"]).output().unwrap();
        let answer: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
        assert_eq!((output.status.code(), &answer["code"]), (Some(3), &"store_unreachable".into()), "{answer}");
        let sentence = answer["sentence"].as_str().unwrap();
        assert!(sentence.contains("壊れたページがあります") && sentence.contains(copy.to_str().unwrap()), "{sentence}");

        if let Some(mut service) = service {
            service.signal(Signal::TERM);
            service.wait();
        }
        for suffix in ["-wal", "-shm"] {
            let _ = fs::remove_file(format!("{}{suffix}", path.display()));
        }
        fs::rename(&copy, &path).unwrap();
        assert_eq!(application.json(["store", "check", "--json"])["is_whole"], true, "{what}");
        let _again = application.start_service();
        let store = application.store();
        stored.iter().for_each(|id| _ = store.wait_for_state(id, JobState::Completed));
        assert!(stored.iter().all(|id| ledger.of("done", id).len() == 1), "{what}");
    }
}

#[test]
fn garbage_in_the_middle_of_a_store_costs_only_what_cannot_be_read() {
    let application = application(SERVICE_MODE);
    let ledger = application.ledger();
    let output = application.run(["enqueue-only", "1000", application.path("ledger").as_str()]);
    let stored: BTreeSet<String> = output.lines().map(str::to_owned).collect();
    assert_eq!(stored.len(), 1_000);
    // The last one who closes a store leaves everything in the database itself.
    let path = database(&application);
    let n_pages = fs::metadata(&path).unwrap().len() / PAGE.len() as u64;
    let file = OpenOptions::new().write(true).open(&path).unwrap();
    for page in n_pages / 2..n_pages / 2 + 3 {
        file.write_all_at(&PAGE, page * PAGE.len() as u64).unwrap();
    }
    drop(file);

    let mut service = application.start_service();
    let copy = copy_made_by(&service, &application);
    let words = refusal(&application, &["status"]);
    assert!(words.contains(copy.to_str().unwrap()), "{words}");
    mend(&application, &mut service, &copy);
    let listing = application.json(["jobs", "list", "--limit", "1000", "--json"]);
    let kept: BTreeSet<String> =
        listing["items"].as_array().unwrap().iter().map(|job| job["id"].as_str().unwrap().to_owned()).collect();
    assert!(kept.is_subset(&stored));
    assert!(kept.len() > 850, "three pages of some thirty jobs each are lost, {} are kept", kept.len());
    let store = application.store();
    let _again = application.start_service();
    wait_for("the end of every job that was kept", || {
        let live = store.counts().live();
        holds(live == 0, || format!("{live} live"))
    });
    let done: BTreeSet<String> = ledger.counts_by_job("done").into_keys().collect();
    assert!(done.is_superset(&kept), "not run: {:?}", kept.difference(&done).collect::<Vec<_>>());
}
