//! Enqueuing and performing typed jobs.

#![allow(clippy::unwrap_used, reason = "the functions that tests share are tests, too")]

use std::sync::Arc;
use std::time::Duration;

use egret::arguments::{Arguments, DeserializationError};
use egret::job::{
    Definition, Done, Ending, JobError, Panicked, Registry, RunJob, TimeLimitExceeded, perform_all_later,
};
use egret::{App, Context, ErrorKind, Job};
use egret_core::memory::{MemoryOptions, MemoryRows};
use egret_core::{Enqueued, JobData, JobId, JobState, Origin, Outcome, Timestamp};
use serde_json::value::RawValue;

#[derive(Debug, thiserror::Error)]
#[error("the gateway is down")]
struct GatewayDown;

#[derive(Debug, thiserror::Error)]
#[error("no such card")]
struct NoSuchCard;

#[derive(Debug, thiserror::Error)]
#[error("failed to charge")]
struct ChargeFailed(#[source] GatewayDown);

/// Ends as its argument says.
#[derive(Debug, Job)]
#[job(
    class = "Billing::ChargeJob",
    aliases("ChargeJob"),
    queue = "billing",
    priority = 5,
    retry_on(GatewayDown, wait = "1h", attempts = 3, jitter = 0),
    retry_on(Panicked as "Egret::Panicked", attempts = 2),
    discard_on(NoSuchCard),
)]
struct Charge {
    ending: String,
}

impl Charge {
    async fn perform(self, context: &Context) -> egret::Result<Done> {
        match self.ending.as_str() {
            "down" => Err(ChargeFailed(GatewayDown))?,
            "unknown" => Err(NoSuchCard)?,
            "unhandled" => "x".parse::<u8>().map(drop)?,
            "panic" => panic!("the card is {}", "torn"),
            "snooze" => return Ok(Done::Snooze(Duration::from_secs(60))),
            "discard" => return Ok(Done::discard("the invoice was deleted")),
            "cancel" => return Ok(Done::cancel("the customer left")),
            "cancelled" => {
                context.cancelled().await;
                assert!(context.is_cancelled());
            }
            "facts" => {
                assert_eq!((context.class(), context.queue()), ("ChargeJob", "elsewhere"));
                assert_eq!((context.attempt(), context.executions()), (9, 4));
                assert_eq!(context.job_id().as_str(), "fixed");
            }
            _ => {}
        }
        Ok(Done::Completed)
    }
}

#[derive(Debug, Job)]
#[job(time_limit = "20ms", discard_on(TimeLimitExceeded))]
struct Endless;

impl Endless {
    async fn perform(self) {
        std::future::pending().await
    }
}

async fn app() -> App {
    let backend = Arc::new(MemoryRows::new(MemoryOptions::default()));
    let app = App::builder().config(egret::config::Config::default()).backend(backend).start_nothing();
    app.register::<Charge>().register::<Endless>().build().await.unwrap()
}

fn charge(ending: &str) -> Charge {
    Charge { ending: ending.to_owned() }
}

async fn stored(app: &App, id: &JobId) -> JobData {
    let record = app.backend().find(id).await.unwrap().expect("the job is in the store");
    record.payload.job().expect("its payload can be read").clone()
}

/// Performs a job as a service would.
async fn perform(app: &App, ending: &str) -> Ending {
    let data = Charge::definition().to_job_data(charge(ending).to_arguments().unwrap());
    perform_data(app, &data).await
}

async fn perform_data(app: &App, data: &JobData) -> Ending {
    let job = app.registry().get(&data.job_class).expect("the class is registered");
    job.perform(data, &Context::new(app, data)).await
}

