//! Which layer wins, and that each value says where it comes from.

use std::time::Duration;

use egret::config::{Config, Mode, Origin};

use crate::application::Application;

#[test]
fn each_layer_wins_over_those_below() {
    let defaults = Application::new().file("config/defaults/job.yml", "head_logs: 1");
    assert_eq!(defaults.load().head_logs, 1);
    let file = defaults.file("config/job.yml", "head_logs: 2");
    assert_eq!(file.load().head_logs, 2);
    let variable = file.variable("EGRET_HEAD_LOGS", "3");
    assert_eq!(variable.load().head_logs, 3);
    assert_eq!(variable.set("head_logs", "4").load().head_logs, 4);
}

#[test]
fn each_value_says_where_it_comes_from() {
    let application = Application::new()
        .file("config/job.yml", "default:\n  linger: 2s\n  polling:\n    queues:\n      - a\n")
        .variable("EGRET_CONCURRENCY", "3")
        .set("mode", "service");
    let config = application.load();
    let origin = |path: &str| config.values().as_mapping().unwrap().at(path).unwrap().origin.to_string();
    assert_eq!(origin("default.linger"), format!("{}:2", application.path("config/job.yml")));
    assert_eq!(origin("default.polling.queues"), format!("{}:4", application.path("config/job.yml")));
    assert_eq!(origin("default.polling.interval"), "default");
    assert_eq!(origin("default.concurrency"), "EGRET_CONCURRENCY");
    assert_eq!(origin("default.mode"), "option mode");
    assert_eq!(origin("url"), "default");
}

#[test]
fn a_merged_value_points_at_the_line_where_it_was_written() {
    let application = Application::with("test: &all\n  head_logs: 5\nproduction:\n  <<: *all\n");
    let config = application.load();
    match &config.values().as_mapping().unwrap().get("head_logs").unwrap().origin {
        Origin::File { line, .. } => assert_eq!(*line, 2),
        other => panic!("{other:?}"),
    }
}

#[test]
fn a_variable_for_sections_is_set_in_each_of_them() {
    let application = Application::with("mail: {name: 'job:mail', concurrency: 2}\nidle: ~")
        .variable("EGRET_CONCURRENCY", "4")
        .variable("EGRET_POLLING_QUEUES", "a, b,,c ")
        .variable("EGRET_POLLING_INTERVAL", "500ms");
    for section in ["default", "mail", "idle"] {
        let section = application.section(section);
        assert_eq!(section.concurrency, 4);
        assert_eq!(section.queues, ["a", "b", "c"]);
        assert_eq!(section.interval, Duration::from_millis(500));
    }
    assert_eq!(application.section("mail").name, "job:mail");
}

#[test]
fn the_url_variable_selects_the_store() {
    let application = Application::with("url: 'memory:'").variable("EGRET_URL", "sqlite:/srv/jobs.db");
    assert_eq!(application.load().url.as_str(), "sqlite:/srv/jobs.db");
    let application = application.variable("EGRET_URL", "");
    assert_eq!(application.load().url.as_str(), "memory:", "an empty variable is not set");
}

#[test]
fn overrides_reach_sections_and_lists() {
    let config = Application::new().set("mode", "service").set("exec.allow", "/bin/true,/bin/false").load();
    assert_eq!(config.section("default").unwrap().mode, Mode::Service);
    assert_eq!(config.exec.allow.as_ref().map(Vec::len), Some(2));
}

#[test]
fn variables_of_strangers_are_left_alone() {
    let application = Application::new()
        .variable("EGRET_SERVICE_HOST", "10.0.0.1")
        .variable("EGRET_PORT", "tcp://10.0.0.1:80")
        .variable("EGRET_TEST_USER", "egret-test")
        .variable("EGRET_TEST_GROUP", "egret-test")
        .variable("EGRET_TEST_HOME", "/tmp/egret-test.1")
        .variable("EGRET_SOAK", "1")
        .variable("HOME", "/root")
        .variable("CONCURRENCY", "0");
    assert_eq!(application.section("default").concurrency, 10);
}

#[test]
fn reading_twice_gives_the_same() {
    let application = Application::with("mail: {}\npool: {a: {max_size: 1}}");
    let (first, second): (Config, Config) = (application.load(), application.load());
    assert_eq!(first.values(), second.values());
    assert_eq!(first.sections, second.sections);
}
