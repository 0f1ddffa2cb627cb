//! Changes of all jobs that match: `egret jobs … --queue`, `--state`, `--class`, `--all`.

use std::fs::File;
use std::io::{Read as _, Write as _};

use rustix::process::Signal;
use serde_json::{Value, json};

use crate::application::Application;
use crate::terminal::pseudoterminal;

/// In service mode, with this many jobs that wait in the queue `low`, and one in `default`.
fn with_jobs(n_jobs: usize) -> (Application, String) {
    let application = Application::in_service_mode();
    for _ in 0..n_jobs {
        application.succeed(["enqueue", "A", "--queue", "low"]);
    }
    let other = application.succeed(["enqueue", "B"]).trim().to_owned();
    (application, other)
}

fn n_jobs(application: &Application, filter: &[&str]) -> usize {
    let listing = application.json(["jobs", "list", "--json"].iter().chain(filter));
    listing["items"].as_array().unwrap().len()
}

#[test]
fn all_jobs_that_match_are_changed_and_no_other() {
    let (application, other) = with_jobs(3);
    let ended = application.egret(["jobs", "cancel", "--queue", "low", "--yes"]);
    assert_eq!((ended.status, ended.text().as_str()), (0, "3 jobs cancelled.\n"), "{}", ended.stderr);
    assert!(ended.stderr.contains("3 jobs match: available 3"), "{}", ended.stderr);
    assert_eq!(n_jobs(&application, &["--state", "cancelled"]), 3);
    assert_eq!(application.state(&other), "available");

    let account = application.json(["jobs", "delete", "--state", "cancelled", "--class", "A", "--yes", "--json"]);
    assert_eq!(
        (&account["action"], &account["n_matching"], &account["n_changed"]),
        (&json!("delete"), &json!(3), &json!(3))
    );
    assert_eq!(n_jobs(&application, &[]), 1);
}

#[test]
fn only_jobs_of_the_user_are_changed() {
    let (application, other) = with_jobs(1);
    let own = application.succeed(["enqueue", "A", "--bind", "user_id=5"]).trim().to_owned();
    assert_eq!(application.succeed(["jobs", "cancel", "--user", "5", "--text", "a", "--yes"]), "1 job cancelled.\n");
    assert_eq!((application.state(&own).as_str(), application.state(&other).as_str()), ("cancelled", "available"));
    let ended = application.egret(["jobs", "delete", &own, "--user", "5"]);
    assert_eq!(ended.status, 2, "ids are named alone: {}", ended.stderr);
    assert_eq!(application.succeed(["jobs", "delete", "--user", "5", "--since", "1h", "--yes"]), "1 job deleted.\n");
    assert_eq!(n_jobs(&application, &[]), 2);
}

#[test]
fn only_jobs_of_the_site_are_changed() {
    let (application, other) = with_jobs(1);
    let own = application.succeed(["enqueue", "A", "--bind", "site_id=3"]).trim().to_owned();
    let elsewhere = application.succeed(["enqueue", "A", "--bind", "site_id=33"]).trim().to_owned();
    assert_eq!(n_jobs(&application, &["--site", "3"]), 1);
    assert_eq!(application.succeed(["jobs", "cancel", "--site", "3", "--yes"]), "1 job cancelled.\n");
    let states = [own, elsewhere, other].map(|id| application.state(&id));
    assert_eq!(states, ["cancelled", "available", "available"]);
}

/// As a script has it whose variable is not set.
#[test]
fn no_words_are_not_taken_for_all_jobs() {
    let (application, _) = with_jobs(2);
    for words in ["", "  "] {
        let ended = application.egret(["jobs", "delete", "--text", words, "--yes"]);
        assert_eq!(ended.status, 2, "{}", ended.stderr);
        assert!(ended.stderr.contains("`--text` has no words"), "{}", ended.stderr);
        assert!(ended.stderr.contains("`--all` means all"), "{}", ended.stderr);
    }
    assert_eq!(n_jobs(&application, &[]), 3);
    assert_eq!(application.succeed(["jobs", "delete", "--queue", "", "--yes"]), "");
    assert_eq!(n_jobs(&application, &[]), 3);
}

