//! Changing jobs that are named one by one.

use std::path::Path;

use egret_core::{Change, ChangeReport, JobId, Target};

use super::super::super::{Exit, Failure, Session};
use super::Verb;
use crate::execution_log::LogFolder;

pub(super) async fn perform(session: &Session, verb: Verb, change: Change, ids: Vec<JobId>) -> Result<Exit, Failure> {
    let app = session.app_for_changing().await?;
    let report = app.backend().change(Target::Ids(ids), change).await?;
    if verb == Verb::Delete {
        forget_logs(&app.log_folder(), &report, session);
    }
    if matches!(verb, Verb::Retry | Verb::RunNow | Verb::Reschedule) && !report.changed.is_empty() {
        app.start_service_if_needed().await?;
    }
    say(session, verb, &report)
}

/// Says what was done on standard output, and what was not on standard error.
fn say(session: &Session, verb: Verb, report: &ChangeReport) -> Result<Exit, Failure> {
    let (output, language) = (session.output(), session.language());
    let about = |message: &str, id: &JobId| language.text_with(message, &[("id", id.to_string().into())]);
    if output.is_json() {
        output.json(report)?;
    } else {
        report.changed.iter().try_for_each(|id| output.line(about(done(verb), id)))?;
        report.asked.iter().try_for_each(|id| output.line(about("bulk-one-asked", id)))?;
    }
    for (id, state) in &report.refused {
        let arguments = [("id", id.to_string().into()), ("state", state.as_str().into())];
        output.note(language.text_with(refused(verb), &arguments));
    }
    report.unknown.iter().for_each(|id| output.note(about("cli-no-job", id)));
    let is_whole = report.refused.is_empty() && report.unknown.is_empty();
    Ok(if is_whole { Exit::Success } else { Exit::Failure })
}

/// The message that says that it is done.
fn done(verb: Verb) -> &'static str {
    match verb {
        Verb::Retry | Verb::RunNow => "bulk-one-runs",
        Verb::Reschedule => "bulk-one-rescheduled",
        Verb::Cancel => "bulk-one-cancelled",
        Verb::Delete => "bulk-one-deleted",
    }
}

/// The message that says that the state does not allow it.
fn refused(verb: Verb) -> &'static str {
    match verb {
        Verb::Retry => "bulk-one-not-retried",
        Verb::RunNow => "bulk-one-not-run",
        Verb::Reschedule => "bulk-one-not-rescheduled",
        Verb::Cancel => "bulk-one-not-cancelled",
        Verb::Delete => "bulk-one-not-deleted",
    }
}

fn forget_logs(folder: &Path, report: &ChangeReport, session: &Session) {
    let folder = LogFolder::new(folder);
    for id in &report.changed {
        if let Err(error) = folder.remove(id) {
            let arguments = [("id", id.to_string().into()), ("error", error.to_string().into())];
            session.output().note(session.language().text_with("bulk-logs-kept", &arguments));
        }
    }
}
