//! A new job of a registered class, from a form.

use askama::Template;
use axum::http::StatusCode;
use egret::arguments::Arguments;
use egret::program::{PROGRAM_CLASS, ProgramArguments, permit};
use egret_core::{Enqueued, JobData, NewJob, Origin};
use serde_json::json;
use serde_json::value::{RawValue, to_raw_value};

use super::LIST;
use super::when::later;
use crate::fault::Fault;
use crate::pages::area::Area;
use crate::pages::excerpt::one_line;
use crate::shell::Shell;
use crate::visit::{Answer, Notice, Visit};

/// Longer names of queues are a mistake.
const MAX_QUEUE: usize = 200;

#[derive(Template)]
#[template(path = "job-new.html", whitespace = "minimize")]
struct NewJobPage {
    shell: Shell,
    classes: Vec<String>,
    queues: Vec<String>,
    has_priorities: bool,
    has_scheduling: bool,
    draft: Draft,
    problems: Problems,
    create: String,
    back: String,
}

/// What a person has typed.
#[derive(Clone, Debug, Default)]
struct Draft {
    class: String,
    arguments: String,
    queue: String,
    priority: String,
    at: String,
}

/// What will not do, beside the field.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
struct Problems {
    class: Option<String>,
    arguments: Option<String>,
    queue: Option<String>,
    priority: Option<String>,
    at: Option<String>,
    /// Why the store did not take it.
    whole: Option<String>,
}

/// `GET /.sys/job/jobs/new`.
pub(crate) async fn page(visit: Visit) -> Answer {
    let class = visit.query.get("class").unwrap_or_default().to_owned();
    show(&visit, Draft { class, ..Draft::default() }, Problems::default()).await
}

/// `POST /.sys/job/jobs`.
pub(crate) async fn create(visit: Visit) -> Answer {
    let text = |name| visit.form.get(name).unwrap_or_default().to_owned();
    let draft = Draft {
        class: text("class"),
        arguments: text("arguments"),
        queue: text("queue"),
        priority: text("priority"),
        at: text("at"),
    };
    let job = match draft.read(&visit) {
        Ok(job) => job,
        Err(problems) => return show(&visit, draft, *problems).await,
    };
    let (class, queue, at) = (job.job_class.clone(), job.queue().to_owned(), job.scheduled_at);
    let refused = |whole| Problems { whole: Some(whole), ..Problems::default() };
    match visit.app().enqueue(vec![NewJob::new(job, Origin::Console)]).await?.pop() {
        Some(Enqueued::Stored(id) | Enqueued::Duplicate(id)) => {
            let after = json!({ "class": class, "queue": queue, "at": at.map(|at| at.to_string()) });
            visit.trace("jobs.create", id.as_str(), serde_json::Value::Null, after).await?;
            Ok(visit.redirect_saying(&Area::System.job(&id), &Notice::new("notice-jobs-created")))
        }
        Some(Enqueued::Refused(limit)) => show(&visit, draft, refused(visit.reader.language.limit(&limit))).await,
        None => Err(Fault::new(StatusCode::SERVICE_UNAVAILABLE, "fault-page")),
    }
}

async fn show(visit: &Visit, draft: Draft, problems: Problems) -> Answer {
    let can = visit.backend().capabilities();
    let is_refused = problems != Problems::default();
    let page = NewJobPage {
        classes: classes(visit),
        queues: visit.app().section().queues.clone(),
        has_priorities: can.priorities,
        has_scheduling: can.scheduling,
        draft,
        problems,
        create: visit.link(LIST),
        back: visit.link(LIST),
        shell: Shell::of(visit).await?,
    };
    visit.page_with(if is_refused { StatusCode::UNPROCESSABLE_ENTITY } else { StatusCode::OK }, &page)
}

/// The classes that can be chosen; programs only where an operator has written down which.
fn classes(visit: &Visit) -> Vec<String> {
    let allows_programs = visit.app().config().exec.allow.as_ref().is_some_and(|allowed| !allowed.is_empty());
    let programs = allows_programs.then(|| PROGRAM_CLASS.to_owned());
    visit.app().registry().classes().map(str::to_owned).chain(programs).collect()
}

