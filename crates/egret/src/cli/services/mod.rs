//! `egret services`: the processes that run jobs, on any host.

mod list;
mod order;
mod target;

use clap::{Args, Subcommand};
use egret_core::ServiceOrder;

use self::list::List;
use self::order::OrderArguments;
use super::{Exit, Failure, Session};

/// Lists services and gives them orders
#[derive(Args, Debug)]
#[command(subcommand_required = true, arg_required_else_help = true)]
pub(super) struct Services {
    #[command(subcommand)]
    command: ServicesCommand,
}

#[derive(Debug, Subcommand)]
enum ServicesCommand {
    /// Lists services, also those that died and whose jobs are not yet given back
    List(List),
    /// Has services claim nothing more; what runs goes on, and they stay
    Quiet(OrderArguments),
    /// Has quiet services claim again
    Resume(OrderArguments),
    /// Has services finish what runs, give the rest back at their deadline, and leave
    Stop(OrderArguments),
}

impl Services {
    pub(super) async fn perform(self, session: &Session) -> Result<Exit, Failure> {
        match self.command {
            ServicesCommand::List(list) => list.perform(session).await,
            ServicesCommand::Quiet(arguments) => arguments.perform(session, ServiceOrder::Quiet).await,
            ServicesCommand::Resume(arguments) => arguments.perform(session, ServiceOrder::Resume).await,
            ServicesCommand::Stop(arguments) => arguments.perform(session, ServiceOrder::Stop).await,
        }
    }

    pub(super) fn wants_json(&self) -> bool {
        match &self.command {
            ServicesCommand::List(list) => list.format.json,
            ServicesCommand::Quiet(arguments)
            | ServicesCommand::Resume(arguments)
            | ServicesCommand::Stop(arguments) => arguments.format.json,
        }
    }
}
