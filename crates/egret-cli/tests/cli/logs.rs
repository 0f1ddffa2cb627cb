//! `egret logs`.

use serde_json::Value;

use crate::application::{Application, wait_for};

#[test]
fn shows_the_lines_of_an_attempt() {
    let application = Application::new();
    let ended =
        application.egret(["exec", "--wait", "--", "sh", "-c", "echo out; echo err >&2; printf '\\033[31mred\\n'"]);
    let id = ended.stderr.lines().next().unwrap().strip_prefix("job ").unwrap();
    let text = application.succeed(["logs", "show", id]);
    let lines: Vec<&str> = text.lines().collect();
    assert!(lines[0].starts_with("attempt 1 completed, "), "{text}");
    assert!(lines.iter().any(|line| line.ends_with(" stdout out")), "{text}");
    assert!(lines.iter().any(|line| line.ends_with(" stderr err")), "{text}");
    assert!(!text.contains('\x1b') && text.contains("\\u{1b}[31mred"), "a log drives no terminal: {text}");
    let ended = application.egret(["logs", "show", id, "--attempt", "9"]);
    assert_eq!(ended.status, 1);
    assert!(ended.stderr.contains("no attempt 9"), "{}", ended.stderr);
    assert_eq!(application.egret(["logs", "show", "nobody"]).status, 1);
}

#[test]
fn follows_a_job_from_before_it_runs_until_it_ends() {
    let application = Application::in_service_mode();
    let id = application.exec("echo first; while [ ! -e go ]; do sleep 0.02; done; echo second");
    let follower = application.start(["logs", "follow", &id]);
    let service = application.start(["run"]);
    wait_for("the first line is followed", || {
        String::from_utf8(follower.stdout()).unwrap().contains("stdout first\n").then_some(())
    });
    std::fs::write(application.path("go"), "").unwrap();
    let ended = follower.ended();
    assert_eq!(ended.status, 0, "{}", ended.stderr);
    assert!(ended.text().ends_with("stdout second\n"), "{}", ended.text());
    assert_eq!(ended.says("the job is completed"), 1, "{}", ended.stderr);
    service.signal(rustix::process::Signal::TERM);
    assert_eq!(service.ended().status, 0);
}

#[test]
fn follows_as_json_line_by_line() {
    let application = Application::new();
    let id = application.exec("echo one; echo two >&2");
    let text = application.succeed(["logs", "follow", &id, "--json"]);
    let mut lines: Vec<Value> = text.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    lines.sort_by_key(|line| line["source"].to_string());
    let told: Vec<(&str, &str)> =
        lines.iter().map(|line| (line["source"].as_str().unwrap(), line["text"].as_str().unwrap())).collect();
    assert_eq!(told, [("stderr", "two"), ("stdout", "one")]);
}

#[test]
fn follows_a_run_that_was_given_back_into_the_next() {
    let application = Application::with_config("default:\n  mode: service\n  shutdown_timeout: 0s\n");
    let id = application.exec("echo begun; test -e go || sleep 300; echo done");
    let follower = application.start(["logs", "follow", &id]);
    let service = application.start(["run"]);
    wait_for("the first run is followed", || (!follower.stdout().is_empty()).then_some(()));
    service.signal(rustix::process::Signal::TERM);
    assert_eq!(service.ended().status, 0);
    std::fs::write(application.path("go"), "").unwrap();
    application.succeed(["run", "--until-empty"]);
    let ended = follower.ended();
    let words: Vec<String> =
        ended.text().lines().filter_map(|line| line.rsplit(' ').next().map(str::to_owned)).collect();
    assert_eq!(words, ["begun", "begun", "done"], "{}", ended.stderr);
}

#[test]
fn the_list_has_a_name_as_all_other_lists_have() {
    let application = Application::new();
    assert_eq!(application.egret(["exec", "--wait", "--", "true"]).status, 0);
    assert_eq!(application.json(["logs", "list", "--json"]), application.json(["logs", "--json"]));
    let table = application.succeed(["logs", "list", "--class", "Egret::Command", "--since", "1h"]);
    assert_eq!(table.lines().count(), 2, "{table}");
}
