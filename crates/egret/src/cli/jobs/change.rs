//! `egret jobs retry|cancel|delete|run-now`.

use clap::Args;
use egret_core::{Change, ChangeReport, JobId, Target};

use super::super::arguments::Json;
use super::super::{Exit, Failure, Output, Session};

/// Which jobs are to be changed.
#[derive(Args, Debug)]
pub(super) struct ChangeArguments {
    /// The jobs
    #[arg(required = true, value_name = "ID")]
    ids: Vec<String>,
    #[command(flatten)]
    pub(super) format: Json,
}

/// What is done to jobs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Verb {
    Retry,
    Cancel,
    Delete,
    RunNow,
}

impl Verb {
    fn change(self) -> Change {
        match self {
            Self::Retry => Change::Retry,
            Self::Cancel => Change::Cancel,
            Self::Delete => Change::Delete,
            Self::RunNow => Change::RunNow,
        }
    }

    fn done(self) -> &'static str {
        match self {
            Self::Retry | Self::RunNow => "runs",
            Self::Cancel => "cancelled",
            Self::Delete => "deleted",
        }
    }

    fn word(self) -> &'static str {
        match self {
            Self::Retry => "retried",
            Self::Cancel => "cancelled",
            Self::Delete => "deleted",
            Self::RunNow => "run now",
        }
    }
}

impl ChangeArguments {
    pub(super) async fn perform(self, session: &Session, verb: Verb) -> Result<Exit, Failure> {
        let app = session.app().await?;
        let target = Target::Ids(self.ids.into_iter().map(JobId::from).collect());
        let report = app.backend().change(target, verb.change()).await?;
        if verb == Verb::Delete {
            forget_logs(&app.log_folder(), &report, session.output());
        }
        if matches!(verb, Verb::Retry | Verb::RunNow) && !report.changed.is_empty() {
            app.start_service_if_needed().await?;
        }
        say(session.output(), verb, &report)
    }
}

/// Says what was done on standard output, and what was not on standard error.
fn say(output: &Output, verb: Verb, report: &ChangeReport) -> Result<Exit, Failure> {
    if output.is_json() {
        output.json(report)?;
    } else {
        for id in &report.changed {
            output.line(format_args!("{id} {}", verb.done()))?;
        }
        for id in &report.asked {
            output.line(format_args!("{id} runs and was asked to stop"))?;
        }
    }
    for (id, state) in &report.refused {
        output.note(format_args!("`{id}` cannot be {}: it is {state}", verb.word()));
    }
    for id in &report.unknown {
        output.note(format_args!("there is no job `{id}`"));
    }
    let is_whole = report.refused.is_empty() && report.unknown.is_empty();
    Ok(if is_whole { Exit::Success } else { Exit::Failure })
}

fn forget_logs(folder: &std::path::Path, report: &ChangeReport, output: &Output) {
    let folder = crate::execution_log::LogFolder::new(folder);
    for id in &report.changed {
        if let Err(error) = folder.remove(id) {
            output.note(format_args!("failed to remove the logs of `{id}`: {error}"));
        }
    }
}
