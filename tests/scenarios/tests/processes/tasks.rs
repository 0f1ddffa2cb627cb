//! Tasks of real processes: killed, frozen and interrupted, and what an operator sees of them.
//!
//! K1 to K3 are SHIRASAGI's cases (1.21.0, `spec/models/ss/task_spec.rb`), with the death of the owner in the place of
//! "two hours later".

use std::process::Stdio;

use egret_core::JobState;
use egret_scenarios::application::Application;
use egret_scenarios::foreground::Foreground;
use egret_scenarios::patience::{holds, wait_for};
use rustix::process::Signal;
use serde_json::{Value, json};

use crate::{SERVICE_MODE, application};

/// The task that the jobs `Pages` are bound to.
const NAME: &str = "cms:generate_pages";

/// A process that has the task until it is killed.
fn owner(application: &Application, command: &str, words: &str) -> Foreground {
    let owner = application.spawn([command, NAME]);
    owner.wait_for_words(words);
    owner
}

fn holder(application: &Application) -> Foreground {
    owner(application, "hold-task", "the task is held")
}

fn task(application: &Application) -> Value {
    application.json(["tasks", "show", NAME, "--json"])
}

fn state(application: &Application) -> (String, bool) {
    let task = task(application);
    (task["state"].as_str().unwrap().to_owned(), task["has_lost_owner"].as_bool().unwrap())
}

fn wait_for_state(application: &Application, expected: &str) -> Value {
    wait_for(&format!("the task is {expected}"), || {
        let task = task(application);
        if task["state"] == expected { Ok(task) } else { Err(task.to_string()) }
    })
}

fn was(state: &str, has_lost_owner: bool) -> (String, bool) {
    (state.to_owned(), has_lost_owner)
}

/// Runs a command that must fail, and answers what it said.
fn refused(application: &Application, arguments: &[&str]) -> String {
    let output = application.command(arguments).stdin(Stdio::null()).output().unwrap();
    assert_eq!(output.status.code(), Some(1), "{arguments:?}: {output:?}");
    String::from_utf8(output.stderr).unwrap()
}

#[test]
fn k1_a_task_runs_while_its_process_lives_and_not_after_its_death() {
    let application = application(SERVICE_MODE);
    let mut holder = holder(&application);
    assert_eq!(state(&application), was("running", false));
    application.freeze(&holder);
    assert_eq!(state(&application), was("running", false), "a frozen process has what it has");
    holder.kill();
    assert_eq!(state(&application), was("interrupted", true), "at once, without anybody who rescues");
    let listed = application.json(["tasks", "list", "--state", "interrupted", "--json"]);
    assert_eq!(listed["items"][0]["name"], NAME);
}

#[test]
fn k2_a_task_is_made_ready_again_only_after_the_death_of_its_owner() {
    let application = application(SERVICE_MODE);
    let mut ready = owner(&application, "ready-task", "the task is ready");
    assert_eq!(state(&application), was("ready", false));
    assert!(refused(&application, &["ready-task", NAME]).contains("already ready"));
    ready.kill();
    assert_eq!(state(&application), was("stop", true), "an announced run that never came");
    let mut ready = owner(&application, "ready-task", "the task is ready");
    assert_eq!(state(&application), was("ready", false));
    ready.kill();
    let mut holder = holder(&application);
    assert!(refused(&application, &["ready-task", NAME]).contains("already running"));
    holder.kill();
    let _ready = owner(&application, "ready-task", "the task is ready");
    assert_eq!(state(&application), was("ready", false));
}

#[test]
fn k3_a_task_is_started_again_only_after_the_death_of_its_owner() {
    let application = application(SERVICE_MODE);
    let _ready = owner(&application, "ready-task", "the task is ready");
    let mut first = holder(&application);
    assert!(refused(&application, &["hold-task", NAME]).contains("already running"));
    let before = task(&application);
    assert_eq!(before["owner"]["pid"], first.pid());
    first.kill();
    let second = holder(&application);
    let after = task(&application);
    assert_eq!((&after["state"], &after["owner"]["pid"]), (&json!("running"), &json!(second.pid())));
    assert_eq!((&before["log_sequence"], &after["log_sequence"]), (&json!(1), &json!(2)));
}

