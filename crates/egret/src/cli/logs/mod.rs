//! `egret logs`: what jobs wrote.

mod export;
mod follow;
mod list;
mod prune;
mod show;
mod which;

use clap::{Args, Subcommand};
use egret_core::{Execution, LogLine, LogSource};

use self::export::Export;
use self::follow::Follow;
use self::list::List;
use self::prune::Prune;
use self::show::Show;
pub(super) use self::which::earlier;
use super::output::{Paint, one_line};
use super::{Exit, Failure, Session, moment};

/// Lists what has run, and shows what jobs wrote
///
/// Without a command it lists attempts: those that run, then the closed ones, latest first.
#[derive(Args, Debug)]
#[command(args_conflicts_with_subcommands = true)]
pub(super) struct Logs {
    #[command(subcommand)]
    command: Option<LogsCommand>,
    #[command(flatten)]
    list: List,
}

#[derive(Debug, Subcommand)]
enum LogsCommand {
    /// Lists attempts, as without a command
    List(List),
    Show(Show),
    Follow(Follow),
    Export(Export),
    Prune(Prune),
}

impl Logs {
    pub(super) async fn perform(self, session: &Session) -> Result<Exit, Failure> {
        match self.command {
            None => self.list.perform(session).await,
            Some(LogsCommand::List(list)) => list.perform(session).await,
            Some(LogsCommand::Show(show)) => show.perform(session).await,
            Some(LogsCommand::Follow(follow)) => follow.perform(session).await,
            Some(LogsCommand::Export(export)) => export.perform(session).await,
            Some(LogsCommand::Prune(prune)) => prune.perform(session).await,
        }
    }

    pub(super) fn wants_json(&self) -> bool {
        match &self.command {
            None => self.list.format.json,
            Some(LogsCommand::List(list)) => list.format.json,
            Some(LogsCommand::Show(show)) => show.format.json,
            Some(LogsCommand::Follow(follow)) => follow.format.json,
            Some(LogsCommand::Export(_)) => false,
            Some(LogsCommand::Prune(prune)) => prune.format.json,
        }
    }
}

/// An attempt on one line.
pub(super) fn heading(session: &Session, execution: &Execution) -> String {
    let mut text = format!("{} {}", execution.attempt, execution.state.as_str());
    if let Some(started_at) = execution.started_at {
        text += &format!(", {}", moment::show(started_at, session.zone()));
        if let Some(closed_at) = execution.closed_at {
            text += &format!(", {}", moment::length(moment::between(started_at, closed_at)));
        }
    }
    text += &format!(", {} pid {}", one_line(&execution.runner.host), execution.runner.pid);
    if let Some(error) = &execution.error {
        text += &format!(", {}", one_line(&format!("{}: {}", error.class, error.message)));
    }
    text
}

/// A line of a log for people.
fn line(session: &Session, line: &LogLine) -> String {
    let paint = match line.source {
        LogSource::Error | LogSource::Stderr => Paint::Bad,
        LogSource::Warn => Paint::Warning,
        _ => Paint::Faint,
    };
    let at = moment::show_exactly(line.at, session.zone());
    let source = session.output().paint(paint, format_args!("{:<6}", line.source.as_str()));
    format!("{at} {source} {}", one_line(&line.text))
}
