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
    let running = application.enqueue_long("Sleep", 1_000);
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
