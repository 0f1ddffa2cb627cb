//! Changing jobs that are named one by one.

use std::path::Path;

use egret_core::{Change, ChangeReport, JobId, Target};

use super::super::super::{Exit, Failure, Output, Session};
use super::Verb;
use crate::execution_log::LogFolder;

pub(super) async fn perform(session: &Session, verb: Verb, change: Change, ids: Vec<JobId>) -> Result<Exit, Failure> {
    let app = session.app_for_changing().await?;
    let report = app.backend().change(Target::Ids(ids), change).await?;
    if verb == Verb::Delete {
        forget_logs(&app.log_folder(), &report, session.output());
    }
    if matches!(verb, Verb::Retry | Verb::RunNow | Verb::Reschedule) && !report.changed.is_empty() {
        app.start_service_if_needed().await?;
    }
    say(session.output(), verb, &report)
}

/// Says what was done on standard output, and what was not on standard error.
fn say(output: &Output, verb: Verb, report: &ChangeReport) -> Result<Exit, Failure> {
    if output.is_json() {
        output.json(report)?;
    } else {
        for id in &report.changed {
            output.line(format_args!("{id} {}", done(verb)))?;
        }
        for id in &report.asked {
            output.line(format_args!("{id} runs and was asked to stop"))?;
        }
    }
    for (id, state) in &report.refused {
        output.note(format_args!("`{id}` cannot be {}: it is {state}", participle(verb)));
    }
    for id in &report.unknown {
        output.note(format_args!("there is no job `{id}`"));
    }
    let is_whole = report.refused.is_empty() && report.unknown.is_empty();
    Ok(if is_whole { Exit::Success } else { Exit::Failure })
}

fn done(verb: Verb) -> &'static str {
    match verb {
        Verb::Retry | Verb::RunNow => "runs",
        Verb::Reschedule => "rescheduled",
        Verb::Cancel => "cancelled",
        Verb::Delete => "deleted",
    }
}

fn participle(verb: Verb) -> &'static str {
    match verb {
        Verb::Retry => "retried",
        Verb::RunNow => "run now",
        Verb::Reschedule => "rescheduled",
        Verb::Cancel => "cancelled",
        Verb::Delete => "deleted",
    }
}

fn forget_logs(folder: &Path, report: &ChangeReport, output: &Output) {
    let folder = LogFolder::new(folder);
    for id in &report.changed {
        if let Err(error) = folder.remove(id) {
            output.note(format_args!("failed to remove the logs of `{id}`: {error}"));
        }
    }
}
