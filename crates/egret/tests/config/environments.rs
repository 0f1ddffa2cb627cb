//! Which part of a file counts.

use crate::application::Application;

const TWO: &str = "
production: {default: {concurrency: 1}}
staging: {default: {concurrency: 2}}
";

#[test]
fn the_environment_is_egret_env_else_rails_env_else_production() {
    assert_eq!(Application::with(TWO).section("default").concurrency, 1);
    let rails = Application::with(TWO).variable("RAILS_ENV", "staging");
    assert_eq!(rails.section("default").concurrency, 2);
    let both = Application::with(TWO).variable("RAILS_ENV", "staging").variable("EGRET_ENV", "production");
    assert_eq!(both.section("default").concurrency, 1);
    let empty = Application::with(TWO).variable("RAILS_ENV", "staging").variable("EGRET_ENV", "");
    assert_eq!(empty.section("default").concurrency, 2);
}

#[test]
fn a_file_without_environments_holds_for_all() {
    for environment in ["production", "test", "canary"] {
        let application = Application::with("default: {concurrency: 7}").variable("EGRET_ENV", environment);
        assert_eq!(application.section("default").concurrency, 7, "{environment}");
    }
}

#[test]
fn an_environment_of_any_name_may_stand_on_top() {
    let text = "canary: {default: {concurrency: 7}}";
    assert_eq!(Application::with(text).variable("EGRET_ENV", "canary").section("default").concurrency, 7);
}

#[test]
fn an_environment_that_a_file_lacks_is_an_error() {
    let error = Application::with(TWO).variable("EGRET_ENV", "development").error();
    assert!(error.contains("ROOT/config/job.yml:"), "{error}");
    assert!(error.contains("no environment `development` here, the file has `production`, `staging`"), "{error}");
    let error = Application::with(TWO).variable("EGRET_ENV", "prodction").error();
    assert!(error.ends_with("did you mean `production`?"), "{error}");
}

#[test]
fn an_empty_file_or_environment_changes_nothing() {
    for text in ["", "# nothing yet\n", "production:\n", "production: {}\n", "---\n"] {
        assert_eq!(Application::with(text).section("default").concurrency, 10, "{text:?}");
    }
}

#[test]
fn a_key_beside_the_environments_is_an_error_and_not_ignored() {
    let error = Application::with("production: {}\nkeep_logs: 5\n").error();
    assert_eq!(
        error,
        "ROOT/config/job.yml:2: `keep_logs` stands beside the environments\n  \
         hint: move `keep_logs` into an environment such as `production`"
    );
}

#[test]
fn a_shared_anchor_beside_the_environments_is_welcome() {
    let text = "
default: &default
  default: {concurrency: 4}
  head_logs: 20
production:
  <<: *default
  head_logs: 30
";
    let config = Application::with(text).load();
    assert_eq!(config.section("default").unwrap().concurrency, 4);
    assert_eq!(config.head_logs, 30, "a key beside the merge wins");
}

#[test]
fn lists_of_merge_keys_mean_what_they_mean_in_ruby() {
    let text = "
a: &a {head_logs: 1, keep_logs: 100}
b: &b {head_logs: 2, url: 'memory:'}
production:
  <<: [*a, *b]
";
    let config = Application::with(text).load();
    assert_eq!(config.head_logs, 1, "the first of the list wins");
    assert_eq!(config.url.as_str(), "memory:");
}
