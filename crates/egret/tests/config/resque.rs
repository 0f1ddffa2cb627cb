//! Resque's variables as a layer.

use std::time::Duration;

use egret::config::{LogLevel, Mode};

use crate::application::Application;

fn application() -> Application {
    Application::with("url: resque+redis://localhost:6379/0\n")
}

#[test]
fn the_variables_say_what_a_service_does() {
    let section = application()
        .variable("QUEUE", "low")
        .variable("QUEUES", " critical , *_mail,!slow ")
        .variable("COUNT", "4")
        .variable("INTERVAL", "0.5")
        .variable("RESQUE_PRE_SHUTDOWN_TIMEOUT", "12.5")
        .variable("VVERBOSE", "1")
        .section("default");
    assert_eq!(section.queues, ["critical", "*_mail", "!slow"]);
    assert_eq!((section.mode, section.concurrency, section.log_level), (Mode::Service, 4, LogLevel::Debug));
    assert_eq!(
        (section.interval, section.shutdown_timeout),
        (Duration::from_millis(500), Duration::from_millis(12_500))
    );
    assert_eq!(application().variable("QUEUE", "*").section("default").queues, ["*"]);
    let section = application().variable("INTERVAL", "1").variable("MAX_INTERVAL", "7").section("default");
    assert_eq!(section.interval, Duration::from_secs(7));
}

#[test]
fn they_count_only_where_the_store_is_one_of_resques() {
    let section = Application::new().variable("QUEUE", "x").variable("COUNT", "many").section("default");
    assert_eq!((section.queues.len(), section.concurrency), (4, 10));
    let chosen = Application::new().variable("QUEUE", "x").set("url", "resque+redis://localhost:6379/0");
    assert_eq!(chosen.section("default").queues, ["x"]);
    let won = application().variable("QUEUE", "x").variable("EGRET_POLLING_QUEUES", "y");
    assert_eq!(won.section("default").queues, ["y"]);
}

#[test]
fn what_means_nothing_here_is_named_with_the_reason() {
    let unheeded = application()
        .variable("QUEUE", "*")
        .variable("TERM_CHILD", "1")
        .variable("FORK_PER_JOB", "false")
        .variable("MIN_INTERVAL", "1")
        .variable("GRACEFUL_TERM", "1")
        .variable("PIDFILE", "")
        .unheeded();
    let names: Vec<&str> = unheeded.iter().map(|text| text.split(':').next().unwrap()).collect();
    assert_eq!(names, ["FORK_PER_JOB", "MIN_INTERVAL", "TERM_CHILD"], "{unheeded:?}");
    assert_eq!(
        unheeded[1],
        "MIN_INTERVAL: `MIN_INTERVAL` means nothing here: a service is woken by what is enqueued, and else looks every \
         `polling.interval`"
    );
}

#[test]
fn everything_is_reported_at_once_with_the_remedy() {
    let error = application()
        .variable("QUEUES", " , ")
        .variable("COUNT", "0")
        .variable("INTERVAL", "-1")
        .variable("RESQUE_PRE_SHUTDOWN_TIMEOUT", "soon")
        .error();
    assert_eq!(
        error,
        "\
4 problems in the configuration
COUNT: invalid value `0` for `COUNT`, expected a whole number of at least 1
INTERVAL: invalid value `-1` for `INTERVAL`, expected seconds such as `5` or `0.5`
QUEUES: invalid value ` , ` for `QUEUES`, expected queues such as `critical,low` or `*`
RESQUE_PRE_SHUTDOWN_TIMEOUT: invalid value `soon` for `RESQUE_PRE_SHUTDOWN_TIMEOUT`, expected seconds such as `5` or \
`0.5`"
    );
}

#[test]
fn a21_an_interval_of_nothing_runs_what_is_due_and_leaves() {
    for (name, value, expected) in [("INTERVAL", "0", true), ("INTERVAL", "0.0", true), ("INTERVAL", "5", false)] {
        let section = application().variable("QUEUE", "x").variable(name, value).section("default");
        assert_eq!(section.until_empty, expected, "{name}={value}");
    }
    let both = application().variable("QUEUE", "x").variable("INTERVAL", "0").variable("MAX_INTERVAL", "7");
    let section = both.section("default");
    assert_eq!((section.until_empty, section.interval), (true, Duration::from_secs(7)));
    assert!(!application().section("default").until_empty);
}

#[test]
fn a39_the_word_before_the_lock_of_the_scheduler_is_read() {
    let config = application().variable("RESQUE_SCHEDULER_MASTER_LOCK_PREFIX", "blue").load();
    assert_eq!(config.resque.scheduler_lock_prefix.as_deref(), Some("blue"));
    assert_eq!(application().load().resque.scheduler_lock_prefix, None);
}
