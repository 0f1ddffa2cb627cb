//! `retry_on` and `discard_on`: which rule decides, how it counts, and how long it waits.

#![allow(clippy::unwrap_used, reason = "the functions that tests share are tests, too")]

mod samples;

use std::time::Duration;

use egret::job::{Attempts, Decision, Definition, ErrorClass, JobError, Retry, RetryPolicy, Rule, Wait, judge};
use egret_core::JobData;
use jiff::Timestamp;
use proptest::prelude::*;
use serde_json::{Map, Value, json};

macro_rules! errors {
    ($($name:ident)*) => {
        $(
            #[derive(Debug, thiserror::Error)]
            #[error("broken")]
            struct $name;
        )*
    };
}

errors! { DefaultsError FirstError SecondError OtherError }

/// An error that another one caused.
#[derive(Debug, thiserror::Error)]
#[error("failed around it")]
struct Outer<E: std::error::Error + 'static>(#[source] E);

const NOW: Timestamp = Timestamp::UNIX_EPOCH;

fn on<E: std::error::Error + 'static>(policy: RetryPolicy) -> Rule {
    Rule::retry(vec![ErrorClass::of::<E>()], policy)
}

fn policy() -> RetryPolicy {
    RetryPolicy::default().jitter(0.0)
}

/// The class of the samples `retry-*`.
fn flaky() -> Definition {
    let first_or_second = vec![ErrorClass::of::<FirstError>(), ErrorClass::of::<SecondError>()];
    let moved = RetryPolicy::default().attempts(Attempts::Limited(4)).wait(Wait::Fixed(Duration::from_secs(10)));
    let polynomial = RetryPolicy::default().wait(Wait::PolynomiallyLonger);
    Definition::new("FlakyJob")
        .retry_jitter(0.0)
        .rule(on::<DefaultsError>(RetryPolicy::default()))
        .rule(Rule::retry(first_or_second, moved.queue("retries").priority(7)))
        .rule(Rule::retry(vec![ErrorClass::named("NamedError")], polynomial))
}

fn one_rule(policy: RetryPolicy) -> Definition {
    Definition::new("A").rule(on::<FirstError>(policy))
}

fn unasked() -> f64 {
    panic!("a random number was drawn without need")
}

fn decide(definition: &Definition, data: &JobData, error: impl Into<JobError>) -> Decision {
    judge(definition, data, &error.into(), NOW, &mut unasked)
}

fn retry(decision: Decision) -> Retry {
    match decision {
        Decision::Retry(retry) => *retry,
        other => panic!("expected a retry, got {other:?}"),
    }
}

/// How often a job runs whose every run ends with the error, and the delays in between.
fn runs(definition: &Definition, mut data: JobData, random: &mut dyn FnMut() -> f64) -> (u32, Vec<f64>) {
    let mut delays = Vec::new();
    for n_runs in 1..100 {
        match judge(definition, &data, &FirstError.into(), NOW, random) {
            Decision::Retry(retry) => {
                delays.push(retry.delay.as_secs_f64());
                data = retry.data;
            }
            Decision::Exhausted => return (n_runs, delays),
            other => panic!("{other:?}"),
        }
    }
    (100, delays)
}

fn delays(policy: RetryPolicy, random: f64) -> Vec<f64> {
    let policy = policy.attempts(Attempts::Limited(5));
    runs(&one_rule(policy), JobData::new("A"), &mut || random).1
}

#[test]
fn a_job_of_ruby_goes_on_with_the_same_counters() {
    let mut data = samples::payload_of("retry-0-initial");
    let errors: [fn() -> JobError; 5] = [
        || DefaultsError.into(),
        || FirstError.into(),
        || SecondError.into(),
        || JobError::new("NamedError", "broken"),
        || JobError::new("NamedError", "broken"),
    ];
    for (number, error) in errors.into_iter().enumerate() {
        data = retry(decide(&flaky(), &data, error())).data;
        let sample = samples::payload_of(&format!("retry-{}-after-failure", number + 1));
        assert_eq!(without_times(&data), without_times(&sample), "after failure {}", number + 1);
    }
}

#[test]
fn a_job_of_newer_rails_gets_its_time_too() {
    let before = samples::payload_of("retry-1-after-failure.rails81");
    let after = retry(decide(&flaky(), &before, FirstError)).data;
    assert_eq!(after.scheduled_at, Some(Timestamp::from_second(10).unwrap()));
    assert_eq!(after.enqueued_at, Some(NOW));
}

