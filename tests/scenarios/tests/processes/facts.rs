//! What a service says about typed jobs, and what it keeps to itself.

use egret_core::JobState;
use egret_scenarios::application::Application;
use serde_json::Value;

use crate::{SERVICE_MODE, application};

/// The texts of the lines of a job's first attempt.
fn lines(application: &Application, job: &str) -> Vec<String> {
    let shown = application.json(["logs", "show", job, "--json"]);
    let lines = shown["items"][0]["lines"].as_array().unwrap();
    lines.iter().map(|line| line["text"].as_str().unwrap().to_owned()).collect()
}

#[test]
fn a_class_raises_the_level_of_its_own_logs_only() {
    let application = application(SERVICE_MODE);
    let store = application.store();
    let service = application.start_service();
    let talkative = application.enqueue("Talkative", []);
    let murmuring = application.enqueue("Murmuring", []);
    for job in [&talkative, &murmuring] {
        store.wait_for_state(job, JobState::Completed);
    }
    assert_eq!(lines(&application, &talkative), ["a murmur", "a word"]);
    assert_eq!(lines(&application, &murmuring), ["a word"]);
    assert!(service.log().contains("a word") && !service.log().contains("a murmur"), "{}", service.log());
}

#[test]
fn the_level_of_the_section_bounds_the_logs_of_all_other_classes() {
    let application = application("default:\n  mode: service\n  log_level: warn\n");
    let store = application.store();
    let _service = application.spawn(["run", "--mode", "service"]);
    let talkative = application.enqueue("Talkative", []);
    let murmuring = application.enqueue("Murmuring", []);
    for job in [&talkative, &murmuring] {
        store.wait_for_state(job, JobState::Completed);
    }
    assert_eq!(lines(&application, &talkative), ["a murmur", "a word"]);
    assert_eq!(lines(&application, &murmuring), Vec::<String>::new());
}

#[test]
fn errors_are_told_by_what_the_rules_made_of_them() {
    let application = application(SERVICE_MODE);
    let store = application.store();
    let service = application.start_service();
    let flaky = application.enqueue("Flaky", [application.file_argument().as_str()]);
    let hopeless = application.enqueue("Hopeless", []);
    let useless = application.enqueue("Useless", []);
    let panics = application.enqueue("Panic", []);
    store.wait_for_state(&flaky, JobState::Completed);
    for job in [&hopeless, &useless, &panics] {
        store.wait_for_state(job, JobState::Discarded);
    }
    let log = service.log();
    let says = |level: &str, words: String| {
        log.lines().filter(|line| line.contains(&format!(" {level} [ActiveJob] [")) && line.contains(&words)).count()
    };
    let due = "due to a Shaky (not this time)";
    for n_attempts in [1, 2] {
        let words = format!("Retrying Flaky (Job ID: {flaky}) after {n_attempts} attempts in 0 seconds, {due}.");
        assert_eq!(says("INFO", words), 1, "{log}");
    }
    assert_eq!(says("INFO", format!("Performed Flaky (Job ID: {flaky}) from Shirasagi(default) in ")), 3, "{log}");
    assert_eq!(says("ERROR", format!("(Job ID: {flaky})")), 0, "an error that is handled is none: {log}");
    let words = format!("Stopped retrying Hopeless (Job ID: {hopeless}) {due}, which reoccurred on 2 attempts.");
    assert_eq!(says("ERROR", words), 1, "{log}");
    assert_eq!(says("ERROR", format!("Error performing Hopeless (Job ID: {hopeless})")), 1, "{log}");
    assert_eq!(says("ERROR", format!("Discarded Useless (Job ID: {useless}) {due}.")), 1, "{log}");
    assert_eq!(says("INFO", format!("Performed Useless (Job ID: {useless})")), 1, "{log}");
    assert_eq!(says("ERROR", format!("Error performing Panic (Job ID: {panics})")), 1, "{log}");
    assert_eq!(lines(&application, &hopeless), Vec::<String>::new(), "facts of a run are in no log of an attempt");
}

#[test]
fn lines_are_tagged_by_the_job_that_writes_them() {
    let application = application(SERVICE_MODE);
    let (store, ledger) = (application.store(), application.ledger());
    let service = application.start_service();
    let flaky = application.enqueue("Flaky", [application.file_argument().as_str()]);
    let parent = application.enqueue("Parent", [application.file_argument().as_str()]);
    store.wait_for_state(&flaky, JobState::Completed);
    store.wait_for_state(&parent, JobState::Completed);
    ledger.wait_for_count(2, "done");
    let done = ledger.entries().into_iter().filter(|entry| entry.word == "done");
    let child = done.map(|entry| entry.job).find(|job| *job != flaky).unwrap();
    let log = service.log();
    let line = format!(" INFO [ActiveJob] [Flaky] [{flaky}] egret_scenarios::jobs: run 1 of the flaky job");
    assert!(log.contains(&line), "{log}");
    let enqueued = format!("Enqueued Append (Job ID: {child}) to Shirasagi(default)");
    assert!(log.contains(&format!("[ActiveJob] [Parent] [{parent}] {enqueued}")), "{log}");
    let written = lines(&application, &parent);
    assert!(written.len() == 1 && written[0].starts_with(&enqueued), "an enqueue is a line of its job: {written:?}");
}

#[test]
fn arguments_that_a_class_hides_are_shown_nowhere() {
    const TOKEN: &str = "correct-horse";
    let application = application(SERVICE_MODE);
    let store = application.store();
    let arguments = serde_json::json!({ "token": TOKEN }).to_string();
    for form in ["human", "json"] {
        let job = application.enqueue("Secretive", [arguments.as_str()]);
        let service = application.start(["run", "--mode", "service", "--log-format", form]);
        store.wait_for_state(&job, JobState::Discarded);
        service.wait_for_words("Error performing Secretive");
        assert!(!service.log().contains(TOKEN), "{}", service.log());
    }
    let listing: Value = application.json(["logs", "--json", "--class", "Secretive"]);
    assert_eq!(listing["items"].as_array().unwrap().len(), 2);
    for text in [listing.to_string(), application.run(["logs"]), application.run(["logs", "--csv"])] {
        assert!(text.contains("Secretive") && !text.contains(TOKEN), "{text}");
    }
}
