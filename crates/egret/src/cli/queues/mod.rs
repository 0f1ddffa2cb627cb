//! `egret queues`: what waits where, and pauses.

mod list;
mod pause;

use clap::{Args, Subcommand};

use self::list::List;
use self::pause::{PauseArguments, Verb};
use super::{Exit, Failure, Session};

/// Lists, pauses and resumes queues
#[derive(Args, Debug)]
#[command(subcommand_required = true, arg_required_else_help = true)]
pub(super) struct Queues {
    #[command(subcommand)]
    command: QueuesCommand,
}

#[derive(Debug, Subcommand)]
enum QueuesCommand {
    /// Lists every queue that holds or has held a job, is paused, or stands in config/job.yml
    List(List),
    /// Pauses queues: services take no more jobs from them; what runs goes on
    Pause(PauseArguments),
    /// Ends pauses: services take jobs from the queues again
    Resume(PauseArguments),
}

impl Queues {
    pub(super) async fn perform(self, session: &Session) -> Result<Exit, Failure> {
        match self.command {
            QueuesCommand::List(list) => list.perform(session).await,
            QueuesCommand::Pause(arguments) => arguments.perform(session, Verb::Pause).await,
            QueuesCommand::Resume(arguments) => arguments.perform(session, Verb::Resume).await,
        }
    }

    pub(super) fn wants_json(&self) -> bool {
        match &self.command {
            QueuesCommand::List(list) => list.format.json,
            QueuesCommand::Pause(arguments) | QueuesCommand::Resume(arguments) => arguments.format.json,
        }
    }
}
