//! What operators of SHIRASAGI bring along (1.21.0, `config/defaults/job.yml`).

use std::time::Duration;

use egret::config::{Config, LogLevel, Mode, Retention};

use crate::application::Application;

/// The shape of SHIRASAGI's default file: an anchor on production, merged into the others.
const FILE: &str = "
# environments share one definition
production: &production
  default:
    name: \"job:service\"
    mode: on_demand
    log_level: info
    polling:
      queues:
        - default
        - mailers
        - voice_synthesis
        - external
      interval: 5
    size_limit_per_user: 1
  pool:
    voice_synthesis:
      max_size: 100
  keep_logs: 1209600
  head_logs: 1000

test:
  <<: *production

development:
  <<: *production
";

#[test]
fn without_any_file_its_defaults_hold() {
    assert_is_default(&Config::default());
    assert_is_default(&Application::new().load());
}

#[test]
fn its_default_file_means_the_same_in_every_environment() {
    for environment in ["production", "test", "development"] {
        let application = Application::new().file("config/defaults/job.yml", FILE).variable("RAILS_ENV", environment);
        let config = application.load();
        assert_eq!(config.environment, environment);
        assert_is_default(&config);
    }
}

fn assert_is_default(config: &Config) {
    let section = config.section("default").unwrap();
    assert_eq!(section.section, "default");
    assert_eq!(section.name, "job:service");
    assert_eq!(section.mode, Mode::OnDemand);
    assert_eq!(section.log_level, LogLevel::Info);
    assert_eq!(section.queues, ["default", "mailers", "voice_synthesis", "external"]);
    assert_eq!(section.interval, Duration::from_secs(5));
    assert_eq!(section.size_limit_per_user, Some(1));
    assert_eq!(section.concurrency, 10);
    assert_eq!(section.shutdown_timeout, Duration::from_secs(25));
    assert_eq!(section.max_services, 1);
    assert_eq!(section.linger, Duration::from_secs(1));
    assert_eq!(section.stuck_after, Duration::from_secs(6 * 60 * 60));
    assert_eq!((section.max_memory, section.max_jobs), (None, None));
    assert_eq!(config.pools.max_size("voice_synthesis"), Some(100));
    assert_eq!(config.pools.max_size("default"), None);
    assert_eq!(config.pools.iter().count(), 1);
    assert_eq!(config.keep_logs, Some(Duration::from_secs(1_209_600)));
    assert_eq!(config.retention, Retention::of(Duration::from_secs(1_209_600)));
    assert_eq!(config.head_logs, 1000);
    assert_eq!(config.reload_interval, Duration::from_secs(10));
    assert_eq!(config.url.as_str(), "sqlite:var/egret.db");
    assert_eq!(config.durability.as_str(), "full");
    assert_eq!(config.queue_adapter, None);
    assert_eq!(config.exec.allow, None);
    assert!(config.exec.env.is_empty() && config.exec.dirs.is_empty());
    assert_eq!(config.sections.len(), 1);
}

#[test]
fn c1_a_partial_file_keeps_all_other_defaults() {
    let application = Application::new()
        .file("config/defaults/job.yml", FILE)
        .file("config/job.yml", "production: {default: {mode: service}}");
    let section = application.section("default");
    assert_eq!(section.mode, Mode::Service);
    assert_eq!(section.name, "job:service");
    assert_eq!(section.queues.len(), 4);
    assert_eq!(application.load().pools.max_size("voice_synthesis"), Some(100));
}

#[test]
fn c1_an_overriding_list_of_queues_replaces_the_whole_list() {
    let text = "production: {default: {polling: {queues: [low]}}}";
    let section =
        Application::new().file("config/defaults/job.yml", FILE).file("config/job.yml", text).section("default");
    assert_eq!(section.queues, ["low"]);
    assert_eq!(section.interval, Duration::from_secs(5), "its neighbour stays");
}

#[test]
fn c2_a_section_is_not_merged_over_the_section_default() {
    let application = Application::with(
        "production:
           default: {mode: service, concurrency: 3, polling: {queues: [low], interval: 9}}
           mail: {name: 'job:mail', polling: {queues: [mailers]}}",
    );
    let mail = application.section("mail");
    assert_eq!((mail.section.as_str(), mail.name.as_str()), ("mail", "job:mail"));
    assert_eq!(mail.queues, ["mailers"]);
    // What it leaves out is compiled in, not taken from `default`.
    assert_eq!(mail.mode, Mode::OnDemand);
    assert_eq!(mail.concurrency, 10);
    assert_eq!(mail.interval, Duration::from_secs(5));
}

#[test]
fn c2_an_unknown_section_is_an_error_that_lists_the_sections() {
    let config = Application::with("mail: {name: 'job:mail'}").load();
    for unknown in ["mial", "", "config", "job.yml"] {
        let error = config.section(unknown).unwrap_err().to_string();
        assert!(error.starts_with(&format!("unknown section `{unknown}`, the configuration has `default`, `mail`")));
    }
    assert!(config.section("mial").unwrap_err().to_string().ends_with("did you mean `mail`?"));
}

#[test]
fn limits_of_0_or_less_and_missing_ones_are_no_limits() {
    let application = Application::with(
        "default: {size_limit_per_user: 0}
pool: {a: {max_size: 0}, b: {max_size: -1}, c: {}, d: ~, e: {max_size: ~}, f: {max_size: 2}, voice.eu: {max_size: 3}}
keep_logs: 0",
    );
    let config = application.load();
    for queue in ["a", "b", "c", "d", "e"] {
        assert_eq!(config.pools.max_size(queue), None, "{queue}");
    }
    assert_eq!(config.pools.max_size("f"), Some(2));
    assert_eq!(config.pools.max_size("voice.eu"), Some(3), "a queue may have a dot in its name");
    assert_eq!(config.pools.max_size("voice_synthesis"), Some(100), "pools are merged by queue");
    assert_eq!(config.section("default").unwrap().size_limit_per_user, None);
    assert_eq!(config.keep_logs, None);
    assert_eq!(Application::with("default: {size_limit_per_user: -1}\nkeep_logs: -1").load().keep_logs, None);
}

#[test]
fn null_replaces_what_lies_below_it() {
    let config = Application::new()
        .file("config/defaults/job.yml", &FILE.replace("interval: 5", "interval: 7"))
        .file("config/job.yml", "production: {default: ~, pool: ~, keep_logs: ~, head_logs: ~, url: ~}")
        .load();
    let section = config.section("default").unwrap();
    assert_eq!(section.interval, Duration::from_secs(5), "not the 7 of the lower file");
    assert_eq!(config.pools.max_size("voice_synthesis"), None);
    assert_eq!(config.keep_logs, None);
    // Where nothing would mean nothing, the default holds.
    assert_eq!(config.head_logs, 1000);
    assert_eq!(config.url.as_str(), "sqlite:var/egret.db");
}
