//! Deleting reservations, which cancels their jobs.
//!
//! SHIRASAGI takes any id that a form of the personal area names, also of jobs of others. Here the area is part of the
//! very step of the store that cancels: nothing is looked up before and believed afterwards.

use std::collections::BTreeSet;

use axum::http::StatusCode;
use egret_core::{Change, ChangeReport, JobId, JobState, Target};
use serde_json::json;

use super::reserved;
use crate::audit::Ledger;
use crate::fault::Fault;
use crate::pages::area::Area;
use crate::visit::{Answer, Notice, Visit};

/// So many reservations can be named in one form.
const MOST: usize = 1_000;
const ACTION: &str = "reservations.delete";
/// So many are named in the line of the trail.
const NAMED: usize = 3;

/// `DELETE …/reservations/{id}`.
pub(super) async fn one(area: Area, visit: Visit) -> Answer {
    let id = JobId::from(visit.parameter("id"));
    let report = cancel(area, &visit, vec![id]).await?;
    match is_nothing(&report) {
        true => Err(Fault::not_found()),
        false => back(area, &visit, &report),
    }
}

/// `DELETE …/reservations` with `ids[]`, each an id or several with commas between them (SHIRASAGI 1.21.0,
/// `app/controllers/concerns/ss/crud_filter.rb`).
pub(super) async fn many(area: Area, visit: Visit) -> Answer {
    let named = visit.form.all("ids[]").chain(visit.form.all("ids")).flat_map(|ids| ids.split(','));
    let ids: BTreeSet<JobId> = named.map(str::trim).filter(|id| !id.is_empty()).map(JobId::from).collect();
    if ids.is_empty() {
        return Err(Fault::new(StatusCode::BAD_REQUEST, "fault-nothing-selected"));
    }
    if ids.len() > MOST {
        return Err(Fault::new(StatusCode::BAD_REQUEST, "fault-too-large"));
    }
    let report = cancel(area, &visit, ids.into_iter().collect()).await?;
    match (is_nothing(&report), area) {
        (false, _) => back(area, &visit, &report),
        // Jobs of others, which are there, and jobs that are not look the same.
        (true, Area::Own) => Err(Fault::not_found()),
        (true, Area::System) => Err(Fault::new(StatusCode::BAD_REQUEST, "fault-nothing-found")),
    }
}

async fn cancel(area: Area, visit: &Visit, ids: Vec<JobId>) -> Result<ChangeReport, Fault> {
    if !visit.backend().capabilities().changes.cancel {
        return Err(Fault::unsupported());
    }
    let target = Target::Among { ids, filter: reserved(area, visit) };
    let report = visit.backend().change(target, Change::Cancel).await?;
    tell(visit, &report).await?;
    Ok(report)
}

/// Writes down what was done: of one reservation in the line itself, of many beside it.
async fn tell(visit: &Visit, report: &ChangeReport) -> Result<(), Fault> {
    match (report.changed.as_slice(), report.asked.as_slice()) {
        ([], []) => Ok(()),
        ([id], []) => {
            let former = report.former.first();
            let due_at = former.and_then(|former| former.due_at).map(|at| at.to_string());
            let before = json!({ "state": former.map(|former| former.state), "due_at": due_at });
            visit.trace(ACTION, id.as_str(), before, json!({ "state": JobState::Cancelled })).await
        }
        ([], [id]) => {
            let before = json!({ "state": JobState::Running });
            let after = json!({ "state": JobState::Running, "asked_to_stop": true });
            visit.trace(ACTION, id.as_str(), before, after).await
        }
        (changed, asked) => {
            let n_jobs = changed.len() + asked.len();
            let names: Vec<&str> = changed.iter().chain(asked).take(NAMED).map(JobId::as_str).collect();
            let target = names.join(", ") + if n_jobs > NAMED { ", …" } else { "" };
            let mut ledger = Ledger::open(visit, ACTION, target, Change::Cancel, n_jobs as u64).await?;
            ledger.add(visit, report).await?;
            ledger.say(visit, json!({ "n_changed": changed.len(), "n_asked": asked.len() })).await
        }
    }
}

fn is_nothing(report: &ChangeReport) -> bool {
    report.changed.is_empty() && report.asked.is_empty() && report.refused.is_empty()
}

fn back(area: Area, visit: &Visit, report: &ChangeReport) -> Answer {
    let (n_asked, n_refused) = (report.asked.len() as u64, report.refused.len() as u64);
    let notice = match (report.changed.is_empty(), n_asked) {
        (false, 0) => Notice::new("notice-reservations-deleted"),
        (_, 1..) => Notice::new("notice-reservations-asked").with("n", n_asked),
        (true, 0) => Notice::new("notice-reservations-kept").with("n", n_refused),
    };
    Ok(visit.redirect_saying(&format!("{}/reservations", area.prefix()), &notice))
}