#[tokio::test]
async fn perform_later_stores_what_the_class_says() {
    let app = app().await;
    let id = charge("ok").perform_later(&app).await.unwrap();
    let data = stored(&app, &id).await;
    assert_eq!((data.job_class.as_str(), data.queue(), data.priority), ("Billing::ChargeJob", "billing", Some(5)));
    assert_eq!(data.arguments.get(), r#"[{"ending":"ok","_aj_ruby2_keywords":["ending"]}]"#);
    assert_eq!((data.executions, data.scheduled_at), (0, None));
    assert!(data.enqueued_at.is_some());
    let record = app.backend().find(&id).await.unwrap().unwrap();
    assert_eq!((record.state, record.origin), (JobState::Available, Origin::Application));
}

#[tokio::test]
async fn set_changes_one_job_only() {
    let app = app().await;
    let before = Timestamp::now();
    let job = charge("ok").set().wait(Duration::from_secs(300)).queue("low").priority(-1);
    let id = job.perform_later(&app).await.unwrap();
    let data = stored(&app, &id).await;
    assert_eq!((data.queue(), data.priority), ("low", Some(-1)));
    let wait = data.scheduled_at.unwrap().duration_since(before);
    assert!(wait.as_secs() >= 300 && wait.as_secs() < 400, "{wait}");
    assert_eq!(app.backend().find(&id).await.unwrap().unwrap().state, JobState::Scheduled);

    let moment: Timestamp = "2040-01-02T03:04:05.123456789Z".parse().unwrap();
    let job = charge("ok").set().wait_until(moment).wait(Duration::from_secs(1));
    let id = job.perform_later(&app).await.unwrap();
    let exact = stored(&app, &id).await;
    assert_eq!((exact.scheduled_at, exact.queue()), (Some(moment), "billing"));
}

#[tokio::test]
async fn a_moment_in_the_past_means_now() {
    let app = app().await;
    let id = charge("ok").set().wait_until(Timestamp::UNIX_EPOCH).perform_later(&app).await.unwrap();
    assert_eq!(app.backend().find(&id).await.unwrap().unwrap().state, JobState::Available);
}

#[tokio::test]
async fn jobs_of_many_classes_are_stored_together() {
    let app = app().await;
    let jobs = vec![charge("a").set().prepare().unwrap(), Endless.set().queue("slow").prepare().unwrap()];
    let ids: Vec<JobId> = jobs.iter().map(|job| job.job_id().clone()).collect();
    let stored_as: Vec<_> = ids.iter().cloned().map(Enqueued::Stored).collect();
    assert_eq!(app.enqueue_all(jobs).await.unwrap(), stored_as);
    assert_eq!(stored(&app, &ids[1]).await.queue(), "slow");
    assert_eq!(perform_all_later(&app, Vec::new()).await.unwrap(), []);
}

#[tokio::test]
async fn perform_now_tells_how_the_run_ended() {
    let app = app().await;
    assert!(matches!(charge("ok").perform_now(&app).await.unwrap(), Ending::Completed));
    assert!(matches!(charge("unknown").perform_now(&app).await.unwrap(), Ending::DiscardedOn(_)));
    let error = charge("unhandled").perform_now(&app).await.unwrap_err();
    assert_eq!((error.class(), error.to_string().as_str()), ("ParseIntError", "invalid digit found in string"));
}

#[tokio::test]
async fn perform_now_enqueues_the_retry() {
    let app = app().await;
    let Ending::Retried { data, at, error } = charge("down").perform_now(&app).await.unwrap() else {
        panic!("expected a retry");
    };
    assert_eq!(error.report().message, "failed to charge: the gateway is down");
    let again = stored(&app, &data.job_id).await;
    assert_eq!((again.executions, again.scheduled_at), (1, Some(at)));
    assert_eq!(again.exception_executions.unwrap()["[GatewayDown]"], 1);
}

#[tokio::test]
async fn rules_judge_a_run_until_they_give_up() {
    let app = app().await;
    let mut data = Charge::definition().to_job_data(charge("down").to_arguments().unwrap());
    for executions in 1..=2 {
        let Ending::Retried { data: next, .. } = perform_data(&app, &data).await else { panic!("expected a retry") };
        assert_eq!((next.executions, &next.job_id), (executions, &data.job_id));
        data = *next;
    }
    let Ending::Failed(error) = perform_data(&app, &data).await else { panic!("expected the end") };
    assert_eq!(error.class(), "ChargeFailed");
}

#[tokio::test]
async fn a_panic_is_an_error_that_rules_judge() {
    let app = app().await;
    let Ending::Retried { data, error, .. } = perform(&app, "panic").await else { panic!("expected a retry") };
    assert_eq!((error.class(), error.to_string().as_str()), (Panicked::CLASS, "the job panicked: the card is torn"));
    let Ending::Failed(_) = perform_data(&app, &data).await else { panic!("expected the end") };
}

/// Panics when it is thrown away.
struct Grenade;

impl Drop for Grenade {
    fn drop(&mut self) {
        panic!("dropped too early");
    }
}

#[derive(Debug, Job)]
#[job(time_limit = "1ms")]
struct Explosive;

impl Explosive {
    async fn perform(self) {
        let grenade = Grenade;
        std::future::pending::<()>().await;
        std::mem::forget(grenade);
    }
}

#[tokio::test]
async fn a_panic_while_a_run_is_dropped_is_contained() {
    let error = Explosive.perform_now(&app().await).await.unwrap_err();
    assert_eq!(error.to_string(), "the job panicked: dropped too early");
}

#[tokio::test]
async fn a_time_limit_ends_the_run() {
    let app = app().await;
    let data = Endless::definition().to_job_data(Arguments::default());
    let Ending::DiscardedOn(error) = perform_data(&app, &data).await else { panic!("expected a discard") };
    assert_eq!(error.class(), TimeLimitExceeded::CLASS);
    assert_eq!(error.downcast_ref(), Some(&TimeLimitExceeded { limit: Duration::from_millis(20) }));
}

#[tokio::test]
async fn unreadable_arguments_fail_the_run_and_name_the_class() {
    let app = app().await;
    let mut data = Charge::definition().to_job_data(Arguments::default());
    data.arguments = RawValue::from_string("[1]".to_owned()).unwrap();
    let Ending::Failed(error) = perform_data(&app, &data).await else { panic!("expected a failure") };
    assert!(error.downcast_ref::<DeserializationError>().is_some());
    let message = "Error while trying to deserialize arguments: `Billing::ChargeJob`: expected a hash of keyword arguments, found an integer";
    assert_eq!((error.class(), error.to_string().as_str()), ("DeserializationError", message));
}

#[tokio::test]
async fn a_job_knows_its_run() {
    let app = app().await;
    let mut data = Charge::definition().to_job_data(charge("facts").to_arguments().unwrap());
    (data.job_class, data.queue_name) = ("ChargeJob".to_owned(), Some("elsewhere".to_owned()));
    (data.job_id, data.executions) = (JobId::new("fixed"), 3);
    let context = Context::new(&app, &data).with_attempt(9);
    let job = app.registry().get("ChargeJob").unwrap();
    assert!(matches!(job.perform(&data, &context).await, Ending::Completed));
}

#[tokio::test]
async fn a_cancelled_job_hears_of_it() {
    let app = app().await;
    let data = Charge::definition().to_job_data(charge("cancelled").to_arguments().unwrap());
    let context = Context::new(&app, &data);
    let job = app.registry().get("ChargeJob").unwrap();
    let cancel = async {
        tokio::task::yield_now().await;
        context.cancellation().cancel();
    };
    let (ending, ()) = tokio::join!(job.perform(&data, &context), cancel);
    assert!(matches!(ending, Ending::Completed));
}

#[tokio::test]
async fn every_ending_has_an_outcome() {
    let app = app().await;
    let now = Timestamp::UNIX_EPOCH;
    let outcome = async |ending: &str| perform(&app, ending).await.into_outcome(now);
    assert!(matches!(outcome("ok").await, Outcome::Completed { value: None }));
    assert!(matches!(outcome("snooze").await, Outcome::Snoozed { until } if until.as_second() == 60));
    assert!(
        matches!(outcome("discard").await, Outcome::Discarded { error } if error.message == "the invoice was deleted")
    );
    assert!(matches!(outcome("cancel").await, Outcome::Cancelled { reason } if reason == "the customer left"));
    assert!(matches!(outcome("unknown").await, Outcome::Discarded { error } if error.class == "NoSuchCard"));
    assert!(matches!(outcome("unhandled").await, Outcome::Failed { error } if error.class == "ParseIntError"));
    let Outcome::Reenqueue { data, at, error } = outcome("down").await else { panic!("expected a retry") };
    assert_eq!((data.scheduled_at, error.unwrap().class.as_str()), (at, "ChargeFailed"));
}

#[test]
fn names_are_registered_once() {
    let mut registry = Registry::default();
    registry.register::<Charge>().unwrap();
    registry.register::<Endless>().unwrap();
    assert_eq!(registry.classes().collect::<Vec<_>>(), ["Billing::ChargeJob", "ChargeJob", "Endless"]);
    let error = registry.register::<Charge>().unwrap_err();
    assert_eq!(error.kind(), &ErrorKind::Registration);
    assert!(error.to_string().contains("`Billing::ChargeJob`"), "{error}");
    assert!(registry.get("Unknown").is_none());
}

struct Nothing;

#[async_trait::async_trait]
impl RunJob for Nothing {
    async fn run(&self, _: &Context, _: &Arguments) -> egret::Result<Done> {
        Ok(Done::Completed)
    }
}

#[test]
fn an_alias_that_is_taken_registers_nothing() {
    let mut registry = Registry::default();
    registry.register::<Charge>().unwrap();
    let definition = Definition::new("New").alias("ChargeJob");
    assert!(registry.register_code(definition, Arc::new(Nothing)).is_err());
    assert!(registry.get("New").is_none());
}

#[test]
fn errors_carry_class_message_causes_and_backtrace() {
    let error = JobError::from(ChargeFailed(GatewayDown));
    assert_eq!((error.class(), error.to_string().as_str()), ("ChargeFailed", "failed to charge"));
    assert_eq!(error.report().message, "failed to charge: the gateway is down");
    let named = JobError::named("Billing::Down", GatewayDown).with_backtrace(vec!["charge.rb:7".to_owned()]);
    let report = named.report();
    assert_eq!((report.class.as_str(), report.backtrace), ("Billing::Down", vec!["charge.rb:7".to_owned()]));
    assert_eq!(JobError::msg("out of paper").report().class, "RuntimeError");
    assert_eq!(format!("{:?}", JobError::new("Net::OpenTimeout", "slow")), "Net::OpenTimeout: slow");
    assert_eq!(JobError::from_boxed("text".into()).to_string(), "text");
}