#[test]
fn k3_a_job_starts_its_task_again_when_its_service_was_killed() {
    let application = application(SERVICE_MODE);
    let (ledger, store) = (application.ledger(), application.store());
    let mut doomed = application.start_service();
    let job = application.enqueue("Pages", [application.file_argument().as_str()]);
    ledger.wait_for("begin", &job);
    let running = wait_for_state(&application, "running");
    assert_eq!((&running["owner"]["job_id"], &running["owner"]["pid"]), (&json!(job), &json!(doomed.pid())));
    doomed.kill();
    assert_eq!(state(&application), was("interrupted", true));
    application.open_gate();
    let _heir = application.start_service();
    store.wait_for_state(&job, JobState::Completed);
    let ended = task(&application);
    assert_eq!((&ended["state"], &ended["has_lost_owner"]), (&json!("completed"), &json!(false)));
    assert_eq!(ledger.of("done", &job).len(), 1);
    let runs: Vec<_> = ended["runs"].as_array().unwrap().iter().map(|run| run["sequence"].as_u64()).collect();
    assert_eq!(runs[0], Some(2), "each run has a log of its own: {ended}");
    let last = ended["lines"].as_array().unwrap().last().unwrap()["text"].as_str().unwrap();
    assert!(last.starts_with("# ") && last.ends_with(" sec"), "{last}");
}

#[test]
fn a_job_whose_task_runs_is_put_off_and_not_lost() {
    let application = application(SERVICE_MODE);
    let (ledger, store) = (application.ledger(), application.store());
    let _service = application.start_service();
    let first = application.enqueue("Pages", [application.file_argument().as_str()]);
    ledger.wait_for("begin", &first);
    let second = application.enqueue("Pages", [application.file_argument().as_str()]);
    store.wait_for_state(&second, JobState::Scheduled);
    assert_eq!(ledger.of("begin", &second), [], "its code has not run");
    let log = application.run(["logs", "show", &second]);
    assert!(log.contains("already running"), "{log}");
    application.open_gate();
    store.wait_for_state(&first, JobState::Completed);
    // Its next try comes by itself.
    store.wait_for_state(&second, JobState::Completed);
    assert_eq!(ledger.of("done", &second).len(), 1);
}

#[test]
fn an_interrupt_of_the_task_cancels_its_job_at_its_next_look() {
    let application = application(SERVICE_MODE);
    let (ledger, store) = (application.ledger(), application.store());
    let _service = application.start_service();
    let job = application.enqueue("Pages", [application.file_argument().as_str()]);
    ledger.wait_for("begin", &job);
    wait_for("progress is seen while it runs", || {
        let task = task(&application);
        holds(task["current_count"].as_u64() > Some(0) && task["total_count"] == 1_000_000, || task.to_string())
    });
    application.run(["tasks", "interrupt", NAME]);
    ledger.wait_for("interrupted", &job);
    store.wait_for_state(&job, JobState::Cancelled);
    let ended = task(&application);
    assert_eq!((&ended["state"], &ended["has_lost_owner"]), (&json!("interrupted"), &json!(false)));
    let last = ended["lines"].as_array().unwrap().last().unwrap()["text"].clone();
    assert_eq!(last, "-- interrupted: stop");
    assert!(refused(&application, &["tasks", "interrupt", NAME]).contains("not running"));
}

#[test]
fn cancelling_the_job_interrupts_its_task() {
    let application = application(SERVICE_MODE);
    let (ledger, store) = (application.ledger(), application.store());
    let _service = application.start_service();
    let job = application.enqueue("Pages", [application.file_argument().as_str()]);
    ledger.wait_for("begin", &job);
    application.run(["jobs", "cancel", &job]);
    store.wait_for_state(&job, JobState::Cancelled);
    let ended = task(&application);
    assert_eq!((&ended["state"], &ended["has_lost_owner"]), (&json!("interrupted"), &json!(false)));
}

