//! Deleting tasks.

use askama::Template;
use axum::http::StatusCode;
use axum::response::IntoResponse as _;
use egret::tasks::{self, TaskReport};
use egret_core::LiveOwner;
use serde_json::Value;

use super::named::{find, of_name, path};
use super::refusal::{Refusal, told};
use crate::fault::Fault;
use crate::shell::Shell;
use crate::visit::{Answer, Notice, Visit};

/// Tasks named before they are deleted.
const SAMPLES: usize = 5;
/// So many tasks can be named in one form.
const MOST: usize = 1_000;

#[derive(Template)]
#[template(path = "tasks/removal.html", whitespace = "minimize")]
struct RemovalPage {
    shell: Shell,
    /// Where the form goes, and where keeping them leads.
    action: String,
    back: String,
    /// Those that go, all of them; empty for the task of the path.
    ids: Vec<String>,
    names: Vec<String>,
    n_tasks: u64,
    /// Why each of the others does not.
    refusals: Vec<(String, String)>,
}

/// `GET /.sys/job/tasks/{id}/delete`.
pub(super) async fn confirm(visit: Visit) -> Answer {
    let report = find(&visit).await?;
    let name = report.entry.name().to_owned();
    let refusal = Refusal::of(&report.entry).map(|refusal| (name.clone(), refusal.sentence(&visit)));
    visit.page(&RemovalPage {
        action: visit.link(&path(&name)),
        back: visit.link(&path(&name)),
        ids: Vec::new(),
        n_tasks: refusal.is_none().into(),
        names: vec![name],
        refusals: refusal.into_iter().collect(),
        shell: Shell::of(&visit).await?,
    })
}

/// `GET /.sys/job/tasks?confirm=delete&ids[]=…`.
pub(super) async fn confirm_many(visit: &Visit) -> Answer {
    if !visit.may_change() {
        return Err(Fault::forbidden());
    }
    let (mut ids, mut refusals) = (Vec::new(), Vec::new());
    for name in visit.query.all("ids[]") {
        match Refusal::of(&of_name(visit, name).await?.entry) {
            Some(refusal) => refusals.push((name.to_owned(), refusal.sentence(visit))),
            None => ids.push(name.to_owned()),
        }
    }
    if ids.is_empty() && refusals.is_empty() {
        return Err(nothing_ticked());
    }
    visit.page(&RemovalPage {
        action: visit.link("/.sys/job/tasks"),
        back: visit.link("/.sys/job/tasks"),
        names: ids.iter().take(SAMPLES).cloned().collect(),
        n_tasks: ids.len() as u64,
        ids,
        refusals,
        shell: Shell::of(visit).await?,
    })
}

/// `DELETE /.sys/job/tasks/{id}`: refused while a service of the name lives, or a living process has the task.
pub(super) async fn remove(visit: Visit) -> Answer {
    remove_one(&visit, &find(&visit).await?).await?;
    if visit.wants_json() {
        return Ok(StatusCode::NO_CONTENT.into_response());
    }
    Ok(visit.redirect_saying("/.sys/job/tasks", &Notice::new("notice-task-deleted")))
}

/// `DELETE /.sys/job/tasks` with `ids[]`, or with ids that are separated by commas: those in whose way nothing is.
pub(super) async fn remove_many(visit: Visit) -> Answer {
    let listed: Vec<&str> =
        visit.form.all("ids[]").chain(visit.form.all("ids").flat_map(|ids| ids.split(','))).collect();
    if listed.iter().all(|name| name.is_empty()) {
        return Err(nothing_ticked());
    }
    if listed.len() > MOST {
        return Err(Fault::new(StatusCode::BAD_REQUEST, "fault-too-large"));
    }
    let (mut n_deleted, mut n_refused) = (0, 0);
    for name in listed {
        match remove_named(&visit, name).await {
            Ok(()) => n_deleted += 1,
            Err(fault) if fault == Fault::not_found() => {}
            Err(fault) if fault.status == StatusCode::CONFLICT => n_refused += 1,
            Err(fault) => return Err(fault),
        }
    }
    if n_deleted + n_refused == 0 {
        return Err(nothing_ticked());
    }
    if visit.wants_json() {
        return Ok(StatusCode::NO_CONTENT.into_response());
    }
    let notice = match (n_deleted, n_refused) {
        (_, 0) => Notice::new("notice-task-deleted"),
        (0, _) => Notice::new("notice-tasks-not-deleted").with("n", n_refused),
        _ => Notice::new("notice-tasks-partly-deleted").with("n", n_deleted).with("refused", n_refused),
    };
    Ok(visit.redirect_saying("/.sys/job/tasks", &notice))
}

async fn remove_named(visit: &Visit, name: &str) -> Result<(), Fault> {
    remove_one(visit, &of_name(visit, name).await?).await
}

async fn remove_one(visit: &Visit, report: &TaskReport) -> Result<(), Fault> {
    Refusal::check(&report.entry)?;
    let name = report.entry.name();
    tasks::delete(visit.app(), name, LiveOwner::Respect).await?;
    visit.trace("tasks.delete", name, told(&report.entry), Value::Null).await
}

fn nothing_ticked() -> Fault {
    Fault::bad_value("ids[]", "")
}
