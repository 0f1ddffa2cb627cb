//! The effective values as an operator sees them.

use egret::config::{Config, Setting};

use crate::application::Application;

fn shown(config: &Config, key: &str) -> (String, String) {
    let settings = config.effective();
    let setting: &Setting = settings.iter().find(|setting| setting.key == key).unwrap_or_else(|| panic!("no `{key}`"));
    (setting.value.to_string(), setting.origin.to_string())
}

#[test]
fn every_value_is_there_with_its_origin() {
    let application = Application::with("default:\n  linger: 2s\nmail:\n  polling: {queues: [a, b]}\n")
        .variable("EGRET_CONCURRENCY", "3")
        .set("mode", "service");
    let config = application.load();
    let file = application.path("config/job.yml");
    assert_eq!(shown(&config, "default.linger"), ("2s".into(), format!("{file}:2")));
    assert_eq!(shown(&config, "mail.polling.queues"), ("[a, b]".into(), format!("{file}:4")));
    assert_eq!(shown(&config, "mail.name"), ("job:service:mail".into(), "default".into()));
    assert_eq!(shown(&config, "default.concurrency"), ("3".into(), "EGRET_CONCURRENCY".into()));
    assert_eq!(shown(&config, "mail.mode"), ("service".into(), "option mode".into()));
    assert_eq!(shown(&config, "pool.voice_synthesis.max_size"), ("100".into(), "default".into()));
    assert_eq!(shown(&config, "default.max_memory"), ("null".into(), "default".into()), "nothing is set");
}

#[test]
fn passwords_are_masked() {
    let application = Application::with(
        "url: 'postgres://app:s3cret@db/jobs'\nexecutor:\n  session_secret: s3cret\n  smtp: {url: 'smtp://a:s3cret@mail'}\n",
    );
    let config = application.load();
    assert_eq!(shown(&config, "url").0, "postgres://app:***@db/jobs");
    assert_eq!(shown(&config, "executor.session_secret").0, "***");
    assert_eq!(shown(&config, "executor.smtp.url").0, "smtp://a:***@mail");
    assert!(!format!("{:?}", config.effective()).contains("s3cret"));
}

/// Null means that nothing holds; what is written nowhere may have a value all the same.
#[test]
fn what_stands_in_for_an_unwritten_key_is_shown_with_its_origin() {
    let application = Application::with("keep_logs: 7d");
    let file = application.path("config/job.yml");
    assert_eq!(shown(&application.load(), "retention"), ("7d".into(), format!("{file}:1")));
    for (key, value) in [
        ("listen", "127.0.0.1:3000"),
        ("read_only", "false"),
        ("session_lifetime", "30m"),
        ("connections_per_address", "128"),
    ] {
        assert_eq!(shown(&application.load(), &format!("console.{key}")), (value.into(), "default".into()));
    }
    assert_eq!(shown(&application.load(), "queue_adapter"), ("shirasagi".into(), "default".into()));
    let redis = Application::with("url: sidekiq+redis://db/0").load();
    assert_eq!(shown(&redis, "queue_adapter"), ("sidekiq".into(), shown(&redis, "url").1));
    let named = Application::with("url: sidekiq+redis://db/0\nqueue_adapter: ours").load();
    assert_eq!(shown(&named, "queue_adapter").0, "ours");
    let written = Application::with("keep_logs: 7d\nretention: 1d").load();
    assert_eq!(shown(&written, "retention").0, "1d");
}