#[test]
fn a_living_owner_keeps_his_task_unless_it_is_taken_by_force() {
    let application = application(SERVICE_MODE);
    let (ledger, store) = (application.ledger(), application.store());
    let _service = application.start_service();
    let job = application.enqueue("Pages", [application.file_argument().as_str()]);
    ledger.wait_for("begin", &job);
    for verb in ["reset", "delete"] {
        let said = refused(&application, &["tasks", verb, NAME]);
        assert!(said.contains("it is running") && said.contains("tasks interrupt"), "{said}");
    }
    application.run(["tasks", "reset", NAME, "--force"]);
    ledger.wait_for("interrupted", &job);
    store.wait_for_state(&job, JobState::Cancelled);
    assert_eq!(state(&application), was("stop", false), "what the fenced owner says is not written");
    application.run(["tasks", "delete", NAME]);
    assert!(refused(&application, &["tasks", "show", NAME]).contains("there is no task"));
}

#[test]
fn tasks_that_match_are_changed_once_somebody_agrees() {
    let application = application(SERVICE_MODE);
    let hold = |name: &str| {
        let owner = application.spawn(["hold-task", name]);
        owner.wait_for_words("the task is held");
        owner
    };
    for name in ["cms:pages", "cms:nodes", "gws:mail"] {
        hold(name).kill();
    }
    let _alive = hold("cms:import");
    let output = |arguments: &[&str]| {
        let output = application.command(arguments).stdin(Stdio::null()).output().unwrap();
        let text = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap();
        (output.status.code(), text(output.stdout), text(output.stderr))
    };
    let (code, _, said) = output(&["tasks", "reset", "--all"]);
    assert!(code == Some(2) && said.contains("`--yes` agrees"), "{said}");
    let (code, _, said) = output(&["tasks", "delete", "--matching", " ", "--yes"]);
    assert!(code == Some(2) && said.contains("no words"), "no words are not all: {said}");
    let (code, data, said) = output(&["tasks", "reset", "--matching", "CMS", "--dry-run"]);
    assert_eq!((code, data.as_str()), (Some(0), ""));
    for words in ["2 tasks match:", "cms:pages", "cms:nodes", "Nothing was changed."] {
        assert!(said.contains(words), "no `{words}` in {said}");
    }
    assert!(!said.contains("gws:mail") && !said.contains("cms:import"), "{said}");
    let account = application.json(["tasks", "reset", "--all", "--yes", "--json"]);
    assert_eq!(
        (&account["action"], &account["n_matching"], &account["n_changed"]),
        (&json!("reset"), &json!(3), &json!(3))
    );
    assert_eq!(account["samples"][0]["state"], "interrupted");
    let (code, data, said) = output(&["tasks", "delete", "--matching", "cms", "--state", "stop,running", "--yes"]);
    assert_eq!((code, data.as_str()), (Some(1), "2 tasks deleted.\n"));
    assert!(said.contains("`cms:import`") && said.contains("tasks interrupt cms:import"), "{said}");
    let listed = application.json(["tasks", "list", "--json"]);
    let mut names: Vec<&str> =
        listed["items"].as_array().unwrap().iter().map(|item| item["name"].as_str().unwrap()).collect();
    names.sort_unstable();
    assert_eq!(names, ["cms:import", "gws:mail", "job:service"], "services are never meant");
    let asked = application.json(["tasks", "interrupt", "--all", "--yes", "--json"]);
    assert_eq!(asked["changed"], json!(["cms:import"]));
    assert_eq!(application.json(["tasks", "show", "cms:import", "--json"])["is_interrupt_asked"], true);
    let (code, data, said) = output(&["tasks", "reset", "gws:mail", "nobody", "--json"]);
    let report: Value = serde_json::from_str(&data).unwrap();
    assert_eq!((code, report), (Some(1), json!({"changed": ["gws:mail"], "refused": [], "unknown": ["nobody"]})));
    assert!(said.contains("there is no task `nobody`"), "{said}");
    let deleted = application.json(["tasks", "delete", "--all", "--yes", "--json"]);
    assert_eq!(
        (&deleted["changed"], &deleted["refused"]),
        (&json!(["gws:mail"]), &json!([])),
        "what runs is not meant"
    );
}

