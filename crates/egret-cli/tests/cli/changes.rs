//! `egret jobs retry|cancel|delete|run-now`.

use crate::application::{Application, wait_for_file};

#[test]
fn a_scheduled_job_is_cancelled_and_can_be_revived() {
    let application = Application::in_service_mode();
    let id = application.succeed(["enqueue", "A", "--in", "1h"]);
    let id = id.trim();
    assert_eq!(application.succeed(["jobs", "cancel", id]), format!("{id} cancelled\n"));
    assert_eq!(application.state(id), "cancelled");
    application.succeed(["jobs", "retry", id]);
    assert_eq!(application.state(id), "available");
}

#[test]
fn a_scheduled_job_runs_now() {
    let application = Application::new();
    let id = application.succeed(["exec", "--in", "1h", "--", "sh", "-c", "echo hello > result"]);
    let id = id.trim();
    assert_eq!(application.state(id), "scheduled");
    application.succeed(["jobs", "run-now", id]);
    application.wait_for_state(id, "completed");
    wait_for_file(&application.path("result"));
}

#[test]
fn a_failed_program_runs_again_and_its_first_log_stays() {
    let application = Application::new();
    let ended = application.egret(["exec", "--wait", "--", "sh", "-c", "echo attempt $EGRET_ATTEMPT; test -e go"]);
    assert_eq!(ended.status, 1);
    let id = ended.stderr.lines().next().unwrap().strip_prefix("job ").unwrap();
    std::fs::write(application.path("go"), "").unwrap();
    application.succeed(["jobs", "retry", id]);
    application.wait_for_state(id, "completed");
    let logs = application.json(["logs", "show", id, "--json"]);
    let texts: Vec<&str> =
        logs["items"].as_array().unwrap().iter().map(|attempt| attempt["lines"][0]["text"].as_str().unwrap()).collect();
    assert_eq!(texts, ["attempt 1", "attempt 2"]);
}

#[test]
fn a_running_program_is_cancelled_with_everything_that_it_started() {
    let application = Application::new();
    let id = application.exec("sleep 300 & touch started; wait");
    wait_for_file(&application.path("started"));
    application.wait_for_state(&id, "running");
    let said = application.succeed(["jobs", "cancel", &id]);
    assert_eq!(said, format!("{id} runs and was asked to stop\n"));
    application.wait_for_state(&id, "cancelled");
    application.wait_until_left();
}

#[test]
fn a_job_is_deleted_with_its_logs() {
    let application = Application::new();
    let ended = application.egret(["exec", "--wait", "--", "echo", "hello"]);
    let id = ended.stderr.lines().next().unwrap().strip_prefix("job ").unwrap();
    assert!(!found_below(&application.path("var"), id).is_empty());
    application.succeed(["jobs", "delete", id]);
    assert_eq!(application.egret(["jobs", "show", id]).status, 1);
    assert_eq!(found_below(&application.path("var"), id), Vec::<std::path::PathBuf>::new());
}

#[test]
fn says_which_jobs_are_unknown_or_in_the_wrong_state() {
    let application = Application::in_service_mode();
    let id = application.succeed(["enqueue", "A"]);
    let id = id.trim();
    let ended = application.egret(["jobs", "run-now", id, "nobody"]);
    assert_eq!((ended.status, ended.text().as_str()), (1, ""));
    assert!(ended.stderr.contains(&format!("`{id}` cannot be run now: it is available")), "{}", ended.stderr);
    assert!(ended.stderr.contains("there is no job `nobody`"), "{}", ended.stderr);
    let ended = application.egret(["jobs", "cancel", id, "nobody", "--json"]);
    assert_eq!(ended.status, 1);
    let report: serde_json::Value = serde_json::from_str(&ended.text()).unwrap();
    assert_eq!(report, serde_json::json!({"changed": [id], "asked": [], "refused": [], "unknown": ["nobody"]}));
}

/// Files and folders below a folder that have the word in their name.
fn found_below(folder: &std::path::Path, word: &str) -> Vec<std::path::PathBuf> {
    let mut found = Vec::new();
    for entry in std::fs::read_dir(folder).unwrap().flatten() {
        if entry.file_name().to_string_lossy().contains(word) {
            found.push(entry.path());
        }
        if entry.file_type().unwrap().is_dir() {
            found.extend(found_below(&entry.path(), word));
        }
    }
    found
}
