//! Changing the job of a page.

use egret::bulk::{BulkChange, Found};
use egret_core::{JobFilter, JobId, JobRecord};
use serde_json::{Value, json};

use super::action::Action;
use super::confirm::action;
use super::step::{notice, time};
use crate::fault::Fault;
use crate::pages::area::Area;
use crate::visit::{Answer, Visit};

/// `POST /.sys/job/jobs/{id}/change`.
pub(crate) async fn change(visit: Visit) -> Answer {
    let action = action(&visit)?;
    let id = JobId::from(visit.parameter("id"));
    let text = visit.form.get("at").unwrap_or_default();
    let at = time(&visit, action, text).map_err(|_| Fault::bad_value("at", text))?;
    let job = Area::System.find(&visit, &id).await?;
    let found = Found::by_ids(visit.app(), std::slice::from_ref(&id), JobFilter::all()).await?;
    let mut change = BulkChange::new(visit.app(), found, action.change(at));
    while change.step().await? {}
    let report = change.end().await?;
    if report.n_changed + report.n_asked > 0 {
        let now = visit.backend().find(&id).await?;
        let after = now.map_or(Value::Null, |job| told(&job, report.n_asked > 0));
        visit.trace(action.trace(), id.as_str(), told(&job, false), after).await?;
    }
    let is_gone = action == Action::Delete && report.n_changed > 0;
    let next = if is_gone { super::LIST.to_owned() } else { Area::System.job(&id) };
    Ok(visit.redirect_saying(&next, &notice(action, &report)))
}

/// What the trail tells of a job.
pub(crate) fn told(job: &JobRecord, is_asked_to_stop: bool) -> Value {
    let mut told = json!({ "class": job.class, "queue": job.queue, "state": job.state });
    if !job.state.is_terminal() {
        told["due_at"] = job.due_at.to_string().into();
    }
    if is_asked_to_stop {
        told["asked_to_stop"] = true.into();
    }
    told
}
