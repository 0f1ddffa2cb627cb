//! What is said about a configuration that will not do.

use egret::config::{Mode, Origin};

use crate::application::Application;

#[test]
fn everything_is_reported_at_once_with_its_line_and_the_remedy() {
    let error = Application::with(
        "production:
  default:
    mode: sevrice
    concurency: 5
    polling:
      queue: [a]
      interval: soon
  durabilty: full
  pool:
    mail: {maxsize: 3}
",
    )
    .variable("EGRET_LINGER", "long")
    .variable("EGRET_MAX_JOB", "5")
    .set("head_log", "5")
    .error();
    assert_eq!(
        error,
        "\
9 problems in the configuration
ROOT/config/job.yml:3: invalid value `sevrice` for `default.mode`, expected `on_demand` or `service`
  hint: did you mean `service`?
ROOT/config/job.yml:4: unknown option `default.concurency`
  hint: did you mean `concurrency`?
ROOT/config/job.yml:6: unknown option `default.polling.queue`
  hint: did you mean `queues`?
ROOT/config/job.yml:7: invalid value `soon` for `default.polling.interval`, expected more than 0: seconds or a \
duration such as `10s`, `5m`, `500ms`
ROOT/config/job.yml:8: unknown option `durabilty`
  hint: did you mean `durability`?
ROOT/config/job.yml:10: unknown option `pool.mail.maxsize`
  hint: did you mean `max_size`?
EGRET_LINGER: invalid value `long` for `default.linger`, expected seconds or a duration such as `10s`, `5m`, `6h`, \
`2d`, `500ms`
EGRET_MAX_JOB: unknown variable `EGRET_MAX_JOB`
  hint: did you mean `EGRET_MAX_JOBS`?
option head_log: unknown option `head_log`
  hint: did you mean `head_logs`?"
    );
}

#[test]
fn one_problem_needs_no_headline() {
    let error = Application::with("default: {mode: sometimes}").error();
    assert_eq!(
        error,
        "ROOT/config/job.yml:1: invalid value `sometimes` for `default.mode`, expected `on_demand` or `service`"
    );
}

#[test]
fn problems_are_data_too() {
    let error = Application::with("\nkeep_log: 5").try_load().unwrap_err();
    let [problem] = error.problems() else { panic!("{error}") };
    assert!(matches!(problem.origin, Some(Origin::File { line: 2, .. })));
    assert_eq!(problem.message.to_string(), "unknown option `keep_log`");
    let hint = problem.hint.as_ref().map(ToString::to_string);
    assert_eq!(hint.as_deref(), Some("did you mean `keep_logs`?"));
}

#[test]
fn each_key_refuses_what_makes_no_sense_for_it() {
    let cases = [
        ("default: {name: ''}", "default.name"),
        ("default: {name: [a]}", "default.name"),
        ("default: {mode: true}", "default.mode"),
        ("default: {mode: Service}", "default.mode"),
        ("default: {log_level: loud}", "default.log_level"),
        ("default: {polling: {queues: []}}", "default.polling.queues"),
        ("default: {polling: {queues: ['']}}", "default.polling.queues"),
        ("default: {polling: {queues: [[a]]}}", "default.polling.queues"),
        ("default: {polling: {queues: {a: 1}}}", "default.polling.queues"),
        ("default: {polling: {interval: 0}}", "default.polling.interval"),
        ("default: {polling: {interval: -1}}", "default.polling.interval"),
        ("default: {polling: {interval: '12:30'}}", "default.polling.interval"),
        ("default: {polling: 5}", "default.polling"),
        ("default: {size_limit_per_user: many}", "default.size_limit_per_user"),
        ("default: {concurrency: 0}", "default.concurrency"),
        ("default: {concurrency: -1}", "default.concurrency"),
        ("default: {concurrency: 1.5}", "default.concurrency"),
        ("default: {concurrency: [1]}", "default.concurrency"),
        ("default: {concurrency: 010}", "default.concurrency"),
        ("default: {linger: 010}", "default.linger"),
        ("default: {max_services: 0}", "default.max_services"),
        ("default: {shutdown_timeout: -1}", "default.shutdown_timeout"),
        ("default: {linger: 1h30m}", "default.linger"),
        ("default: {stuck_after: 0}", "default.stuck_after"),
        ("default: {max_memory: 0}", "default.max_memory"),
        ("default: {max_memory: lots}", "default.max_memory"),
        ("default: {max_jobs: 0}", "default.max_jobs"),
        ("default: 5", "default"),
        ("url: var/egret.db", "url"),
        ("url: [a]", "url"),
        ("durability: most", "durability"),
        ("retention: always", "retention"),
        ("retention: {completed: always}", "retention.completed"),
        ("retention: {max_size: -2G}", "retention.max_size"),
        ("retention: {max_size: all}", "retention.max_size"),
        ("exec: {allow: [convert]}", "exec.allow"),
        ("exec: {env: ['A=B']}", "exec.env"),
        ("exec: {dirs: [files]}", "exec.dirs"),
        ("exec: [convert]", "exec"),
        ("console: 5", "console"),
        ("console: {listen: 3000}", "console.listen"),
        ("console: {listen: localhost:3000}", "console.listen"),
        ("console: {read_only: maybe}", "console.read_only"),
        ("console: {trusted_proxies: [10.0.0.0/8]}", "console.trusted_proxies"),
        ("console: {session_lifetime: 0}", "console.session_lifetime"),
        ("console: {connections_per_address: 0}", "console.connections_per_address"),
        ("executor: [ruby]", "executor"),
        ("pool: 5", "pool"),
        ("pool: {a: 5}", "pool.a"),
        ("pool: {a: {max_size: big}}", "pool.a.max_size"),
        ("keep_logs: long", "keep_logs"),
        ("keep_logs: -1.5", "keep_logs"),
        ("head_logs: -1", "head_logs"),
        ("reload_interval: 0", "reload_interval"),
        ("locale: de", "locale"),
        ("time_zone: Atlantis", "time_zone"),
    ];
    for (text, path) in cases {
        let error = Application::with(text).error();
        assert!(error.starts_with("ROOT/config/job.yml:1: "), "{text}: {error}");
        assert!(error.contains(&format!("`{path}`")), "{text}: {error}");
        assert_eq!(error.matches("job.yml").count(), 1, "{text} is one problem: {error}");
    }
}