#[test]
fn a_retry_of_all_runs_no_completed_job_again() {
    let application = Application::new();
    let completed = application.exec("true");
    let failed = application.exec("exit 3");
    application.wait_for_state(&completed, "completed");
    application.wait_for_state(&failed, "discarded");
    let account = application.json(["jobs", "retry", "--all", "--dry-run", "--json"]);
    let ids: Vec<&Value> = account["samples"].as_array().unwrap().iter().map(|job| &job["id"]).collect();
    assert_eq!((&account["n_matching"], ids), (&json!(1), vec![&json!(failed)]));
    assert_eq!(application.succeed(["jobs", "retry", "--all", "--yes"]), "1 job runs again.\n");
    // A service was started for it.
    let attempts = |id: &str| application.job(id)["attempt"].as_u64();
    crate::application::wait_for("the second attempt", || (attempts(&failed) == Some(2)).then_some(()));
    assert_eq!(attempts(&completed), Some(1));
}

#[test]
fn a_dry_run_shows_the_exact_number_and_five_samples_and_changes_nothing() {
    let (application, _) = with_jobs(7);
    let ended = application.egret(["jobs", "delete", "--queue", "low", "--dry-run"]);
    assert_eq!((ended.status, ended.text().as_str()), (0, ""));
    assert!(
        ended.stderr.contains("7 jobs match: available 7") && ended.stderr.contains("… and 2 more"),
        "{}",
        ended.stderr
    );
    assert_eq!(ended.says("low"), 5, "{}", ended.stderr);
    let account = application.json(["jobs", "delete", "--queue", "low", "--dry-run", "--json"]);
    assert_eq!(
        (&account["is_dry_run"], &account["n_matching"], &account["n_changed"]),
        (&json!(true), &json!(7), &json!(0))
    );
    assert_eq!(account["samples"].as_array().unwrap().len(), 5);
    application.succeed(["jobs", "delete", "--queue", "low", "--dry-run", "--yes"]);
    assert_eq!(n_jobs(&application, &[]), 8, "also who agrees to everything");
}

#[test]
fn what_does_not_allow_the_change_is_named_and_fails_the_command() {
    let application = Application::in_service_mode();
    let service = application.start(["run"]);
    let id = application.exec("while [ ! -e go ]; do sleep 0.02; done");
    application.wait_for_state(&id, "running");
    let ended = application.egret(["jobs", "delete", "--state", "running", "--yes"]);
    assert_eq!((ended.status, ended.text().as_str()), (1, "0 jobs deleted.\n"), "{}", ended.stderr);
    assert!(ended.stderr.contains(&format!("  {id} running\n")), "{}", ended.stderr);
    std::fs::write(application.path("go"), "").unwrap();
    application.wait_for_state(&id, "completed");
    service.signal(Signal::TERM);
    assert_eq!(service.ended().status, 0);
}

#[test]
fn without_a_terminal_nobody_agrees() {
    let (application, _) = with_jobs(1);
    let ended = application.egret(["jobs", "delete", "--all"]);
    assert_eq!((ended.status, ended.text().as_str()), (2, ""));
    assert!(ended.stderr.contains("`--yes` agrees"), "{}", ended.stderr);
    assert_eq!(n_jobs(&application, &[]), 2);
    assert_eq!(application.egret(["jobs", "delete"]).status, 2, "all jobs are only meant when that is said");
    assert_eq!(application.egret(["jobs", "delete", "x", "--all"]).status, 2);
}