fn without_times(data: &JobData) -> Map<String, Value> {
    let mut object: Map<String, Value> = serde_json::from_str(&serde_json::to_string(data).unwrap()).unwrap();
    object.remove("enqueued_at");
    object.remove("scheduled_at");
    object
}

#[test]
fn five_runs_are_the_default_and_one_never_retries() {
    assert_eq!(runs(&one_rule(policy()), JobData::new("A"), &mut unasked), (5, vec![3.0; 4]));
    let once = policy().attempts(Attempts::Limited(1));
    assert_eq!(runs(&one_rule(once), JobData::new("A"), &mut unasked), (1, vec![]));
    let ten = policy().attempts(Attempts::Limited(10));
    assert_eq!(runs(&one_rule(ten), JobData::new("A"), &mut unasked).0, 10);
    let unlimited = policy().attempts(Attempts::Unlimited);
    assert_eq!(runs(&one_rule(unlimited), JobData::new("A"), &mut unasked).0, 100);
}

#[test]
fn classes_of_one_rule_share_a_counter_and_rules_do_not() {
    let definition = flaky();
    let mut data = JobData::new("FlakyJob");
    data = retry(decide(&definition, &data, FirstError)).data;
    data = retry(decide(&definition, &data, SecondError)).data;
    data = retry(decide(&definition, &data, FirstError)).data;
    assert!(matches!(decide(&definition, &data, SecondError), Decision::Exhausted));
    data = retry(decide(&definition, &data, DefaultsError)).data;
    let counters = Value::Object(data.exception_executions.unwrap());
    assert_eq!(counters, json!({"[FirstError, SecondError]": 3, "[DefaultsError]": 1}));
}

#[test]
fn keys_are_the_texts_that_ruby_writes() {
    let keys: Vec<_> = flaky().rules().iter().map(|rule| rule.key().to_owned()).collect();
    assert_eq!(keys, ["[DefaultsError]", "[FirstError, SecondError]", "[\"NamedError\"]"]);
    let named = vec![ErrorClass::of_named::<FirstError>("Billing::CardError"), ErrorClass::named("Net::OpenTimeout")];
    assert_eq!(Rule::discard(named).key(), "[Billing::CardError, \"Net::OpenTimeout\"]");
}

#[test]
fn without_counters_the_executions_count() {
    let mut data = JobData::new("A");
    data.exception_executions = None;
    assert_eq!(runs(&one_rule(policy()), data.clone(), &mut unasked).0, 5);
    data.executions = 4;
    assert_eq!(runs(&one_rule(policy()), data.clone(), &mut unasked).0, 1);
    data.executions = 3;
    assert_eq!(retry(decide(&one_rule(policy()), &data, FirstError)).data.exception_executions, None);
}

