//! Sidekiq's file as a layer.

use std::time::Duration;

use egret::config::{LogLevel, Mode, Origin};
use egret_core::QueueOrder;

use crate::application::Application;

/// As Rails applications have it: symbols as keys, and a part for an environment.
const USUAL: &str = "\
---
:concurrency: 5
:timeout: 8
:tag: shop
:labels: [blue, :reliable]
:queues:
  - [critical, 3]
  - default
  - low,2
production:
  :concurrency: 20
  verbose: true
staging:
  :concurrency: 1
";

#[test]
fn the_file_says_what_a_service_does() {
    let application = Application::new().sidekiq(USUAL);
    let section = application.section("default");
    assert_eq!((section.mode, section.concurrency, section.log_level), (Mode::Service, 20, LogLevel::Debug));
    assert_eq!(section.shutdown_timeout, Duration::from_secs(8));
    assert_eq!(section.queues, ["critical", "default", "low"]);
    let weighted = [("critical", 3), ("default", 1), ("low", 2)].map(|(queue, weight)| (queue.to_owned(), weight));
    assert_eq!(section.queue_order(), QueueOrder::Weighted(weighted.to_vec()));
    let config = application.load();
    assert_eq!((config.sidekiq.tag.as_deref(), config.sidekiq.labels.len()), (Some("shop"), 2));
    assert_eq!(config.sidekiq.labels[1], "reliable");
    assert_eq!(application.unheeded(), Vec::<String>::new());
}

#[test]
fn the_part_of_another_environment_counts_there() {
    let section = Application::new().sidekiq(USUAL).variable("RAILS_ENV", "staging").section("default");
    assert_eq!((section.concurrency, section.log_level), (1, LogLevel::Info));
}

#[test]
fn g1_the_environment_is_chosen_by_the_variables_of_ruby_in_their_order() {
    let environment = |variables: &[(&str, &str)], has_file: bool| {
        let application = if has_file { Application::new().sidekiq(USUAL) } else { Application::new() };
        let set = |application: Application, (name, value): &(&str, &str)| application.variable(name, value);
        variables.iter().fold(application, set).load().environment
    };
    let all = [("EGRET_ENV", "e"), ("APP_ENV", "a"), ("RAILS_ENV", "r"), ("RACK_ENV", "k")];
    for (place, expected) in ["e", "a", "r", "k", "production"].into_iter().enumerate() {
        assert_eq!(environment(&all[place..], true), expected);
    }
    assert_eq!(environment(&all[1..], false), "r", "APP_ENV is of Sidekiq's alone");
    assert_eq!(environment(&[("RAILS_ENV", ""), ("RACK_ENV", "staging")], false), "staging");
}

#[test]
fn l14_queues_of_a_capsule_are_those_of_its_file() {
    let file = "queues: [default]\ncapsules:\n  mixed:\n    concurrency: 2\n    queues: [foo, \"baz,3\"]\n";
    let section = Application::new().sidekiq(file).section("mixed");
    let weights = [("foo", 1), ("baz", 3)].map(|(queue, weight)| (queue.to_owned(), weight));
    assert_eq!((section.queue_order(), section.concurrency), (QueueOrder::Weighted(weights.to_vec()), 2));
}

#[test]
fn l13_no_threads_at_all_are_refused() {
    for file in ["concurrency: 0\n", "capsules:\n  single:\n    concurrency: 0\n    queues: [a]\n"] {
        let error = Application::new().sidekiq(file).error();
        assert!(error.contains("concurrency") && error.contains('0'), "{error}");
    }
}

#[test]
fn keys_may_be_texts_and_a_file_may_say_nothing() {
    let section = Application::new().sidekiq("concurrency: 2\nqueues: [b, a]\n").section("default");
    assert_eq!((section.concurrency, section.queue_order()), (2, QueueOrder::Strict(vec!["b".into(), "a".into()])));
    let section = Application::new().sidekiq("").section("default");
    assert_eq!((section.queues, section.concurrency), (vec!["default".to_owned()], 10));
}

#[test]
fn capsules_are_sections() {
    let application = Application::new().sidekiq(
        "concurrency: 3\nqueues: [[a, 1], [b, 1]]\ncapsules:\n  single:\n    concurrency: 1\n    queues: [serial]\n  other: {}\n",
    );
    let (own, single) = (application.section("default"), application.section("single"));
    assert_eq!((own.concurrency, own.weights.len()), (3, 2));
    assert_eq!((single.concurrency, single.queues, single.mode), (1, vec!["serial".to_owned()], Mode::Service));
    assert!(single.weights.is_empty());
    assert_eq!(application.section("other").queues, ["default"]);
    assert_eq!(application.section("single").name, "job:service:single");
}

#[test]
fn variables_and_options_win_and_the_file_wins_over_job_yml() {
    let application = Application::with("default: {concurrency: 1, linger: 3s}\n")
        .sidekiq("concurrency: 5\ntimeout: 8\n")
        .variable("EGRET_SHUTDOWN_TIMEOUT", "9")
        .set("concurrency", "7");
    let section = application.section("default");
    assert_eq!((section.concurrency, section.shutdown_timeout), (7, Duration::from_secs(9)));
    assert_eq!(section.linger, Duration::from_secs(3));
    let config = Application::with("default: {concurrency: 1}\n").sidekiq("\nconcurrency: 5\n").load();
    let setting = config.effective().into_iter().find(|setting| setting.key == "default.concurrency").unwrap();
    assert_eq!(setting.value.to_string(), "5");
    assert!(matches!(&setting.origin, Origin::File { path, line: 2 } if path.ends_with("config/sidekiq.yml")));
}

