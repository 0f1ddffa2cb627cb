//! `egret queues list|pause|resume`.

use serde_json::{Value, json};

use crate::application::Application;

fn queue(application: &Application, name: &str) -> Value {
    let listing = application.json(["queues", "list", "--json"]);
    let queues = listing["items"].as_array().unwrap();
    queues.iter().find(|queue| queue["name"] == name).unwrap_or_else(|| panic!("no `{name}` in {listing}")).clone()
}

#[test]
fn queues_with_jobs_and_queues_of_the_configuration_are_listed() {
    let application = Application::with_config("default:\n  mode: service\nmail:\n  polling: {queues: [mailers]}\n");
    application.succeed(["enqueue", "A", "--queue", "low"]);
    application.succeed(["enqueue", "A", "--queue", "low", "--in", "1h"]);
    let low = queue(&application, "low");
    assert_eq!(low["counts"], json!({"available": 1, "scheduled": 1}));
    assert_eq!((&low["sections"], &low["polled_by"], &low["paused_at"]), (&json!([]), &json!([]), &Value::Null));
    assert!(low["oldest_due_at"].is_string());
    let voice = queue(&application, "voice_synthesis");
    assert_eq!(
        (&voice["max_size"], &voice["counts"], &voice["oldest_due_at"]),
        (&json!(100), &json!({}), &Value::Null)
    );
    assert_eq!(queue(&application, "mailers")["sections"], json!(["default", "mail"]));
    let text = application.succeed(["queues", "list"]);
    assert!(text.lines().any(|line| line.starts_with("low ") && line.ends_with("no section")), "{text}");
}

#[test]
fn a_queue_is_polled_by_the_services_that_live() {
    let application = Application::in_service_mode();
    let service = application.start(["run"]);
    service.wait_until_said("service started");
    let polled_by = &queue(&application, "mailers")["polled_by"];
    assert_eq!((&polled_by[0]["name"], &polled_by[0]["pid"]), (&json!("job:service"), &json!(service.pid())));
    service.signal(rustix::process::Signal::TERM);
    assert_eq!(service.ended().status, 0);
    assert_eq!(queue(&application, "mailers")["polled_by"], json!([]));
}

#[test]
fn a_queue_without_a_name_is_not_paused() {
    let application = Application::new();
    application.succeed(["migrate"]);
    let ended = application.egret(["queues", "pause", ""]);
    assert_eq!(ended.status, 2, "{}", ended.stderr);
    assert!(
        application.json(["queues", "list", "--json"])["items"].as_array().unwrap().iter().all(|q| q["name"] != "")
    );
}

#[test]
fn a_name_that_fills_the_screen_is_cut_in_tables_and_whole_for_programs() {
    let application = Application::in_service_mode();
    let long = "q".repeat(5_000);
    application.succeed(["enqueue", &long, "--queue", &long]);
    for command in ["jobs", "queues"] {
        let table = application.succeed([command, "list"]);
        assert!(table.contains("qqq…") && table.lines().all(|line| line.chars().count() < 400), "{table}");
        assert!(application.succeed([command, "list", "--json"]).contains(&long));
    }
    let id = application.json(["jobs", "list", "--json"])["items"][0]["id"].as_str().unwrap().to_owned();
    let why = application.json(["jobs", "why", &id, "--json"]);
    assert!(why["sentence"].as_str().unwrap().chars().count() < 1_000, "{why}");
}

#[test]
fn a_paused_queue_keeps_its_jobs_until_it_is_resumed() {
    let application = Application::new();
    application.succeed(["migrate"]);
    assert_eq!(application.succeed(["queues", "pause", "default", "mailers"]), "default paused\nmailers paused\n");
    let id = application.exec("echo hello > result");
    let paused = queue(&application, "default");
    assert!(paused["paused_at"].is_string());
    assert_eq!((paused["counts"]["available"].clone(), application.state(&id)), (json!(1), "available".to_owned()));
    // A service is started for what waits, as soon as it may be taken.
    let resumed = application.json(["queues", "resume", "default", "--json"]);
    assert_eq!(resumed, json!({"items": [{"name": "default", "paused_at": null}], "next": null}));
    application.wait_for_state(&id, "completed");
    assert!(queue(&application, "mailers")["paused_at"].is_string(), "another pause goes on");
}

#[test]
fn a_queue_that_nobody_knows_is_paused_with_a_remark() {
    let application = Application::in_service_mode();
    application.succeed(["migrate"]);
    let ended = application.egret(["queues", "pause", "mailer"]);
    assert_eq!((ended.status, ended.text().as_str()), (0, "mailer paused\n"));
    assert!(
        ended.stderr.contains("no job has been in the queue `mailer` yet\n  hint: did you mean `mailers`?"),
        "{}",
        ended.stderr
    );
}

#[test]
fn a_resume_wakes_the_service_that_waits() {
    let application = Application::in_service_mode();
    let service = application.start(["run"]);
    service.wait_until_said("service started");
    application.succeed(["queues", "pause", "default"]);
    let id = application.exec("true");
    assert_eq!(application.state(&id), "available");
    assert_eq!(application.succeed(["queues", "resume", "default"]), "default resumed\n");
    application.wait_for_state(&id, "completed");
    service.signal(rustix::process::Signal::TERM);
    assert_eq!(service.ended().status, 0);
}

#[test]
fn all_queues_are_paused_and_resumed_once_somebody_agrees() {
    let application = Application::with_config("default:\n  mode: service\n  polling: {queues: [default]}\npool: {}\n");
    for number in 0..7 {
        application.succeed(["enqueue", "A", "--queue", &format!("q{number}")]);
    }
    application.succeed(["queues", "pause", "q0"]);
    let refused = application.egret(["queues", "pause", "--all"]);
    assert_eq!(refused.status, 2);
    assert!(refused.stderr.contains("`--yes` agrees"), "{}", refused.stderr);
    let n_paused = || {
        let listing = application.json(["queues", "list", "--json"]);
        listing["items"].as_array().unwrap().iter().filter(|queue| queue["paused_at"].is_string()).count()
    };
    let shown = application.egret(["queues", "pause", "--all", "--dry-run"]);
    assert_eq!((shown.status, shown.text().as_str(), n_paused()), (0, "", 1));
    let n_others = application.json(["queues", "list", "--json"])["items"].as_array().unwrap().len() - 1;
    assert!(shown.stderr.contains(&format!("{n_others} queues match:")), "{}", shown.stderr);
    assert!(shown.stderr.contains(&format!("… and {} more", n_others - 5)), "{}", shown.stderr);
    let paused = application.json(["queues", "pause", "--all", "--yes", "--json"]);
    assert_eq!(paused["items"].as_array().unwrap().len(), n_others, "one was paused before");
    assert_eq!(n_paused(), n_others + 1);
    let resumed = application.succeed(["queues", "resume", "--all", "-y"]);
    assert_eq!((resumed.lines().count(), n_paused()), (n_others + 1, 0));
    let nothing = application.egret(["queues", "resume", "--all", "-y"]);
    assert_eq!((nothing.status, nothing.text().as_str(), nothing.stderr.as_str()), (0, "", "No queue matches.\n"));
}
