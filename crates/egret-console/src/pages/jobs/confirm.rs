//! The page between the wish and the change: how many jobs exactly, and five of them.

use askama::Template;
use axum::http::StatusCode;
use egret::bulk::Found;
use egret_core::JobId;

use super::action::{Action, Part};
use super::asked::Asked;
use super::underway::{Pending, Work};
use super::{CHANGE, CONFIRM, JobRow, LIST, address};
use crate::fault::Fault;
use crate::pages::area::Area;
use crate::shell::Shell;
use crate::visit::{Answer, Visit};

/// So many jobs can be named one by one; more are said by a filter.
const MOST_NAMED: usize = 100;

#[derive(Template)]
#[template(path = "jobs-confirm.html", whitespace = "minimize")]
struct ConfirmPage {
    shell: Shell,
    name: &'static str,
    /// The question, with the exact number.
    question: String,
    label: String,
    is_final: bool,
    wants_time: bool,
    time: String,
    problem: Option<String>,
    n_jobs: u64,
    n_more: u64,
    samples: Vec<JobRow>,
    among_newest: Option<u64>,
    change: String,
    key: String,
    asks: String,
    back: String,
}

/// `GET /.sys/job/jobs/confirm?action=retry&state=discarded`, or `&ids[]=…` for those alone.
pub(crate) async fn page(visit: Visit) -> Answer {
    let action = action(&visit)?;
    let mut asked = Asked::of(&visit, &visit.query)?;
    let back = address(LIST, asked.query());
    let ids: Vec<JobId> = visit.query.all("ids[]").filter(|id| !id.is_empty()).map(JobId::from).collect();
    let found = match ids.as_slice() {
        // A button for a selection without a selection means nothing: it must not mean everything.
        [] if visit.query.get("selection").is_some() => return Err(nothing_selected()),
        [] => {
            if asked.filter.states.is_empty() {
                asked.filter.states = action.states().to_vec();
            }
            Found::by_filter(visit.app(), asked.filter).await?
        }
        ids if ids.len() > MOST_NAMED => return Err(Fault::new(StatusCode::BAD_REQUEST, "fault-too-large")),
        ids => Found::by_ids(visit.app(), ids, asked.filter).await?,
    };
    ask(&visit, action, found, &back, &address(CONFIRM, &visit.query)).await
}

fn nothing_selected() -> Fault {
    Fault::new(StatusCode::BAD_REQUEST, "fault-nothing-selected")
}

/// The action that the query or the form names.
pub(crate) fn action(visit: &Visit) -> Result<Action, Fault> {
    let name = visit.form.get("action").or_else(|| visit.query.get("action")).unwrap_or_default();
    let action = Action::of_name(name).ok_or_else(|| Fault::bad_value("action", name))?;
    if action.suits(visit.app(), &[]) { Ok(action) } else { Err(Fault::unsupported()) }
}

/// Asks whether the jobs that were found are to be changed. `question` is the address that asks the same again.
pub(crate) async fn ask(visit: &Visit, action: Action, found: Found, back: &str, question: &str) -> Answer {
    let pending = Pending {
        action,
        n_jobs: found.n_jobs(),
        work: Work::Found(Box::new(found)),
        question: question.to_owned(),
        back: back.to_owned(),
    };
    ask_again(visit, pending, String::new(), None).await
}

/// The same after something in the form would not do.
pub(super) async fn ask_again(visit: &Visit, pending: Pending, time: String, problem: Option<String>) -> Answer {
    let Pending { action, n_jobs, .. } = pending;
    let Work::Found(found) = &pending.work else { return Err(Fault::not_found()) };
    let samples = JobRow::all(visit, Area::System, found.samples());
    let among_newest = found.among_newest();
    let status = if problem.is_some() { StatusCode::UNPROCESSABLE_ENTITY } else { StatusCode::OK };
    let (asks, back) = (pending.question.clone(), visit.link(&pending.back));
    let key = visit.desk.underway.keep(visit.name(), pending);
    let label = visit.t(action.message(Part::Do));
    let page = ConfirmPage {
        name: action.as_str(),
        question: visit.tw(action.message(Part::Ask), &[("n", n_jobs.into())]),
        // Alone on a button beside “Back”, “Cancel” would say nothing.
        label: visit.tw("jobs-confirm-do", &[("label", label.into()), ("n", n_jobs.into())]),
        is_final: action.is_final(),
        wants_time: action == Action::Reschedule,
        time,
        problem,
        n_jobs,
        n_more: n_jobs - samples.len() as u64,
        samples,
        among_newest,
        change: visit.link(CHANGE),
        key,
        asks,
        back,
        shell: Shell::of(visit).await?,
    };
    visit.page_with(status, &page)
}
