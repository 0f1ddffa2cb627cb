//! `egret jobs`: looking at jobs and moving them by hand.

mod change;
mod list;
mod show;
mod why;

use clap::{Args, Subcommand};
use egret_core::Change;

use self::change::{ChangeArguments, RescheduleArguments};
pub(super) use self::change::{Verb, change_all};
use self::list::List;
use self::show::Show;
use self::why::WhyNot;
use super::{Exit, Failure, Session};

/// Lists, shows and changes jobs
#[derive(Args, Debug)]
#[command(subcommand_required = true, arg_required_else_help = true)]
pub(super) struct Jobs {
    #[command(subcommand)]
    command: JobsCommand,
}

#[derive(Debug, Subcommand)]
enum JobsCommand {
    List(List),
    Show(Show),
    Why(WhyNot),
    /// Runs jobs again that have ended or wait for their next attempt
    Retry(ChangeArguments),
    /// Cancels jobs; one that runs is asked to stop
    Cancel(ChangeArguments),
    /// Removes jobs with their attempts and logs; not one that runs
    Delete(ChangeArguments),
    /// Runs jobs now whose time has not come
    RunNow(ChangeArguments),
    /// Gives waiting jobs another time
    Reschedule(RescheduleArguments),
}

impl Jobs {
    pub(super) async fn perform(self, session: &Session) -> Result<Exit, Failure> {
        match self.command {
            JobsCommand::List(list) => list.perform(session).await,
            JobsCommand::Show(show) => show.perform(session).await,
            JobsCommand::Why(why) => why.perform(session).await,
            JobsCommand::Retry(arguments) => arguments.perform(session, Verb::Retry, Change::Retry).await,
            JobsCommand::Cancel(arguments) => arguments.perform(session, Verb::Cancel, Change::Cancel).await,
            JobsCommand::Delete(arguments) => arguments.perform(session, Verb::Delete, Change::Delete).await,
            JobsCommand::RunNow(arguments) => arguments.perform(session, Verb::RunNow, Change::RunNow).await,
            JobsCommand::Reschedule(arguments) => arguments.perform(session).await,
        }
    }

    pub(super) fn wants_json(&self) -> bool {
        match &self.command {
            JobsCommand::List(list) => list.format.json,
            JobsCommand::Show(show) => show.format.json,
            JobsCommand::Why(why) => why.format.json,
            JobsCommand::Retry(arguments)
            | JobsCommand::Cancel(arguments)
            | JobsCommand::Delete(arguments)
            | JobsCommand::RunNow(arguments) => arguments.format.json,
            JobsCommand::Reschedule(arguments) => arguments.which.format.json,
        }
    }
}