impl Draft {
    /// The job; or everything that will not do, at once.
    fn read(&self, visit: &Visit) -> Result<JobData, Box<Problems>> {
        let mut problems = Problems::default();
        if self.class.is_empty() {
            problems.class = Some(visit.t("jobs-new-no-class"));
        } else if !classes(visit).contains(&self.class) {
            problems.class = Some(visit.tw("jobs-new-unknown-class", &[("class", one_line(&self.class, 100).into())]));
        }
        let arguments = array(&self.arguments);
        if let Err(error) = &arguments {
            problems.arguments = Some(match error {
                NoArguments::Malformed { line, column } => {
                    visit.tw("jobs-new-bad-json", &[("line", (*line).into()), ("column", (*column).into())])
                }
                NoArguments::Neither => visit.t("jobs-new-no-array"),
            });
        }
        if self.queue.ends_with('*') || self.queue.chars().count() > MAX_QUEUE {
            problems.queue = Some(visit.t("jobs-new-bad-queue"));
        }
        let priority = self.priority.parse::<i64>();
        if !self.priority.is_empty() && priority.is_err() {
            problems.priority = Some(visit.t("jobs-new-bad-priority"));
        }
        let at = later(&self.at, visit.now, &visit.reader.zone);
        if !self.at.is_empty() && at.is_none() {
            problems.at = Some(visit.t("jobs-bad-time"));
        }
        let (Ok(arguments), true) = (arguments, problems == Problems::default()) else {
            return Err(Box::new(problems));
        };
        let mut job = self
            .payload(visit, arguments)
            .map_err(|error| Box::new(Problems { arguments: Some(error), ..Problems::default() }))?;
        if !self.queue.is_empty() {
            job.queue_name = Some(self.queue.clone());
        }
        job.priority = priority.ok().or(job.priority);
        job.enqueued_at = Some(visit.now);
        job.scheduled_at = at;
        Ok(job)
    }

    /// The job as the application would have enqueued it.
    fn payload(&self, visit: &Visit, arguments: Box<RawValue>) -> Result<JobData, String> {
        if self.class == PROGRAM_CLASS {
            permitted(visit, arguments.get())?;
        }
        let Some(known) = visit.app().registry().get(&self.class) else {
            let mut job = JobData::new(&*self.class);
            job.arguments = arguments;
            return Ok(job);
        };
        let arguments = Arguments::from_raw(arguments).map_err(|error| egret::chain(&error))?;
        Ok(known.definition().to_job_data(arguments))
    }
}

/// Whether a service would run the program: what it would refuse is refused here.
fn permitted(visit: &Visit, arguments: &str) -> Result<(), String> {
    let arguments = ProgramArguments::parse(arguments)?;
    let config = visit.app().config();
    let file = visit.backend().local_file();
    permit(&arguments, &config.exec, Origin::Console, file.as_deref(), &config.root)
        .map(drop)
        .map_err(|refusal| refusal.to_string())
}

/// Why a text gives no arguments.
#[derive(Clone, Debug, PartialEq, Eq)]
enum NoArguments {
    /// It can be read as JSON up to here.
    Malformed {
        line: u64,
        column: u64,
    },
    Neither,
}

impl NoArguments {
    /// Where the text is no JSON. People count letters, the parser counts bytes.
    fn at(text: &str, error: &serde_json::Error) -> Self {
        let line = text.lines().nth(error.line().saturating_sub(1)).unwrap_or_default();
        let before = line.as_bytes().get(..error.column()).unwrap_or(line.as_bytes());
        let column = String::from_utf8_lossy(before).chars().count();
        Self::Malformed { line: error.line() as u64, column: column as u64 }
    }
}

/// An array of arguments, or one object, which gives them by name. Digits and the order of keys stay as they were typed.
fn array(text: &str) -> Result<Box<RawValue>, NoArguments> {
    let text = if text.is_empty() { "[]" } else { text };
    let value: &RawValue = serde_json::from_str(text).map_err(|error| NoArguments::at(text, &error))?;
    match value.get().as_bytes().first() {
        Some(b'[') => Ok(value.to_owned()),
        Some(b'{') => to_raw_value(&[value]).map_err(|error| NoArguments::at(text, &error)),
        _ => Err(NoArguments::Neither),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn arguments_are_an_array_or_an_object_by_name() {
        let read = |text| array(text).map(|raw| raw.get().to_owned());
        assert_eq!(read("").unwrap(), "[]");
        assert_eq!(
            read(" [1, \"x\", 123456789012345678901234567890] ").unwrap(),
            "[1, \"x\", 123456789012345678901234567890]"
        );
        assert_eq!(read("{\"b\":1,\"a\":[null]}").unwrap(), "[{\"b\":1,\"a\":[null]}]");
        assert_eq!(read("7"), Err(NoArguments::Neither));
        assert_eq!(read("[1,"), Err(NoArguments::Malformed { line: 1, column: 3 }));
        assert_eq!(read("[\"白鷺\", x]"), Err(NoArguments::Malformed { line: 1, column: 8 }));
        assert!(matches!(read("[1]\n[2]"), Err(NoArguments::Malformed { line: 2, .. })));
    }
}