#[test]
fn a_section_that_was_meant_for_a_reserved_key_is_reported() {
    let error = Application::with("pools: {voice: {max_size: 3}}").error();
    assert!(error.contains("unknown option `pools`") && error.ends_with("did you mean `pool`?"), "{error}");
    let error = Application::with("colour: red").error();
    assert!(error.contains("unknown option `colour`\n  hint: known here: `queue_adapter`, `url`"), "{error}");
    let error = Application::with("mail: {colour: red}").error();
    assert!(error.contains("unknown option `mail.colour`\n  hint: known here: `name`, `mode`"), "{error}");
}

#[test]
fn a_key_of_a_section_that_stands_outside_of_one_is_told_where_it_belongs() {
    let error = Application::with("mode: service\ndefault: {concurrency: 2}\n").error();
    assert_eq!(
        error,
        "ROOT/config/job.yml:1: unknown option `mode`\n  \
         hint: `mode` belongs into a section: move it below one, such as `default`"
    );
    for text in
        ["mode:\n", "polling: {queues: [a]}", "production: {mode: service}", "production: {polling: {interval: 5}}"]
    {
        let error = Application::with(text).error();
        assert!(error.ends_with("move it below one, such as `default`"), "{text}: {error}");
    }
    for text in ["mode: service\nproduction: {}\n", "mode: service\nproduction: {default: {mode: on_demand}}\n"] {
        assert_eq!(
            Application::with(text).error(),
            "ROOT/config/job.yml:1: `mode` stands beside the environments\n  \
             hint: move `mode` into a section of an environment, such as `default` below `production`"
        );
    }
}

#[test]
fn a_section_and_what_environments_share_may_be_called_as_a_key_is() {
    let application = Application::with("polling: {mode: service}");
    assert_eq!(application.section("polling").mode, Mode::Service);
    let text = "polling: &shared {queues: [a]}\nproduction: {default: {polling: *shared}}\n";
    assert_eq!(Application::with(text).section("default").queues, ["a"]);
}

#[test]
fn a_password_is_not_repeated() {
    let error = Application::with("url: //app:secret@db/jobs").error();
    assert!(error.contains("`url`") && !error.contains("secret"), "{error}");
    let error = Application::new().variable("EGRET_URL", "app:secret").variable("EGRET_MODE", "x").error();
    assert!(!error.contains("secret"), "{error}");
}

#[test]
fn a_text_that_is_not_yaml_names_the_line() {
    let error = Application::with("default:\n  mode: [service\nkeep_logs: 5\n").error();
    assert!(error.starts_with("ROOT/config/job.yml:3: failed to read as YAML: "), "{error}");
    assert_eq!(error.lines().count(), 1, "{error}");
    let error = Application::with("head_logs: 1\nhead_logs: 2\n").error();
    assert!(error.starts_with("ROOT/config/job.yml:2: ") && error.contains("duplicate"), "{error}");
}

/// The library's own texts name its options, and say the place once more.
#[test]
fn what_is_no_yaml_is_told_to_whoever_wrote_it() {
    let many = format!("a: [{}]\n", "x, ".repeat(20_000));
    for (text, told) in [
        (
            "head_logs: 1\nhead_logs: 2\n",
            ":2: failed to read as YAML: duplicate key `head_logs`, expected it once, in column 1",
        ),
        ("a: &a [*a]\n", ":1: failed to read as YAML: an anchor that contains itself, in column 8"),
        (
            "keep_logs: .inf\n",
            "invalid number `.inf`, expected a finite one; write `\".inf\"` for a text, in column 12",
        ),
        ("a: *b\n", ":1: failed to read as YAML: alias references unknown anchor, in column 4"),
        ("a: 1\n---\nb: 2\n", "several documents in one file, expected one"),
        (many.as_str(), "too many or too deeply nested values, with those of aliases, for a configuration"),
    ] {
        let error = Application::with(text).error();
        assert!(error.contains(told) && !error.contains(" at line ") && !error.contains("Policy"), "{error}");
    }
}

#[test]
fn both_files_are_judged() {
    let application =
        Application::new().file("config/defaults/job.yml", "colour: red").file("config/job.yml", "shape: round");
    let error = application.error();
    assert!(error.contains("ROOT/config/defaults/job.yml:1") && error.contains("ROOT/config/job.yml:1"), "{error}");
}
