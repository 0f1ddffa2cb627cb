//! `GET /.sys/job/tasks/{id}/download?log_sequence=N`: what a run wrote, as a file.

use axum::body::Body;
use egret::tasks;
use egret_core::MAX_TASK_LINES;

use super::named::find;
use crate::fault::Fault;
use crate::pages::logs::TEXT;
use crate::visit::{Answer, Visit};

/// The lines of a run as they were written; of the last run when none is named. Not found when it wrote nothing.
pub(super) async fn download(visit: Visit) -> Answer {
    let report = find(&visit).await?;
    let name = report.entry.name();
    let sequence = match visit.query.get("log_sequence") {
        Some(text) => Some(text.parse::<u64>().map_err(|_| Fault::bad_value("log_sequence", text))?),
        None => report.runs.first().map(|run| run.sequence),
    };
    let known = sequence.filter(|sequence| report.runs.iter().any(|run| run.sequence == *sequence));
    let sequence = known.ok_or_else(Fault::not_found)?;
    let limit = usize::try_from(MAX_TASK_LINES).unwrap_or(usize::MAX);
    let lines = tasks::log(visit.app(), name, Some(sequence), limit).await?.lines;
    let text: String = lines.iter().flat_map(|line| [line.text.as_str(), "\n"]).collect();
    Ok(visit.attachment(&format!("{name}.log"), TEXT, Body::from(text)))
}
