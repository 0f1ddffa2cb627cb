//! `egret tasks show`.

use std::fmt::Display;

use clap::Args;
use egret_core::{LogLine, TaskRecord, TaskRun, Timestamp};
use serde::Serialize;

use super::super::arguments::Json;
use super::super::output::{one_line, padded};
use super::super::{Exit, Failure, Session, moment};
use super::{process, progress};
use crate::tasks::{self, TaskEntry, TaskReport};

/// Width of the names of facts, in columns of a terminal.
const NAME_COLUMNS: usize = 10;

/// Shows a task, how far it is, and what its last run wrote
#[derive(Args, Debug)]
pub(super) struct Show {
    /// The task
    #[arg(value_name = "NAME")]
    name: String,
    /// The lines of this run instead of the last one
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u64).range(1..))]
    run: Option<u64>,
    /// At most this many lines; without it as many as `head_logs` says
    #[arg(long, value_name = "N")]
    lines: Option<usize>,
    #[command(flatten)]
    pub(super) format: Json,
}

/// A task with lines of one run.
#[derive(Serialize)]
struct Shown<'a> {
    #[serde(flatten)]
    report: &'a TaskReport,
    lines: &'a [LogLine],
}

impl Show {
    pub(super) async fn perform(self, session: &Session) -> Result<Exit, Failure> {
        let app = session.app_for_looking().await?;
        let Some(report) = tasks::find(app, &self.name).await? else { return Err(no_task(session, &self.name)) };
        let limit = self.lines.unwrap_or(app.config().head_logs);
        let lines = match &report.entry {
            TaskEntry::Task(_) => tasks::log(app, &self.name, self.run, limit).await?.lines,
            TaskEntry::Service { .. } => Vec::new(),
        };
        if session.output().is_json() {
            session.output().json(&Shown { report: &report, lines: &lines })?;
            return Ok(Exit::Success);
        }
        Writer { session, now: session.now().await? }.report(&report)?;
        self.write_lines(session, &report.runs, &lines)
    }

    fn write_lines(&self, session: &Session, runs: &[TaskRun], lines: &[LogLine]) -> Result<Exit, Failure> {
        let (output, language) = (session.output(), session.language());
        let shown = match self.run {
            Some(sequence) => runs.iter().find(|run| run.sequence == sequence),
            None => runs.first(),
        };
        let Some(run) = shown else {
            if let Some(sequence) = self.run {
                output.note(language.text_with("tasks-run-empty", &[("sequence", sequence.into())]));
            }
            return Ok(Exit::Success);
        };
        let heading = process(language, "tasks-run", &run.owner, &[("sequence", run.sequence.into())]);
        output.line(format_args!("\n{}", one_line(&heading)))?;
        for line in lines {
            output.line(format_args!("{}  {}", moment::show_exactly(line.at, session.zone()), one_line(&line.text)))?;
        }
        let n_shown = lines.len() as u64;
        if n_shown < run.n_lines {
            let arguments = [("shown", n_shown.into()), ("count", run.n_lines.into())];
            output.note(language.text_with("tasks-lines-part", &arguments));
        }
        Ok(Exit::Success)
    }
}

/// Writes facts about a task.
struct Writer<'a> {
    session: &'a Session,
    now: Timestamp,
}

impl Writer<'_> {
    fn report(&self, report: &TaskReport) -> Result<(), Failure> {
        self.fact("tasks-field-name", report.entry.name())?;
        self.fact("tasks-field-state", report.entry.state())?;
        match &report.entry {
            TaskEntry::Task(task) => self.task(task),
            TaskEntry::Service { current_count, started_at, .. } => {
                self.fact("tasks-field-services", current_count)?;
                self.moment("tasks-field-started", *started_at)
            }
        }
    }

    fn task(&self, task: &TaskRecord) -> Result<(), Failure> {
        let language = self.session.language();
        if task.is_interrupt_asked {
            self.fact("tasks-field-order", language.text("tasks-order-stop"))?;
        }
        self.fact("tasks-field-progress", progress(task.current_count, task.total_count))?;
        self.moment("tasks-field-started", task.started_at)?;
        self.moment("tasks-field-closed", task.closed_at)?;
        self.moment("tasks-field-updated", Some(task.updated_at))?;
        match &task.owner {
            Some(owner) => {
                self.fact("tasks-field-owner", process(language, "tasks-owner-process", owner, &[]))?;
                owner.job_id.as_ref().map_or(Ok(()), |job| self.fact("tasks-field-job", job))
            }
            None if task.has_lost_owner => self.fact("tasks-field-owner", language.text("tasks-owner-gone-unclosed")),
            None => Ok(()),
        }
    }

    fn moment(&self, name: &str, moment: Option<Timestamp>) -> Result<(), Failure> {
        let Some(moment) = moment else { return Ok(()) };
        let at = moment::show(moment, self.session.zone());
        self.fact(name, format_args!("{at} ({})", moment::distance(moment, self.now)))
    }

    /// Names and what programs wrote drive no terminal.
    fn fact(&self, name: &str, value: impl Display) -> Result<(), Failure> {
        let name = padded(&self.session.language().text(name), NAME_COLUMNS);
        self.session.output().line(format_args!("{name}{}", one_line(&value.to_string())))
    }
}

pub(super) fn no_task(session: &Session, name: &str) -> Failure {
    let language = session.language();
    Failure::new(language.text_with("tasks-none-named", &[("name", name.into())]))
        .with_hint(language.text("tasks-none-named-hint"))
}
