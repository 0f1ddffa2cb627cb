//! What each key takes.

use std::path::PathBuf;
use std::time::Duration;

use egret::config::{Config, DEFAULTS, Durability, LogLevel, Mode, Retention};

use crate::application::Application;

const DAY: Duration = Duration::from_secs(86_400);

#[test]
fn every_key_of_a_section_is_read() {
    let section = Application::with(
        "
mail:
  name: job:mail
  mode: service
  log_level: warn
  polling:
    queues: [mailers, low]
    interval: 0.5
  size_limit_per_user: 3
  concurrency: 4
  shutdown_timeout: 2m
  max_services: 5
  linger: 500ms
  stuck_after: 2d
  max_memory: 512M
  max_jobs: 1000
",
    )
    .section("mail");
    assert_eq!(section.name, "job:mail");
    assert_eq!(section.mode, Mode::Service);
    assert_eq!(section.log_level, LogLevel::Warn);
    assert_eq!(section.queues, ["mailers", "low"]);
    assert_eq!(section.interval, Duration::from_millis(500));
    assert_eq!(section.size_limit_per_user, Some(3));
    assert_eq!(section.concurrency, 4);
    assert_eq!(section.shutdown_timeout, Duration::from_secs(120));
    assert_eq!(section.max_services, 5);
    assert_eq!(section.linger, Duration::from_millis(500));
    assert_eq!(section.stuck_after, Duration::from_secs(172_800));
    assert_eq!(section.max_memory, Some(512 << 20));
    assert_eq!(section.max_jobs, Some(1000));
}

#[test]
fn every_key_beside_the_sections_is_read() {
    let config = Application::with(
        "
queue_adapter: shirasagi
url: postgres://app:secret@db/jobs
durability: normal
retention: 30d
console: {listen: '[::1]:8080', read_only: true, trusted_proxies: [10.0.0.1, '::1'], label: tokyo, session_lifetime: 5m, connections_per_address: 9}
executor: {command: [ruby, worker.rb]}
exec:
  allow: [/usr/bin/convert]
  env: [LANG, TZ]
  dirs: [/srv/files]
keep_logs: 7d
head_logs: 0
reload_interval: 3
",
    )
    .load();
    assert_eq!(config.queue_adapter.as_deref(), Some("shirasagi"));
    assert_eq!(config.url.as_str(), "postgres://app:secret@db/jobs");
    assert!(!format!("{} {:?}", config.url, config.url).contains("secret"));
    assert_eq!(config.durability, Durability::Normal);
    assert_eq!(config.retention, Retention::of(30 * DAY));
    assert_eq!(config.exec.allow, Some(vec![PathBuf::from("/usr/bin/convert")]));
    assert_eq!(config.exec.env, ["LANG", "TZ"]);
    assert_eq!(config.exec.dirs, [PathBuf::from("/srv/files")]);
    assert_eq!(config.keep_logs, Some(Duration::from_secs(7 * 86_400)));
    assert_eq!(config.head_logs, 0);
    assert_eq!(config.reload_interval, Duration::from_secs(3));
    assert_eq!(config.console.listen, "[::1]:8080".parse().unwrap());
    assert!(config.console.read_only);
    let proxies: Vec<String> = config.console.trusted_proxies.iter().map(ToString::to_string).collect();
    assert_eq!(proxies, ["10.0.0.1", "::1"]);
    assert_eq!(config.console.label.as_deref(), Some("tokyo"));
    assert_eq!(config.console.session_lifetime, Duration::from_secs(300));
    assert_eq!(config.console.connections_per_address, 9);
    assert!(config.values().as_mapping().unwrap().at("executor.command").is_some(), "kept for whom it concerns");
}

