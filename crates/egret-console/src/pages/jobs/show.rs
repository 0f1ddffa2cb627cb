//! A job's page: why it stands as it does, its arguments, its attempts with their lines, its payload.

use std::borrow::Cow;

use askama::Template;
use egret::facts::shown_arguments;
use egret::why::{Circumstances, Why};
use egret_core::{JobId, JobRecord, JobState, Payload};
use serde_json::value::RawValue;

use super::action::{Action, Part};
use super::attempts::{ATTEMPTS, Attempt, LastError, attempts};
use super::row::{JobRow, arguments};
use super::timeline::Timeline;
use super::{CONFIRM, address};
use crate::fault::Fault;
use crate::pages::area::Area;
use crate::pages::excerpt::{beginning, one_line};
use crate::shell::Shell;
use crate::visit::{Answer, Fields, Moment, Visit};

/// Bytes of each part that a page has room for.
const NAME: usize = 200;
const ARGUMENTS: usize = 6_000;
const PAYLOAD: usize = 12_000;

#[derive(Template)]
#[template(path = "job.html", whitespace = "minimize")]
struct JobPage {
    shell: Shell,
    row: JobRow,
    is_system: bool,
    list: String,
    /// Why it does not run, or how it ended.
    sentence: String,
    remedy: Option<String>,
    arguments: Option<String>,
    /// None where nobody wrote it down.
    enqueued: Option<Moment>,
    started: Option<Moment>,
    finished: Option<Moment>,
    is_ended: bool,
    /// None where priorities do not count.
    priority: Option<i64>,
    interruptions: u32,
    user: Option<String>,
    origin: String,
    runner: Option<String>,
    progress: Option<Progress>,
    timeline: Option<Timeline>,
    n_attempts: usize,
    n_earlier: usize,
    attempts: Vec<Attempt>,
    /// None where the attempts tell it.
    last_error: Option<LastError>,
    /// Where the buttons lead, what they do.
    change: String,
    buttons: Vec<(&'static str, String)>,
    reschedule: Option<String>,
    delete: Option<String>,
    payload: Option<String>,
}

/// How far it says to be.
struct Progress {
    current: u64,
    total: Option<u64>,
}

/// `GET /.sys/job/jobs/{id}` and `GET /.u/job/jobs/{id}`.
pub(crate) async fn page(area: Area, visit: Visit) -> Answer {
    let job = area.find(&visit, &JobId::from(visit.parameter("id"))).await?;
    let executions = match visit.backend().capabilities().history {
        true => visit.backend().executions(&job.id).await?,
        false => Vec::new(),
    };
    let (sentence, remedy) = sentence(&visit, &job).await?;
    let is_system = area == Area::System;
    let may_change = is_system && visit.may_change();
    let shell = Shell::of(&visit).await?;
    let shell = if job.state.is_terminal() { shell } else { shell.live() };
    let suits = |action: &Action| action.suits(visit.app(), &[job.state]);
    let buttons =
        [Action::RunNow, Action::Retry, Action::Cancel].into_iter().filter(|action| may_change && suits(action));
    let delete = Fields::default().with("action", "delete").with("ids[]", job.id.as_str());
    let label = |action: Action| visit.t(action.message(Part::Do));
    visit.page(&JobPage {
        row: JobRow::new(&visit, area, &job),
        is_system,
        list: visit.link(&format!("{}/{}", area.prefix(), if is_system { "jobs" } else { "reservations" })),
        sentence,
        remedy: remedy.filter(|_| is_system),
        arguments: arguments(&visit, &job.payload).map(|text| beginning(&text, ARGUMENTS)),
        enqueued: job.known_enqueued_at().map(|at| visit.moment(at)),
        started: job.started_at.map(|moment| visit.moment(moment)),
        finished: job.finished_at.map(|moment| visit.moment(moment)),
        is_ended: job.state.is_terminal(),
        priority: visit.backend().capabilities().priorities.then_some(job.priority),
        interruptions: job.interruptions,
        user: job.user.as_deref().map(|user| one_line(user, NAME)),
        origin: visit.t(origin(&job)),
        runner: job.runner.as_ref().map(|runner| one_line(&format!("{} @ {}", runner.pid, runner.host), NAME)),
        progress: job.progress.map(|progress| Progress { current: progress.current, total: progress.total }),
        timeline: Timeline::new(&visit, &job, &executions),
        n_attempts: executions.len(),
        n_earlier: executions.len().saturating_sub(ATTEMPTS),
        attempts: attempts(&visit, area, &job, &executions).await?,
        last_error: LastError::of(&job, &executions),
        change: visit.link(&format!("{}/change", area.job(&job.id))),
        buttons: buttons.map(|action| (action.as_str(), label(action))).collect(),
        reschedule: (may_change && suits(&Action::Reschedule)).then(|| label(Action::Reschedule)),
        delete: (may_change && suits(&Action::Delete)).then(|| visit.link(&address(CONFIRM, &delete))),
        payload: is_system.then(|| payload(&visit, &job)).flatten(),
        shell,
    })
}

/// Why it does not run, with the command that mends it; or how it ended.
async fn sentence(visit: &Visit, job: &JobRecord) -> Result<(String, Option<String>), Fault> {
    if let Some(why) = Why::of(&Circumstances::of(visit.app(), job.clone()).await?, &visit.reader) {
        return Ok((why.sentence, Some(why.remedy)));
    }
    let message = match job.state {
        JobState::Completed => "job-ended-completed",
        JobState::Cancelled => "job-ended-cancelled",
        JobState::Discarded => "job-ended-discarded",
        _ => "job-running",
    };
    Ok((visit.t(message), None))
}

fn origin(job: &JobRecord) -> &'static str {
    match job.origin.as_str() {
        "application" => "job-origin-application",
        "command_line" => "job-origin-command-line",
        "console" => "job-origin-console",
        _ => "job-origin-unknown",
    }
}

/// The payload as it is stored; none when the class hides its arguments.
fn payload(visit: &Visit, job: &JobRecord) -> Option<String> {
    let known = visit.app().registry().get(&job.class);
    if known.is_some_and(|known| !known.definition().logs_arguments()) {
        return None;
    }
    let text = match &job.payload {
        Payload::Unreadable(unreadable) => String::from_utf8_lossy(&unreadable.bytes).into_owned(),
        Payload::Job(data) => {
            let mut data = data.clone();
            // Values of variables of programs are passwords, as often as not.
            let shown = shown_arguments(visit.app().registry(), &data).map(Cow::into_owned);
            data.arguments = match shown {
                Some(shown) => RawValue::from_string(shown).ok()?,
                None if data.arguments.get() == "[]" => data.arguments,
                None => return None,
            };
            serde_json::to_string_pretty(&data).ok()?
        }
    };
    Some(beginning(&text, PAYLOAD))
}
