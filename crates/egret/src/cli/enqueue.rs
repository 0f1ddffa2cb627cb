//! `egret enqueue`: a job of any class.

use clap::Args;
use egret_core::JobData;
use serde_json::value::{RawValue, to_raw_value};

use super::bindings::Bound;
use super::placement::Placement;
use super::submit::submit;
use super::{Exit, Failure, Session};
use crate::arguments::Arguments;
use crate::job::Registry;
use crate::language::Sentence;

/// Enqueues a job of a class and prints its id
///
/// The class need not be known here: the job waits until a program that knows it runs it.
#[derive(Args, Debug)]
#[command(after_help = "\
Examples:
  egret enqueue SendInvoice 7 '\"by mail\"'
  egret enqueue SendInvoice '{\"invoice_id\": 7}' --queue low --in 5m")]
pub(super) struct Enqueue {
    #[command(flatten)]
    placement: Placement,
    #[command(flatten)]
    bound: Bound,
    /// The class, such as `Billing::ChargeJob`
    #[arg(value_name = "CLASS", value_parser = class)]
    class: String,
    /// Its arguments in order, each as JSON; an object gives arguments by name
    #[arg(value_name = "JSON", allow_negative_numbers = true)]
    arguments: Vec<String>,
}

impl Enqueue {
    pub(super) async fn perform(self, session: &Session) -> Result<Exit, Failure> {
        let arguments = array(&self.arguments)?;
        let mut job = payload(session.app().await?.registry(), &self.class, arguments)?;
        self.placement.place(&mut job, session.now().await?)?;
        self.bound.bind(&mut job);
        let id = submit(session, job).await?;
        session.output().line(id)?;
        Ok(Exit::Success)
    }
}

/// The payload; a class that this program knows has its queue and priority, as if the program had enqueued it.
fn payload(registry: &Registry, class: &str, arguments: Box<RawValue>) -> Result<JobData, Failure> {
    if let Some(job) = registry.get(class) {
        let arguments = Arguments::from_raw(arguments).map_err(|error| Failure::of(&error))?;
        return Ok(job.definition().to_job_data(arguments));
    }
    let mut job = JobData::new(class);
    job.arguments = arguments;
    Ok(job)
}

/// The arguments as one JSON array; digits and the order of keys stay as they were typed.
fn array(arguments: &[String]) -> Result<Box<RawValue>, Failure> {
    let values: Vec<&RawValue> = arguments
        .iter()
        .enumerate()
        .map(|(index, text)| serde_json::from_str(text).map_err(|error| malformed(index + 1, text, &error)))
        .collect::<Result<_, _>>()?;
    to_raw_value(&values).map_err(|error| Failure::of(&error))
}

fn malformed(number: usize, text: &str, error: &serde_json::Error) -> Failure {
    let hint = match text.starts_with(|letter: char| letter.is_alphabetic()) {
        true => Sentence::new("cli-not-json-text-hint").with("text", text),
        false => Sentence::new("cli-not-json-hint"),
    };
    let message = Sentence::new("cli-not-json").with("number", number.to_string()).with("text", text);
    Failure::usage(message.with("error", error.to_string())).with_hint(hint)
}

fn class(text: &str) -> Result<String, String> {
    match text.trim().is_empty() {
        true => Err("a class has a name".to_owned()),
        false => Ok(text.to_owned()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn texts(arguments: &[&str]) -> Vec<String> {
        arguments.iter().map(|text| (*text).to_owned()).collect()
    }

    #[derive(serde::Deserialize, crate::Job)]
    #[job(class = "Known", queue = "mailers", priority = 5)]
    struct Known {}

    impl Known {
        async fn perform(self, _context: &crate::Context) -> crate::Result {
            Ok(())
        }
    }

    #[test]
    fn a_known_class_has_its_own_queue() {
        let mut registry = Registry::default();
        registry.register::<Known>().unwrap();
        let known = payload(&registry, "Known", array(&[]).unwrap()).unwrap();
        assert_eq!((known.queue(), known.priority), ("mailers", Some(5)));
        let unknown = payload(&registry, "Unknown", array(&texts(&["7"])).unwrap()).unwrap();
        assert_eq!(
            (unknown.job_class.as_str(), unknown.queue(), unknown.arguments.get()),
            ("Unknown", "default", "[7]")
        );
    }

    #[test]
    fn arguments_stay_as_they_were_typed() {
        let array = array(&texts(&["1", "\"x\"", "{\"b\":1,\"a\":[null]}", "123456789012345678901234567890"])).unwrap();
        assert_eq!(array.get(), "[1,\"x\",{\"b\":1,\"a\":[null]},123456789012345678901234567890]");
        assert_eq!(super::array(&[]).unwrap().get(), "[]");
    }

    #[test]
    fn names_the_argument_that_is_not_json() {
        let failure = array(&texts(&["1", "hello"])).unwrap_err();
        assert_eq!(failure.exit(), Exit::Usage);
        assert!(failure.to_string().starts_with("argument 2, `hello`, is not JSON: "), "{failure}");
        assert_eq!(
            failure.hint(crate::language::Language::English).as_deref(),
            Some("a text has quotes of its own: '\"hello\"'")
        );
        assert!(array(&texts(&["1 2"])).is_err(), "two values");
    }
}