#[test]
fn at_a_terminal_it_asks_and_only_a_yes_is_one() {
    let (application, _) = with_jobs(2);
    let delete = ["jobs", "delete", "--queue", "low"];
    let shown = asked(&application, &delete, "\n");
    assert!(
        shown.contains("Delete them with their attempts and logs") && shown.contains("Nothing was changed"),
        "{shown}"
    );
    assert_eq!(n_jobs(&application, &["--queue", "low"]), 2);
    let shown = asked(&application, &delete, "yes\n");
    assert!(shown.contains("2 jobs deleted."), "{shown}");
    assert_eq!(n_jobs(&application, &["--queue", "low"]), 0);
}

#[test]
fn old_logs_are_shown_and_asked_about_before_they_are_deleted() {
    let (application, _) = with_jobs(2);
    application.succeed(["jobs", "cancel", "--queue", "low", "--yes"]);
    let prune = ["logs", "prune", "--older-than", "0s"];
    let shown = asked(&application, &prune, "no\n");
    assert!(shown.contains("2 jobs match: cancelled 2") && shown.contains("Nothing was changed"), "{shown}");
    assert_eq!(n_jobs(&application, &["--queue", "low"]), 2);
    let shown = asked(&application, &prune, "y\n");
    assert!(shown.contains("2 jobs deleted."), "{shown}");
    assert_eq!((n_jobs(&application, &["--queue", "low"]), n_jobs(&application, &[])), (0, 1), "what waits stays");
}

/// Runs a command at a terminal on which the answer is typed.
fn asked(application: &Application, arguments: &[&str], answer: &str) -> String {
    let (controller, terminal) = pseudoterminal();
    let mut command = application.command(arguments);
    let copy = || terminal.try_clone().unwrap();
    let mut child = command.stdin(copy()).stdout(copy()).stderr(copy()).env("TERM", "xterm").spawn().unwrap();
    drop((command, terminal));
    let mut controller = File::from(controller);
    let mut shown = Vec::new();
    let mut part = [0; 4096];
    while !String::from_utf8_lossy(&shown).contains("[y/N]") {
        let n_read = controller.read(&mut part).unwrap();
        shown.extend_from_slice(&part[..n_read]);
    }
    controller.write_all(answer.as_bytes()).unwrap();
    // Linux tells the end by EIO.
    let _ = controller.read_to_end(&mut shown);
    assert!(child.wait().unwrap().success());
    String::from_utf8(shown).unwrap()
}

#[test]
fn japanese_is_spoken_where_it_is_asked_for() {
    let (application, _) = with_jobs(2);
    let mut command = application.command(["jobs", "cancel", "--queue", "low", "--yes"]);
    command.env("LC_ALL", "ja_JP.UTF-8");
    assert_eq!(application.run(command).text(), "2 件を取り消しました。\n");
}

#[test]
fn waiting_jobs_get_another_time() {
    let application = Application::in_service_mode();
    let id = application.succeed(["enqueue", "A", "--in", "1h"]).trim().to_owned();
    assert_eq!(
        application.succeed(["jobs", "reschedule", &id, "--at", "2999-01-31T09:00:00Z"]),
        format!("{id} rescheduled\n")
    );
    assert_eq!(application.job(&id)["due_at"], "2999-01-31T09:00:00Z");
    assert_eq!(
        application.succeed(["jobs", "reschedule", "--all", "--in", "0s", "--yes"]),
        "1 job has the new time.\n"
    );
    assert_eq!(application.state(&id), "available");
    assert_eq!(application.egret(["jobs", "reschedule", &id]).status, 2, "to which time?");
    assert_eq!(application.egret(["jobs", "reschedule", &id, "--at", "soon"]).status, 2);
}

#[test]
fn nothing_that_matches_is_no_failure() {
    let application = Application::in_service_mode();
    application.succeed(["migrate"]);
    let ended = application.egret(["jobs", "cancel", "--all", "--yes"]);
    assert_eq!((ended.status, ended.text().as_str(), ended.stderr.as_str()), (0, "", "No job matches.\n"));
}
