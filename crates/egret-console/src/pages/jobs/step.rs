//! Making a change of many jobs: a bounded portion a request, and a page that goes on until all is done.

use std::time::Instant;

use askama::Template;
use egret::bulk::{BulkChange, BulkReport, Found};
use egret_core::{Change, Timestamp};
use serde_json::Value;

use super::CHANGE;
use super::action::{Action, Part};
use super::confirm::ask_again;
use super::underway::{Pending, Work};
use super::when::later;
use crate::audit::Ledger;
use crate::fault::Fault;
use crate::shell::Shell;
use crate::visit::{Answer, Notice, Visit, local};

#[derive(Template)]
#[template(path = "jobs-change.html", whitespace = "minimize")]
struct ChangePage {
    shell: Shell,
    label: String,
    n_done: u64,
    n_jobs: u64,
    change: String,
    key: String,
    asks: String,
    back: String,
}

/// `POST /.sys/job/jobs/change`: makes the change that was confirmed, or goes on with it.
pub(crate) async fn step(visit: Visit) -> Answer {
    let key = visit.form.get("change").unwrap_or_default();
    let Some(pending) = visit.desk.underway.take(key, visit.name()) else { return Ok(too_late(&visit)) };
    let (change, ledger) = match pending.work {
        Work::Begun(change, ledger) => (change, ledger),
        Work::Found(found) => {
            let at = visit.form.get("at").unwrap_or_default().to_owned();
            match time(&visit, pending.action, &at) {
                Ok(time) => begin(&visit, pending.action, *found, time, &pending.question).await?,
                Err(problem) => {
                    let pending = Pending { work: Work::Found(found), ..pending };
                    return ask_again(&visit, pending, at, Some(problem)).await;
                }
            }
        }
    };
    let deadline = Instant::now() + visit.desk.options.change_time;
    match work_until(&visit, change, ledger, deadline).await? {
        Progress::Done(report) => Ok(visit.redirect_saying(&pending.back, &notice(pending.action, &report))),
        Progress::Left(change, ledger) => go_on(&visit, Pending { work: Work::Begun(change, ledger), ..pending }).await,
    }
}

/// How a request ended.
enum Progress {
    Done(BulkReport),
    Left(Box<BulkChange>, Box<Ledger>),
}

/// The time of the form, if the change needs one.
pub(super) fn time(visit: &Visit, action: Action, text: &str) -> Result<Option<Timestamp>, String> {
    if action != Action::Reschedule {
        return Ok(None);
    }
    let time = later(text, visit.now, &visit.reader.zone);
    time.map(Some).ok_or_else(|| visit.t("jobs-bad-time"))
}

async fn begin(
    visit: &Visit,
    action: Action,
    found: Found,
    at: Option<Timestamp>,
    question: &str,
) -> Result<(Box<BulkChange>, Box<Ledger>), Fault> {
    let change = action.change(at);
    let ledger = Ledger::open(visit, action.trace(), question, change, found.n_jobs()).await?;
    Ok((Box::new(BulkChange::new(visit.app(), found, change)), Box::new(ledger)))
}

async fn work_until(
    visit: &Visit,
    mut change: Box<BulkChange>,
    mut ledger: Box<Ledger>,
    deadline: Instant,
) -> Result<Progress, Fault> {
    let outcome = loop {
        match step_in(visit, &mut change, &mut ledger).await {
            Ok(false) => break Ok(false),
            Ok(true) if Instant::now() >= deadline => break Ok(true),
            Ok(true) => {}
            Err(error) => break Err(error),
        }
    };
    ledger.say(visit, told(&change)).await?;
    match outcome? {
        true => Ok(Progress::Left(change, ledger)),
        false => Ok(Progress::Done(change.end().await?)),
    }
}

/// Changes a portion, writes down which jobs it was, and answers whether more is left.
pub(crate) async fn step_in(visit: &Visit, change: &mut BulkChange, ledger: &mut Ledger) -> Result<bool, Fault> {
    let is_more_left = change.step().await?;
    ledger.add(visit, change.latest()).await?;
    Ok(is_more_left)
}

/// What the trail tells of a change of many jobs.
pub(crate) fn told(change: &BulkChange) -> Value {
    let mut told = serde_json::to_value(change.report()).unwrap_or(Value::Null);
    if let (Change::Reschedule(at), Some(told)) = (change.change(), told.as_object_mut()) {
        told.insert("due_at".to_owned(), at.to_string().into());
    }
    told
}

async fn go_on(visit: &Visit, pending: Pending) -> Answer {
    let Work::Begun(change, _) = &pending.work else { return Err(Fault::not_found()) };
    let page = ChangePage {
        label: visit.t(pending.action.message(Part::Do)),
        n_done: change.report().n_done(),
        n_jobs: pending.n_jobs,
        change: visit.link(CHANGE),
        asks: pending.question.clone(),
        back: visit.link(&pending.back),
        key: visit.desk.underway.keep(visit.name(), pending),
        shell: Shell::of(visit).await?,
    };
    visit.page(&page)
}

/// What was done, in numbers.
pub(super) fn notice(action: Action, report: &BulkReport) -> Notice {
    Notice::new(action.message(Part::Notice))
        .with("n", report.n_changed)
        .with("asked", report.n_asked)
        .with("rest", report.n_refused + report.n_moved_on)
}

/// Asks the question anew: the change was made already, or waited for too long.
fn too_late(visit: &Visit) -> axum::response::Response {
    let asks = visit.form.get("asks").and_then(local);
    let asks = asks.filter(|path| path.starts_with("/.sys/job/")).unwrap_or_else(|| super::LIST.to_owned());
    visit.redirect_saying(&asks, &Notice::new("notice-jobs-again"))
}