#[test]
fn strange_counters_are_left_alone() {
    let mut data = JobData::new("A");
    data.exception_executions = serde_json::from_str(r#"{"{:exception=>1}":1,"[FirstError]":"many"}"#).unwrap();
    let counters =
        Value::Object(retry(decide(&one_rule(policy()), &data, FirstError)).data.exception_executions.unwrap());
    assert_eq!(counters, json!({"{:exception=>1}": 1, "[FirstError]": 1}));
}

#[test]
fn waits_are_fixed_longer_or_computed() {
    let hour = policy().wait(Wait::Fixed(Duration::from_secs(3600)));
    assert_eq!(delays(hour, 0.5), [3600.0; 4]);
    assert_eq!(delays(policy().wait(Wait::Fixed(Duration::from_millis(4500))), 0.5), [4.5; 4]);
    let polynomial = policy().wait(Wait::PolynomiallyLonger);
    assert_eq!(delays(polynomial.clone(), 0.5), [3.0, 18.0, 83.0, 258.0]);
    assert_eq!(delays(polynomial.jitter(4.0), 1.0), [7.0, 82.0, 407.0, 1282.0]);
    let doubled = policy().wait(Wait::Function(|n, _| Duration::from_secs(2 * u64::from(n)))).jitter(9.0);
    assert_eq!(delays(doubled, 0.5), [2.0, 4.0, 6.0, 8.0]);
}

#[test]
fn a_wait_can_depend_on_the_error() {
    #[derive(Debug, thiserror::Error)]
    #[error("too many requests")]
    struct Limited {
        retry_after: Duration,
    }
    fn wait(n: u32, error: &JobError) -> Duration {
        error.downcast_ref::<Limited>().unwrap().retry_after + Duration::from_secs(n.into())
    }
    let definition = Definition::new("A").rule(on::<Limited>(policy().wait(Wait::Function(wait))));
    let decision = decide(&definition, &JobData::new("A"), Limited { retry_after: Duration::from_secs(60) });
    assert_eq!(retry(decision).delay, Duration::from_secs(61));
}

#[test]
fn jitter_is_the_rules_own_or_the_classes() {
    let one = |definition: Definition| {
        retry(judge(&definition, &JobData::new("A"), &FirstError.into(), NOW, &mut || 0.5)).delay.as_secs_f64()
    };
    assert_eq!(one(one_rule(RetryPolicy::default()).retry_jitter(2.0)), 6.0);
    assert_eq!(one(one_rule(RetryPolicy::default().jitter(1.0)).retry_jitter(2.0)), 4.5);
    assert_eq!(one(one_rule(policy()).retry_jitter(2.0)), 3.0);
    assert_eq!(one(one_rule(RetryPolicy::default())), 3.0 + 0.5 * 3.0 * 0.15);
    assert_eq!(one(one_rule(RetryPolicy::default().jitter(-9.0))), 0.0);
}

#[test]
fn the_last_declared_rule_that_matches_decides() {
    let retry_then_discard = one_rule(policy()).rule(Rule::discard(vec![ErrorClass::of::<FirstError>()]));
    assert!(matches!(decide(&retry_then_discard, &JobData::new("A"), FirstError), Decision::Discard));
    let discard_then_retry = Definition::new("A").rule(Rule::discard(vec![ErrorClass::of::<FirstError>()]));
    let discard_then_retry = discard_then_retry.rule(on::<FirstError>(policy()));
    assert!(matches!(decide(&discard_then_retry, &JobData::new("A"), FirstError), Decision::Retry(_)));
    assert!(matches!(decide(&discard_then_retry, &JobData::new("A"), OtherError), Decision::Unhandled));
}

#[test]
fn causes_are_tried_after_the_error_itself() {
    let definition = one_rule(policy()).rule(Rule::discard(vec![ErrorClass::of::<SecondError>()]));
    let data = JobData::new("A");
    assert!(matches!(decide(&definition, &data, Outer(Outer(FirstError))), Decision::Retry(_)));
    assert!(matches!(decide(&definition, &data, Outer(SecondError)), Decision::Discard));
    assert!(matches!(decide(&definition, &data, Outer(OtherError)), Decision::Unhandled));
    // The outer error's own rule wins over an earlier and a later one for its cause.
    let outer_first = definition.rule(on::<Outer<SecondError>>(policy()));
    let outer_first = outer_first.rule(Rule::discard(vec![ErrorClass::of::<SecondError>()]));
    assert!(matches!(decide(&outer_first, &data, Outer(SecondError)), Decision::Retry(_)));
}

#[test]
fn an_error_inside_an_io_error_is_its_cause() {
    let definition = one_rule(policy());
    assert!(matches!(decide(&definition, &JobData::new("A"), std::io::Error::other(FirstError)), Decision::Retry(_)));
}

#[test]
fn queue_and_priority_change_only_if_the_rule_says_so() {
    let mut data = JobData::new("A");
    (data.queue_name, data.priority) = (Some("low".to_owned()), Some(3));
    let kept = retry(decide(&one_rule(policy()), &data, FirstError)).data;
    assert_eq!((kept.queue(), kept.priority, kept.executions), ("low", Some(3), 1));
    assert_eq!(kept.job_id, data.job_id);
    let moved = retry(decide(&one_rule(policy().queue("retries").priority(-1)), &data, FirstError)).data;
    assert_eq!((moved.queue(), moved.priority), ("retries", Some(-1)));
}

proptest! {
    #[test]
    fn delays_stay_within_the_jitter(n in 1_u32..200, jitter in 0.0..2.0, random in 0.0..1.0_f64) {
        let mut data = JobData::new("A");
        data.exception_executions = serde_json::from_value(json!({"[FirstError]": n - 1})).unwrap();
        let polynomial = RetryPolicy::default().wait(Wait::PolynomiallyLonger).attempts(Attempts::Unlimited);
        let definition = one_rule(polynomial.jitter(jitter));
        let Decision::Retry(retry) = judge(&definition, &data, &FirstError.into(), NOW, &mut || random) else {
            return Err(TestCaseError::fail("no retry"));
        };
        let base = f64::from(n).powi(4);
        let seconds = retry.delay.as_secs_f64();
        prop_assert!(seconds >= base + 2.0 - 1e-3 && seconds <= base * (1.0 + jitter) + 2.0 + 1e-3);
        prop_assert_eq!(retry.data.scheduled_at, Some(retry.at));
        prop_assert!(retry.at > NOW);
    }
}
