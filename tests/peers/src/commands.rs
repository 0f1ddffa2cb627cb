//! Commands that the application adds to Egret's own.

use std::time::Duration;

use async_trait::async_trait;
use egret::cli::clap::{Arg, ArgAction, ArgMatches, Command, value_parser};
use egret::cli::{Addition, Exit, Failure, Session};
use egret_core::job_data::saturating_add;
use egret_core::{JobData, Native, NewJob, Timestamp};
use egret_delayed_job::handler::{MethodCall, StructJob};
use serde_json::value::RawValue;

use crate::jobs::Greet;

/// `enqueue-for FORMAT CLASS ARGUMENTS`: enqueues jobs as the other system's own programs would, and prints their ids.
///
/// `FORMAT` is `active-job`, or the name of a format whose own jobs they are, or `method-call` or `struct` for those of Delayed
/// Job, of which `CLASS` is `Module.method` or the struct's name; `ARGUMENTS` is a JSON array (an object for a struct), or
/// `greet` for those of the job `Greet`, or `count:N` for N jobs with one number each.
#[derive(Debug)]
pub struct EnqueueFor;

#[async_trait(?Send)]
impl Addition for EnqueueFor {
    fn command(&self) -> Command {
        Command::new("enqueue-for")
            .hide(true)
            .arg(Arg::new("format").required(true))
            .arg(Arg::new("class").required(true))
            .arg(Arg::new("arguments").required(true))
            .arg(Arg::new("queue").long("queue").default_value("default"))
            .arg(Arg::new("options").long("options").default_value("{}"))
            .arg(Arg::new("in").long("in").value_parser(value_parser!(u64)))
            .arg(Arg::new("quiet").long("quiet").action(ArgAction::SetTrue))
    }

    async fn run(&self, session: &Session, arguments: &ArgMatches) -> Result<Exit, Failure> {
        let app = session.app().await?;
        let text = |name: &str| arguments.get_one::<String>(name).expect("it is required or has a default").as_str();
        let jobs = all_arguments(text("arguments")).into_iter().map(|raw_arguments| {
            let mut data = of_class(text("format"), text("class"), raw_arguments);
            let is_in_no_queue = data.native.is_some();
            data.queue_name = Some(text("queue").to_owned()).filter(|_| !is_in_no_queue);
            data.enqueued_at = Some(Timestamp::now());
            let delay = arguments.get_one::<u64>("in");
            data.scheduled_at = delay.map(|delay| saturating_add(Timestamp::now(), Duration::from_millis(*delay)));
            if data.native.is_none() && text("format") != "active-job" {
                data.native =
                    Some(Box::new(Native { format: text("format").to_owned(), envelope: raw(text("options")) }));
            }
            NewJob::new(data, app.origin())
        });
        for stored in app.enqueue(jobs.collect()).await? {
            if let (egret_core::Enqueued::Stored(id), false) = (&stored, arguments.get_flag("quiet")) {
                session.output().line(id)?;
            }
        }
        Ok(Exit::Success)
    }
}

/// A job, with an envelope if it is of Delayed Job's own kinds.
fn of_class(format: &str, class: &str, arguments: Box<RawValue>) -> JobData {
    let made = match format {
        "method-call" => {
            let (class, method) = class.split_once('.').expect("the test names a method");
            MethodCall { class: class.to_owned(), method: method.to_owned(), arguments }.to_job()
        }
        "struct" => StructJob { class: class.to_owned(), members: arguments }.to_job(),
        _ => {
            let mut data = JobData::new(class);
            data.arguments = arguments;
            return data;
        }
    };
    made.expect("the test gives what has a form in YAML")
}

fn all_arguments(text: &str) -> Vec<Box<RawValue>> {
    match (text, text.strip_prefix("count:")) {
        (_, Some(count)) => {
            (0..count.parse::<u64>().expect("a number of jobs")).map(|number| raw(&format!("[{number}]"))).collect()
        }
        ("greet", _) => vec![Greet::usual().into_raw()],
        (json, _) => vec![raw(json)],
    }
}

fn raw(json: &str) -> Box<RawValue> {
    RawValue::from_string(json.to_owned()).expect("the test gives JSON")
}