#[test]
fn retention_is_one_time_or_a_time_by_state_and_a_size() {
    let by_state = Application::with("retention: {completed: 1d, discarded: 0, max_size: 2G}\nkeep_logs: 7d").load();
    let expected =
        Retention { completed: Some(DAY), discarded: None, cancelled: Some(7 * DAY), max_bytes: Some(2 << 30) };
    assert_eq!(by_state.retention, expected);
    assert!(Application::with("retention: -1").load().retention.is_forever());
    assert!(Application::with("retention: 0").load().retention.is_forever());
    assert!(Application::with("keep_logs: 0\nretention: {max_size: 0}").load().retention.is_forever());
    assert_eq!(Application::with("retention: ~\nkeep_logs: 1d").load().retention, Retention::of(DAY));
    let error = Application::with("retention: {complete: 1d}").error();
    assert!(error.contains("unknown option `retention.complete`") && error.contains("`completed`"), "{error}");
}

#[test]
fn an_empty_list_of_programs_is_not_the_absence_of_one() {
    assert_eq!(Application::with("exec: {allow: []}").load().exec.allow, Some(Vec::new()));
    assert_eq!(Application::with("exec: {allow: ~}").load().exec.allow, None);
    assert_eq!(Application::with("exec: ~").load().exec.allow, None);
}

#[test]
fn a_single_queue_needs_no_list() {
    assert_eq!(Application::with("default: {polling: {queues: low}}").section("default").queues, ["low"]);
}

#[test]
fn the_written_defaults_are_the_compiled_in_ones() {
    let written = Application::with(DEFAULTS).load();
    let compiled_in = Config::default();
    assert_eq!(written.sections, compiled_in.sections);
    assert_eq!(written.pools, compiled_in.pools);
    assert_eq!(written.url, compiled_in.url);
    assert_eq!(written.head_logs, compiled_in.head_logs);
}

#[test]
fn what_the_written_defaults_leave_out_is_valid_as_written_there() {
    let uncommented: Vec<String> = DEFAULTS
        .lines()
        .map(|line| match line.trim_start() {
            comment if is_key(comment) => line.replacen("# ", "", 1),
            _ => line.to_owned(),
        })
        .collect();
    let config = Application::with(&uncommented.join("\n")).load();
    assert_eq!(config.section("default").unwrap().max_jobs, Some(100_000));
    assert_eq!(config.retention, Retention::of(14 * DAY));
    assert_eq!(config.exec.dirs.len(), 1);
    assert_eq!(config.section("default").unwrap().weights["default"], 3);
    assert_eq!(config.sidekiq.labels, ["reliable"]);
    assert_eq!(config.sidekiq.dead_timeout, Some(180 * DAY));
    assert_eq!(config.delayed_job.max_run_time, Some(DAY / 6));
    assert_eq!(config.delayed_job.queue_priorities["mailers"], -10);
    assert_eq!(config.delayed_job.job_attributes["NewsletterJob"].max_attempts, Some(3));
    assert_eq!(config.delayed_job.delay_jobs, Some(true));
    assert_eq!(config.delayed_job.default_timezone, Some(jiff::tz::TimeZone::UTC));
    assert_eq!(config.delayed_job.max_handler_size, Some(1 << 20));
}

/// Whether a comment is a key that someone may uncomment: `# max_jobs: 100000`, `#   env: [LANG]`.
fn is_key(comment: &str) -> bool {
    let keys = [
        "# max_memory:",
        "# max_jobs:",
        "# retention:",
        "# exec:",
        "#   allow:",
        "#   env:",
        "#   dirs:",
        "# weights:",
    ];
    let of_sidekiq =
        ["tag", "labels", "max_retries", "dead_max_jobs", "dead_timeout", "average_scheduled_poll_interval"];
    let of_delayed_job = [
        "max_attempts",
        "max_run_time",
        "destroy_failed_jobs",
        "default_priority",
        "queue_attributes",
        "default_queue_name",
        "min_priority",
        "max_priority",
        "sleep_delay",
        "job_attributes",
        "delay_jobs",
        "default_timezone",
        "max_handler_size",
    ];
    let is_of_sidekiq = |key: &&str| comment.starts_with(&format!("#   {key}:"));
    keys.iter().any(|key| comment.starts_with(key))
        || comment.starts_with("# sidekiq:")
        || of_sidekiq.iter().any(is_of_sidekiq)
        || comment.starts_with("# delayed_job:")
        || of_delayed_job.iter().any(is_of_sidekiq)
        || comment.starts_with("#   poll_interval_average:")
}
