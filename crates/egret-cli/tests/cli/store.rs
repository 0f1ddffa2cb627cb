//! Looking after the store, and stores that cannot be used.

use std::fs::{self, Permissions};
use std::os::unix::fs::PermissionsExt as _;
use std::process::Command;

use serde_json::json;

use crate::application::Application;

#[test]
fn a_store_is_checked_copied_and_compacted() {
    let application = Application::in_service_mode();
    application.succeed(["enqueue", "A"]);
    let report = application.json(["store", "check", "--json"]);
    assert_eq!(report, json!({"is_whole": true, "n_jobs": 1, "findings": []}));
    assert_eq!(application.succeed(["store", "check"]), "the store is whole: 1 job\n");

    let copy = application.path("copy.db");
    let copy = copy.to_str().unwrap();
    let report = application.json(["store", "backup", copy, "--json"]);
    assert_eq!((report["n_live"].as_u64(), report["path"].as_str()), (Some(1), Some(copy)));
    let url = format!("sqlite:{copy}");
    let jobs = application.json(["jobs", "list", "--json", "--url", url.as_str()]);
    assert_eq!(jobs["items"].as_array().unwrap().len(), 1, "the copy is a store");
    let again = application.egret(["store", "backup", copy]);
    assert_eq!((again.status, again.says("overwrites nothing")), (1, 1), "{}", again.stderr);

    let report = application.json(["store", "vacuum", "--json"]);
    assert_eq!(report["after"]["free_bytes"], 0);
    assert!(application.succeed(["store", "vacuum"]).contains(" MiB before, "));
}

#[test]
fn migrate_tells_from_which_version_to_which() {
    let application = Application::in_service_mode();
    let before = application.egret(["migrate", "--check", "--json"]);
    assert_eq!(before.status, 1, "there is no store yet");
    assert!(!application.path("var/egret.db").exists(), "a look makes nothing");
    let migrated = application.json(["migrate", "--json"]);
    assert_eq!((&migrated["from"], &migrated["is_current"]), (&json!(0), &json!(true)));
    let current = application.json(["migrate", "--check", "--json"]);
    assert_eq!(current, json!({"from": migrated["to"], "to": migrated["to"], "is_current": true}));
    assert!(application.succeed(["migrate"]).starts_with("the store has version "));
    let store = egret_sqlite::rusqlite::Connection::open(application.path("var/egret.db")).unwrap();
    store.execute("UPDATE egret_schema SET version = 1000", []).unwrap();
    drop(store);
    let newer = application.egret(["migrate", "--check"]);
    assert_eq!((newer.status, newer.text().contains("use the newer program")), (1, true), "{}", newer.text());
    let refused = application.egret(["migrate"]);
    assert_eq!((refused.status, refused.says("use the newer program")), (1, 1), "{}", refused.stderr);
}

#[test]
fn a_file_that_is_no_database_is_named_with_a_remedy() {
    let application = Application::in_service_mode();
    fs::create_dir(application.path("var")).unwrap();
    fs::write(application.path("var/egret.db"), "notes of a meeting\n".repeat(100)).unwrap();
    let ended = application.egret(["enqueue", "A"]);
    assert_eq!(ended.status, 1);
    assert_eq!(ended.says("var/egret.db` is not a SQLite database"), 1, "{}", ended.stderr);
    assert_eq!(ended.says("`EGRET_URL`"), 1, "{}", ended.stderr);
    assert_eq!(ended.says("file is not a database"), 1, "SQLite's reason is said once: {}", ended.stderr);
    assert!(!application.path("var/egret.db.d").exists(), "nothing is made beside it");
}

/// 50,000 letters that cannot be packed into fewer.
fn noise(seed: u64) -> String {
    let numbers =
        std::iter::successors(Some(seed), |last| Some(last.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1)));
    let letters = b"abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_";
    numbers.skip(1).take(50_000).map(|number| char::from(letters[usize::try_from(number >> 58).unwrap()])).collect()
}

/// The check itself makes the copy: no service need run for that.
#[test]
fn a_check_that_finds_destroyed_pages_says_where_the_copy_is() {
    let application = Application::in_service_mode();
    for seed in 1..5_u64 {
        application.succeed(["enqueue", "A", &format!("\"{}\"", noise(seed))]);
    }
    let database = application.path("var/egret.db");
    let n_pages = fs::metadata(&database).unwrap().len() / 4096;
    let file = fs::OpenOptions::new().write(true).open(&database).unwrap();
    std::os::unix::fs::FileExt::write_all_at(&file, &[0xa5; 4 * 4096], (n_pages - 20) * 4096).unwrap();
    drop(file);
    let ended = application.egret(["store", "check"]);
    assert_eq!(ended.status, 1, "{}", ended.text());
    assert!(ended.stderr.contains("egret.db.rescued-") && ended.stderr.contains("`mv "), "{}", ended.stderr);
    let ended = application.egret(["jobs", "list"]);
    assert!(ended.status == 1 && ended.stderr.contains("egret.db.rescued-"), "{}", ended.stderr);
}

#[test]
fn a_folder_that_cannot_be_written_is_named() {
    let application = Application::in_service_mode();
    fs::create_dir(application.path("var")).unwrap();
    fs::set_permissions(application.path("var"), Permissions::from_mode(0o555)).unwrap();
    let ended = application.egret(["enqueue", "A"]);
    fs::set_permissions(application.path("var"), Permissions::from_mode(0o755)).unwrap();
    assert_eq!(ended.status, 1);
    assert!(ended.stderr.contains("/var/egret.db") && ended.stderr.contains("ermission denied"), "{}", ended.stderr);
    assert!(ended.stderr.contains("run it as the owner of the files"), "{}", ended.stderr);
}

#[test]
fn a_disk_that_takes_no_more_is_said_and_nothing_is_acknowledged() {
    let application = Application::in_service_mode();
    application.succeed(["enqueue", "A"]);
    // A process whose files may not grow beyond 600 KiB, and which is not ended for trying.
    let argument = format!("\"{}\"", "x".repeat(100_000));
    let arguments = "\"$1\" ".repeat(7);
    let script = format!("trap '' XFSZ; ulimit -f 600; exec \"$0\" enqueue A {arguments}");
    let inner = application.command(["status"]);
    let mut command = Command::new("bash");
    command.args(["-c", &script]).arg(inner.get_program()).arg(&argument).current_dir(application.root());
    for (name, value) in inner.get_envs() {
        match value {
            Some(value) => command.env(name, value),
            None => command.env_remove(name),
        };
    }
    let ended = application.run(command);
    assert_eq!(ended.status, 1, "{}", ended.text());
    assert!(ended.says("the disk takes no more, nothing was stored") > 0, "{}", ended.stderr);
    let listing = application.json(["jobs", "list", "--json"]);
    assert_eq!(listing["items"].as_array().unwrap().len(), 1);
    assert_eq!(application.json(["store", "check", "--json"])["is_whole"], true);
}
