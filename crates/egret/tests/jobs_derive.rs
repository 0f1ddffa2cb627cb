//! What `#[derive(Job)]` writes.

#![allow(clippy::unwrap_used, reason = "the functions that tests share are tests, too")]

use std::time::Duration;

use egret::arguments::{Arguments, GlobalId, Keywords, Symbol};
use egret::job::{Definition, Done, Reaction};
use egret::{Context, Job};
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;

mod errors {
    #[derive(Debug, thiserror::Error)]
    #[error("the card was refused")]
    pub(crate) struct CardError;
}

#[derive(Debug, PartialEq, Job)]
struct SendInvoice {
    invoice_id: u64,
    #[serde(default, rename = "n_copies")]
    copies: u8,
    note: Option<String>,
}

impl SendInvoice {
    async fn perform(self, _context: &Context) -> egret::Result {
        Ok(())
    }
}

#[derive(Debug, PartialEq, Job)]
struct Notify(GlobalId, Symbol);

impl Notify {
    async fn perform(self) {}
}

#[derive(Debug, PartialEq, Job)]
struct Single(Vec<u8>);

impl Single {
    async fn perform(self) -> Done {
        Done::Snooze(Duration::from_secs(self.0.len() as u64))
    }
}

#[derive(Debug, PartialEq, Job)]
struct Sweep;

impl Sweep {
    async fn perform(self, _: &Context) -> Result<Done, errors::CardError> {
        Err(errors::CardError)
    }
}

#[derive(Debug, PartialEq, Serialize, Deserialize)]
struct Options {
    force: bool,
}

#[derive(Debug, PartialEq, Job)]
struct Mixed(u64, Keywords<Options>);

impl Mixed {
    async fn perform(self) -> Result<(), std::num::ParseIntError> {
        Ok(())
    }
}

/// Serde's own traits may stand beside it, with other names on the wire.
#[derive(Debug, PartialEq, Serialize, Deserialize, Job)]
#[serde(rename_all = "camelCase")]
struct Both {
    user_id: u64,
}

impl Both {
    async fn perform(self) {}
}

fn arguments(json: &str) -> Arguments {
    Arguments::from_raw(RawValue::from_string(json.to_owned()).unwrap()).unwrap()
}

#[test]
fn fields_are_the_arguments() {
    let job = SendInvoice { invoice_id: 7, copies: 2, note: None };
    let written = job.to_arguments().unwrap();
    assert_eq!(
        written.get(),
        r#"[{"invoice_id":7,"n_copies":2,"note":null,"_aj_ruby2_keywords":["invoice_id","n_copies","note"]}]"#
    );
    assert_eq!(SendInvoice::from_arguments(&written), Ok(job));
    let sparse = SendInvoice::from_arguments(&arguments(r#"[{"invoice_id":7}]"#));
    assert_eq!(sparse, Ok(SendInvoice { invoice_id: 7, copies: 0, note: None }));
}

#[test]
fn tuples_are_positional_and_units_have_none() {
    let job = Notify(GlobalId::new("example", "Person", "5").unwrap(), Symbol::from("welcome"));
    let written = job.to_arguments().unwrap();
    assert_eq!(
        written.get(),
        r#"[{"_aj_globalid":"gid://example/Person/5"},{"_aj_serialized":"ActiveJob::Serializers::SymbolSerializer","value":"welcome"}]"#
    );
    assert_eq!(Notify::from_arguments(&written), Ok(job));
    assert_eq!(Single(vec![1, 2]).to_arguments().unwrap().get(), "[[1,2]]");
    assert_eq!(Single::from_arguments(&arguments("[[1,2]]")), Ok(Single(vec![1, 2])));
    assert_eq!(Sweep.to_arguments().unwrap().get(), "[]");
    assert_eq!(Sweep::from_arguments(&arguments("[]")), Ok(Sweep));
    assert!(Sweep::from_arguments(&arguments("[1]")).is_err());
}

#[test]
fn missing_positions_are_counted() {
    let error = Notify::from_arguments(&arguments("[]")).unwrap_err().to_string();
    assert!(error.ends_with("wrong number of arguments (given 0, expected 2)"), "{error}");
}

#[test]
fn keywords_can_follow_positions() {
    let job = Mixed(1, Keywords(Options { force: true }));
    let written = job.to_arguments().unwrap();
    assert_eq!(written.get(), r#"[1,{"force":true,"_aj_ruby2_keywords":["force"]}]"#);
    assert_eq!(Mixed::from_arguments(&written), Ok(job));
}

#[test]
fn serde_attributes_count() {
    assert_eq!(Both { user_id: 1 }.to_arguments().unwrap().get(), r#"[{"userId":1,"_aj_ruby2_keywords":["userId"]}]"#);
}

#[test]
fn a_plain_struct_has_the_defaults() {
    let definition = SendInvoice::definition();
    assert_eq!((SendInvoice::CLASS, definition.class()), ("SendInvoice", "SendInvoice"));
    assert_eq!((definition.queue_name(), definition.limit()), (None, None));
    assert!(definition.rules().is_empty() && !definition.is_at_most_once() && definition.logs_arguments());
    let data = definition.to_job_data(Arguments::default());
    assert_eq!((data.queue(), data.priority, data.arguments.get()), ("default", None, "[]"));
}

fn hourly(_: u32, _: &egret::job::JobError) -> Duration {
    Duration::from_secs(3600)
}

#[derive(Job)]
#[job(class = "Billing::ChargeJob", aliases("ChargeJob", "Charge"), queue = "low", priority = -10)]
#[job(
    retry_on(errors::CardError as "Billing::CardError", "Net::OpenTimeout", wait = "1.5s", attempts = 7),
    retry_on(std::io::Error, wait = "polynomially_longer", attempts = unlimited, queue = "retries", priority = 7, jitter = 0),
    retry_on(std::fmt::Error, wait = hourly),
    discard_on(std::num::ParseIntError, std::num::ParseFloatError),
    retry_jitter = 0.5,
    time_limit = "30s",
    at_most_once,
    log_arguments = false
)]
struct Charge;

impl Charge {
    async fn perform(self) {}
}

#[test]
fn attributes_define_the_class() {
    let definition: &Definition = Charge::definition();
    assert_eq!(definition.names().collect::<Vec<_>>(), ["Billing::ChargeJob", "ChargeJob", "Charge"]);
    assert_eq!((definition.queue_name(), definition.default_jitter()), (Some("low"), 0.5));
    assert_eq!(definition.limit(), Some(Duration::from_secs(30)));
    assert!(definition.is_at_most_once() && !definition.logs_arguments());
    assert_eq!(definition.to_job_data(Arguments::default()).priority, Some(-10));
    let keys: Vec<_> = definition.rules().iter().map(|rule| rule.key()).collect();
    assert_eq!(
        keys,
        ["[Billing::CardError, \"Net::OpenTimeout\"]", "[Error]", "[Error]", "[ParseIntError, ParseFloatError]"]
    );
    let policies = format!("{:?}", definition.rules().iter().map(|rule| rule.reaction()).collect::<Vec<_>>());
    for part in [
        "wait: Fixed(1.5s), attempts: Limited(7), queue: None, priority: None, jitter: None",
        "wait: PolynomiallyLonger, attempts: Unlimited, queue: Some(\"retries\"), priority: Some(7), jitter: Some(0.0)",
        "wait: Function, attempts: Limited(5)",
    ] {
        assert!(policies.contains(part), "{part} in {policies}");
    }
    assert!(matches!(definition.rules()[3].reaction(), Reaction::Discard));
}