#[test]
fn a_tasks_name_and_lines_drive_no_terminal() {
    let application = application(SERVICE_MODE);
    let name = format!("a\x1b]0;title\x07\n'b'\u{202e}c {}", "鷺".repeat(2_000));
    let mut owner = application.spawn(["hold-task", name.as_str()]);
    owner.wait_for_words("the task is held");
    for language in ["en", "ja"] {
        for arguments in [
            &["tasks", "list"][..],
            &["tasks", "show", &name],
            &["tasks", "reset", &name],
            &["tasks", "reset", "--state", "running", "--yes"],
            &["tasks", "interrupt", &name],
            &["tasks", "interrupt", "nobody\x1b[2J"],
        ] {
            let output =
                application.command(arguments).env("EGRET_LANG", language).stdin(Stdio::null()).output().unwrap();
            let shown = String::from_utf8([output.stdout, output.stderr].concat()).unwrap();
            assert!(!shown.is_empty(), "{arguments:?}");
            let drives = |letter: char| letter.is_control() && letter != '\n' || letter == '\u{202e}';
            assert!(!shown.contains(drives), "{arguments:?}: {shown:?}");
        }
    }
    let shown = application.run(["tasks", "show", &name]);
    assert!(shown.lines().any(|line| line.contains("held as a\\u{1b}]0;title")), "{shown}");
    let listed = application.run(["tasks", "list"]);
    assert!(listed.lines().all(|line| line.chars().count() < 200), "a huge name leaves the others readable");
    let listed = application.json(["tasks", "list", "--json"]);
    assert!(listed["items"].as_array().unwrap().iter().any(|item| item["name"] == *name), "programs get it as it is");
    owner.kill();
    application.run(["tasks", "delete", &name]);
    assert!(refused(&application, &["tasks", "show", &name]).contains("there is no task"));
}

#[test]
fn a_task_is_told_in_japanese_too() {
    let application = application(SERVICE_MODE);
    let mut holder = holder(&application);
    let japanese = |arguments: &[&str]| {
        let output = application.command(arguments).env("EGRET_LANG", "ja").stdin(Stdio::null()).output().unwrap();
        String::from_utf8([output.stdout, output.stderr].concat()).unwrap()
    };
    let owner = format!("のプロセス {}", holder.pid());
    assert!(japanese(&["tasks", "list"]).contains(&owner));
    let shown = japanese(&["tasks", "show", NAME]);
    for words in ["名前      cms:generate_pages", "状態      running", "所有者    ", &owner, "1 回目 ("] {
        assert!(shown.contains(words), "no `{words}` in {shown}");
    }
    assert_eq!(japanese(&["tasks", "interrupt", NAME]), format!("{NAME}: 中断を要求しました\n"));
    assert!(japanese(&["tasks", "show", NAME]).contains("指示      中断"));
    holder.kill();
    assert!(japanese(&["tasks", "show", NAME]).contains("終了処理をせずに消失"));
    assert_eq!(japanese(&["tasks", "delete", NAME]), format!("{NAME}: 削除しました\n"));
    assert!(japanese(&["tasks", "show", NAME]).contains("タスク `cms:generate_pages` はありません"));
}

#[test]
fn services_stand_among_the_tasks_under_their_name() {
    let application = application(SERVICE_MODE);
    let entry = || application.json(["tasks", "show", "job:service", "--json"]);
    assert_eq!((&entry()["state"], &entry()["current_count"]), (&json!("stop"), &json!(0)));
    let mut service = application.start_service();
    assert_eq!((&entry()["state"], &entry()["current_count"]), (&json!("running"), &json!(1)));
    let status = application.json(["status", "--json"]);
    let listed = application.json(["tasks", "list", "JOB service", "--json"]);
    assert_eq!(listed["items"].as_array().unwrap().len(), 1);
    assert_eq!(status["item"]["name"], listed["items"][0]["name"]);
    assert!(
        refused(&application, &["tasks", "delete", "job:service", "--force"]).contains("a service of the name lives")
    );
    assert_eq!(entry()["current_count"], 1, "nothing has happened");
    service.signal(Signal::TERM);
    service.wait_for_success();
    application.run(["tasks", "delete", "job:service"]);
    assert_eq!((&entry()["state"], &entry()["current_count"]), (&json!("stop"), &json!(0)), "harmless");
    let _another = application.start_service();
    assert_eq!(entry()["current_count"], 1);
}
