//! Commands where no store is yet: who only looks, or changes what is there, makes none.

use serde_json::json;

use crate::application::Application;

/// Nothing may have been written into the application's folder.
fn assert_untouched(application: &Application, arguments: &[&str]) {
    let left: Vec<_> = std::fs::read_dir(application.root()).unwrap().map(|entry| entry.unwrap().file_name()).collect();
    assert_eq!(left, Vec::<std::ffi::OsString>::new(), "after {arguments:?}");
}

fn absence(application: &Application) -> String {
    format!(
        "there is no store sqlite:{} yet\n  hint: the first job makes it",
        application.path("var/egret.db").display()
    )
}

#[test]
fn looking_makes_no_store_and_says_where_it_would_be() {
    let application = Application::new();
    for arguments in [
        &["jobs", "list"][..],
        &["jobs", "cancel", "--all", "--yes"],
        &["jobs", "reschedule", "--all", "--in", "5m", "--yes"],
        &["services", "list"],
        &["services", "stop", "--all", "--yes"],
        &["queues", "list"],
        &["tasks", "list"],
        &["tasks", "delete", "--all", "--yes"],
        &["logs"],
        &["logs", "--csv"],
        &["logs", "export", "--since", "1d"],
        &["logs", "prune", "--older-than", "1d", "--yes"],
    ] {
        let ended = application.egret(arguments);
        assert_eq!(ended.status, 0, "{arguments:?}: {}", ended.stderr);
        assert!(ended.stderr.starts_with(&absence(&application)), "{arguments:?}: {}", ended.stderr);
        assert_untouched(&application, arguments);
    }
    assert_eq!(application.json(["logs", "--json"]), json!({"items": [], "next": null}));
    application.egret(["status"]);
    application.egret(["check"]);
    application.egret(["config"]);
    application.egret(["migrate", "--check"]);
    assert_untouched(&application, &["status"]);
}

#[test]
fn what_has_a_name_is_not_found_where_there_is_no_store() {
    let application = Application::new();
    for arguments in [
        &["jobs", "show", "x"][..],
        &["jobs", "why", "x"],
        &["jobs", "retry", "x"],
        &["jobs", "reschedule", "x", "--in", "5m"],
        &["tasks", "show", "x"],
        &["tasks", "interrupt", "x"],
        &["tasks", "reset", "x"],
        &["tasks", "delete", "x"],
        &["queues", "pause", "default"],
        &["queues", "resume", "default"],
        &["queues", "pause", "--all", "--yes"],
        &["services", "stop", "x"],
        &["logs", "show", "x"],
        &["logs", "follow", "x"],
        &["store", "check"],
        &["store", "vacuum"],
        &["store", "backup", "copy.db"],
    ] {
        let ended = application.egret(arguments);
        assert_eq!((ended.status, ended.text().as_str()), (1, ""), "{arguments:?}: {}", ended.stderr);
        assert!(ended.stderr.contains(&absence(&application)), "{arguments:?}: {}", ended.stderr);
        assert_untouched(&application, arguments);
    }
    let mut japanese = application.command(["queues", "pause", "default"]);
    japanese.env("EGRET_LANG", "ja");
    assert!(application.run(japanese).stderr.contains("はまだありません"));
}

#[test]
fn a_folder_that_is_not_there_is_no_application_without_jobs() {
    let application = Application::new();
    let folder = application.path("mispelt").display().to_string();
    for arguments in [&["status"][..], &["status", "--json"], &["config"], &["exec", "--", "true"], &["jobs", "list"]] {
        let ended = application.egret(["--root", &folder].iter().chain(arguments));
        assert_eq!(ended.status, 1, "{arguments:?}: {}", ended.stderr);
        assert!(ended.stderr.starts_with(&format!("error: there is no folder `{folder}`\n")), "{}", ended.stderr);
    }
    let ended = application.egret(["status", "--lang", "ja", "--root", &folder]);
    assert!(ended.stderr.contains("がありません"), "{}", ended.stderr);
    assert_untouched(&application, &["--root", &folder]);
    // Only a first file makes it.
    application.succeed(["config", "--init", "--root", &folder]);
    application.succeed(["status", "--root", &folder]);
}
