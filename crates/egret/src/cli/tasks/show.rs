//! `egret tasks show`.

use std::fmt::Display;

use clap::Args;
use egret_core::{LogLine, TaskRecord, TaskRun, Timestamp};
use serde::Serialize;

use super::super::arguments::Json;
use super::super::{Exit, Failure, Session, moment};
use super::progress;
use crate::tasks::{self, TaskEntry, TaskReport};

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
        let app = session.app().await?;
        let Some(report) = tasks::find(app, &self.name).await? else { return Err(no_task(&self.name)) };
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
        let output = session.output();
        let shown = match self.run {
            Some(sequence) => runs.iter().find(|run| run.sequence == sequence),
            None => runs.first(),
        };
        let Some(run) = shown else {
            if let Some(sequence) = self.run {
                output.note(format_args!("the run {sequence} has written nothing, or its log was forgotten"));
            }
            return Ok(Exit::Success);
        };
        let (n_shown, n_lines) = (lines.len(), run.n_lines);
        output.line(format_args!("\nrun {} (process {} on {})", run.sequence, run.owner.pid, run.owner.host))?;
        for line in lines {
            output.line(format_args!("{}  {}", moment::show_exactly(line.at, session.zone()), line.text))?;
        }
        if (n_shown as u64) < n_lines {
            output.note(format_args!("{n_shown} of {n_lines} lines"));
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
        self.fact("name", report.entry.name())?;
        self.fact("state", report.entry.state())?;
        match &report.entry {
            TaskEntry::Task(task) => self.task(task),
            TaskEntry::Service { current_count, started_at, .. } => {
                self.fact("services", current_count)?;
                self.moment("started", *started_at)
            }
        }
    }

    fn task(&self, task: &TaskRecord) -> Result<(), Failure> {
        if task.is_interrupt_asked {
            self.fact("order", "stop, at the next look of its code")?;
        }
        self.fact("progress", progress(task.current_count, task.total_count))?;
        self.moment("started", task.started_at)?;
        self.moment("closed", task.closed_at)?;
        self.moment("updated", Some(task.updated_at))?;
        match &task.owner {
            Some(owner) => {
                self.fact("owner", format_args!("process {} on {}", owner.pid, owner.host))?;
                owner.job_id.as_ref().map_or(Ok(()), |job| self.fact("job", job))
            }
            None if task.has_lost_owner => self.fact("owner", "gone, without closing the task"),
            None => Ok(()),
        }
    }

    fn moment(&self, name: &str, moment: Option<Timestamp>) -> Result<(), Failure> {
        let Some(moment) = moment else { return Ok(()) };
        let at = moment::show(moment, self.session.zone());
        self.fact(name, format_args!("{at} ({})", moment::distance(moment, self.now)))
    }

    fn fact(&self, name: &str, value: impl Display) -> Result<(), Failure> {
        self.session.output().line(format_args!("{name:<10}{value}"))
    }
}

pub(super) fn no_task(name: &str) -> Failure {
    Failure::new(format!("there is no task `{name}`")).with_hint("`egret tasks list` shows all of them".to_owned())
}
