//! Stopping a task, and putting it back to the state stop.

use axum::http::StatusCode;
use egret::tasks;
use egret_core::LiveOwner;

use super::detail::body;
use super::named::{find, of_name, path};
use super::refusal::{Refusal, told};
use crate::visit::{Answer, Notice, Visit};

/// `POST /.sys/job/tasks/{id}/interrupt`: asks the owner to stop.
pub(super) async fn interrupt(visit: Visit) -> Answer {
    let report = find(&visit).await?;
    let name = report.entry.name();
    tasks::interrupt(visit.app(), name).await?;
    let mut after = told(&report.entry);
    after["interrupt"] = "stop".into();
    visit.trace("tasks.interrupt", name, told(&report.entry), after).await?;
    Ok(visit.redirect_saying(&path(name), &Notice::new("notice-task-interrupted")))
}

/// `POST /.sys/job/tasks/{id}/reset_state`: the state stop, unless somebody who lives has it. JSON is answered with 201 and
/// the task.
pub(super) async fn reset(visit: Visit) -> Answer {
    let report = find(&visit).await?;
    let name = report.entry.name();
    Refusal::check(&report.entry)?;
    tasks::reset(visit.app(), name, LiveOwner::Respect).await?;
    let after = told(&of_name(&visit, name).await?.entry);
    visit.trace("tasks.reset", name, told(&report.entry), after).await?;
    if visit.wants_json() {
        let report = of_name(&visit, name).await?;
        let mut response = visit.json(&body(&visit, &report).await?)?;
        *response.status_mut() = StatusCode::CREATED;
        return Ok(response);
    }
    Ok(visit.redirect_saying("/.sys/job/tasks", &Notice::new("notice-task-reset")))
}