#[test]
fn threads_of_rails_count_where_the_file_says_nothing() {
    let of = |text: &str| Application::new().sidekiq(text).variable("RAILS_MAX_THREADS", "7").section("default");
    assert_eq!((of("").concurrency, of("concurrency: 3").concurrency), (7, 3));
    let without = Application::new().variable("RAILS_MAX_THREADS", "7").section("default");
    assert_eq!(without.concurrency, 10);
}

#[test]
fn redis_is_where_programs_of_ruby_are_told() {
    let url = |application: Application| application.load().url.as_str().to_owned();
    assert_eq!(url(Application::new().sidekiq("")), "sidekiq+redis://localhost:6379/0");
    let told = || Application::new().sidekiq("").variable("REDIS_URL", "redis://:s3cret@db:6380/2");
    assert_eq!(url(told()), "sidekiq+redis://:s3cret@db:6380/2");
    let provider = told().variable("REDIS_PROVIDER", "CLOUD_URL").variable("CLOUD_URL", "rediss://cloud:1/0");
    assert_eq!(url(provider), "sidekiq+rediss://cloud:1/0");
    let chosen =
        Application::with("url: sidekiq+redis://mine:1/3\n").sidekiq("").variable("REDIS_URL", "redis://other");
    assert_eq!(url(chosen), "sidekiq+redis://mine:1/3");
    let open = Application::with("url: 'resque+redis:'\n").variable("REDIS_URL", "redis://db:1/0");
    assert_eq!(url(open), "resque+redis://db:1/0");
    let without = Application::new().variable("REDIS_URL", "redis://db:1/0");
    assert_eq!(url(without), "sqlite:var/egret.db");
}

#[test]
fn no_password_is_shown() {
    let application = Application::new().sidekiq("").variable("REDIS_URL", "redis://:s3cret@db:6380/2");
    let shown = application.load().effective().into_iter().find(|setting| setting.key == "url").unwrap();
    assert_eq!(shown.value.to_string(), "sidekiq+redis://:***@db:6380/2");
    assert_eq!(shown.origin, Origin::Variable("REDIS_URL".to_owned()));
    let refused = Application::new().sidekiq("").variable("REDIS_PROVIDER", "redis://:s3cret@db").error();
    assert_eq!(
        refused,
        "REDIS_PROVIDER: invalid value for `REDIS_PROVIDER`, expected the name of a variable, not a URL\n  \
         hint: set `REDIS_URL` to the URL, or `REDIS_PROVIDER` to the name of the variable that has it"
    );
    let refused = Application::new().sidekiq("").variable("REDIS_URL", "s3cret").error();
    assert_eq!(refused, "REDIS_URL: invalid value for `REDIS_URL`, expected a URL such as `redis://localhost:6379/0`");
}

#[test]
fn everything_is_reported_at_once_with_its_line_and_the_remedy() {
    let error = Application::new()
        .sidekiq(
            "\
:concurency: 5
:concurrency: 0
:timeout: <%= ENV['TIMEOUT'] || 8 %>
:queues:
  - [a, heavy]
  - b
  - b
  - {c: 1}
capsules:
  single: {queue: [x], concurrency: many}
dead_max_jobs: -1
",
        )
        .error();
    assert_eq!(
        error,
        "\
9 problems in the configuration
ROOT/config/sidekiq.yml:1: unknown option `concurency`
  hint: did you mean `concurrency`?
ROOT/config/sidekiq.yml:2: invalid value `0` for `concurrency`, expected a whole number of at least 1
ROOT/config/sidekiq.yml:3: `<%= ENV['TIMEOUT'] || 8 %>` is Ruby, and no Ruby is run here
  hint: write the value itself, or leave it out and set a variable such as EGRET_CONCURRENCY, EGRET_POLLING_QUEUES, \
EGRET_SHUTDOWN_TIMEOUT
ROOT/config/sidekiq.yml:5: invalid value `[a, heavy]` for `queues`, expected the name of a queue, or `[name, weight]`
ROOT/config/sidekiq.yml:7: the queue `b` stands in `queues` twice
  hint: to have it drawn more often, write `[b, 2]` once
ROOT/config/sidekiq.yml:8: invalid value `{c: 1}` for `queues`, expected the name of a queue, or `[name, weight]`
ROOT/config/sidekiq.yml:10: unknown option `capsules.single.queue`
  hint: did you mean `queues`?
ROOT/config/sidekiq.yml:10: invalid value `many` for `capsules.single.concurrency`, expected a whole number of at least 1
ROOT/config/sidekiq.yml:11: invalid value `-1` for `dead_max_jobs`, expected a whole number of at least 1"
    );
}

#[test]
fn what_means_nothing_here_is_named_with_the_reason() {
    let unheeded = Application::new().sidekiq("require: ./app.rb\npidfile: tmp/sidekiq.pid\n").unheeded();
    assert_eq!(
        unheeded,
        [
            "ROOT/config/sidekiq.yml:1: `require` means nothing here: it tells Ruby what to load and run",
            "ROOT/config/sidekiq.yml:2: `pidfile` means nothing here: a service stays in the foreground, and \
             `egret systemd install` has it supervised",
        ]
    );
}

#[test]
fn a_file_that_was_named_must_be_there() {
    let mut application = Application::new();
    application.options.sidekiq_file = Some("config/none.yml".into());
    assert_eq!(application.error(), "ROOT/config/none.yml:1: there is no such file");
    let error = Application::new().sidekiq("a: [").error();
    assert!(error.contains("sidekiq.yml:1: failed to read as YAML"), "{error}");
    assert!(Application::new().sidekiq("- a\n").error().contains("expected keys such as `concurrency` and `queues`"));
}
