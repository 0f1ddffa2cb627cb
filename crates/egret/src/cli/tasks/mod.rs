//! `egret tasks`: named work, how far it is, and stopping it.

mod change;
mod list;
mod show;

use clap::{Args, Subcommand};
use egret_core::{TaskOwnerRecord, TaskState};

use self::change::{Delete, Interrupt, Reset};
use self::list::List;
use self::show::Show;
use super::{Exit, Failure, Paint, Session};
use crate::language::{Language, TextValue};

/// Lists tasks, shows how far they are, and stops them
#[derive(Args, Debug)]
#[command(subcommand_required = true, arg_required_else_help = true)]
pub(super) struct Tasks {
    #[command(subcommand)]
    command: TasksCommand,
}

#[derive(Debug, Subcommand)]
enum TasksCommand {
    List(List),
    Show(Show),
    Interrupt(Interrupt),
    Reset(Reset),
    Delete(Delete),
}

impl Tasks {
    pub(super) async fn perform(self, session: &Session) -> Result<Exit, Failure> {
        match self.command {
            TasksCommand::List(list) => list.perform(session).await,
            TasksCommand::Show(show) => show.perform(session).await,
            TasksCommand::Interrupt(interrupt) => interrupt.perform(session).await,
            TasksCommand::Reset(reset) => reset.perform(session).await,
            TasksCommand::Delete(delete) => delete.perform(session).await,
        }
    }

    pub(super) fn wants_json(&self) -> bool {
        match &self.command {
            TasksCommand::List(list) => list.format.json,
            TasksCommand::Show(show) => show.format.json,
            TasksCommand::Interrupt(interrupt) => interrupt.format.json,
            TasksCommand::Reset(reset) => reset.format.json,
            TasksCommand::Delete(delete) => delete.format.json,
        }
    }
}

fn paint(state: TaskState) -> Paint {
    match state {
        TaskState::Running => Paint::Busy,
        TaskState::Ready | TaskState::Interrupted => Paint::Warning,
        TaskState::Completed => Paint::Good,
        TaskState::Failed => Paint::Bad,
        TaskState::Stop => Paint::Faint,
    }
}

/// A sentence that names the process of an owner.
fn process(language: Language, message: &str, owner: &TaskOwnerRecord, further: &[(&str, TextValue)]) -> String {
    let mut arguments: Vec<(&str, TextValue)> = further.to_vec();
    arguments.extend([("pid", owner.pid.to_string().into()), ("host", owner.host.as_str().into())]);
    language.text_with(message, &arguments)
}

/// How far a task is, for people: `50/120 (41%)`.
fn progress(current_count: u64, total_count: u64) -> String {
    match total_count {
        0 => current_count.to_string(),
        _ => {
            let percent = u128::from(current_count) * 100 / u128::from(total_count);
            format!("{current_count}/{total_count} ({percent}%)")
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn progress_is_a_part_of_the_whole_when_that_is_known() {
        assert_eq!(progress(50, 0), "50");
        assert_eq!(progress(50, 120), "50/120 (41%)");
        assert_eq!(progress(u64::MAX, u64::MAX), format!("{}/{} (100%)", u64::MAX, u64::MAX));
    }
}
