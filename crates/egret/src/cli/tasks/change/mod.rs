//! `egret tasks interrupt`, `reset` and `delete`.

mod by_filter;
mod report;

use clap::{ArgGroup, Args};
use egret_core::{ErrorKind as StoreErrorKind, LiveOwner, TaskFilter, TaskState};

use self::report::Report;
use super::super::agreement::AgreementArguments;
use super::super::arguments::Json;
use super::super::{Exit, Failure, Session};
use super::list::state_parser;
use crate::language::Sentence;
use crate::{App, Error, ErrorKind, tasks};

/// Asks tasks to stop; their code ends at its next look, within about a second
#[derive(Args, Debug)]
pub(super) struct Interrupt {
    #[command(flatten)]
    which: Which,
    #[command(flatten)]
    pub(super) format: Json,
}

/// Puts tasks back to the state stop
#[derive(Args, Debug)]
pub(super) struct Reset {
    #[command(flatten)]
    which: Which,
    #[command(flatten)]
    owner: Owner,
    #[command(flatten)]
    pub(super) format: Json,
}

/// Deletes tasks with their log lines
#[derive(Args, Debug)]
pub(super) struct Delete {
    #[command(flatten)]
    which: Which,
    #[command(flatten)]
    owner: Owner,
    #[command(flatten)]
    pub(super) format: Json,
}

#[derive(Args, Clone, Copy, Debug)]
struct Owner {
    /// Also when its owner lives: he can write nothing more, and is told to stop
    #[arg(long)]
    force: bool,
}

/// Which tasks are to be changed.
#[derive(Args, Debug)]
#[command(group = ArgGroup::new("tasks").required(true).multiple(true).args(["names", "state", "matching", "all"]))]
struct Which {
    /// The tasks; or use the options to change all that match
    #[arg(value_name = "NAME", conflicts_with_all = ["state", "matching", "all", "dry_run"])]
    names: Vec<String>,
    /// All tasks in this state; can be given several times
    #[arg(long, value_name = "STATE", value_delimiter = ',', value_parser = state_parser())]
    state: Vec<TaskState>,
    /// All tasks whose names contain these words, in any case; five count
    #[arg(long, value_name = "WORDS")]
    matching: Option<String>,
    /// All tasks in a state that makes sense: for `interrupt` ready and running ones, for `reset` those that have ended, for
    /// `delete` also those that are stopped. Services are never meant
    #[arg(long)]
    all: bool,
    #[command(flatten)]
    agreement: AgreementArguments,
}

/// What is done to tasks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Verb {
    Interrupt,
    Reset(LiveOwner),
    Delete(LiveOwner),
}

impl Interrupt {
    pub(super) async fn perform(self, session: &Session) -> Result<Exit, Failure> {
        self.which.perform(session, Verb::Interrupt).await
    }
}

impl Reset {
    pub(super) async fn perform(self, session: &Session) -> Result<Exit, Failure> {
        self.which.perform(session, Verb::Reset(self.owner.value())).await
    }
}

impl Delete {
    pub(super) async fn perform(self, session: &Session) -> Result<Exit, Failure> {
        self.which.perform(session, Verb::Delete(self.owner.value())).await
    }
}

impl Owner {
    fn value(self) -> LiveOwner {
        if self.force { LiveOwner::Replace } else { LiveOwner::Respect }
    }
}

impl Which {
    async fn perform(self, session: &Session, verb: Verb) -> Result<Exit, Failure> {
        if self.names.is_empty() {
            if self.matching.as_ref().is_some_and(|words| words.trim().is_empty()) {
                // An empty variable of a script is not "all of them".
                return Err(Failure::usage(Sentence::new("cli-no-words")).with_hint(Sentence::new("cli-no-words-hint")));
            }
            let mut filter = TaskFilter::all().words(self.matching.as_deref().unwrap_or_default());
            filter.states = if self.state.is_empty() { verb.usual_states().to_vec() } else { self.state };
            return by_filter::perform(session, verb, &filter, self.agreement.agreement()).await;
        }
        let app = session.app_for_changing().await?;
        let mut report = Report::default();
        for name in self.names {
            verb.change(app, name, &mut report).await?;
        }
        report.tell(session, verb)
    }
}

impl Verb {
    /// The states that a person means who names none: those in which it makes sense and no living owner is in the way.
    fn usual_states(self) -> &'static [TaskState] {
        match self {
            Self::Interrupt => &[TaskState::Ready, TaskState::Running],
            Self::Reset(_) => &[TaskState::Completed, TaskState::Failed, TaskState::Interrupted],
            Self::Delete(_) => &[TaskState::Stop, TaskState::Completed, TaskState::Failed, TaskState::Interrupted],
        }
    }

    /// Changes one task, and notes what became of that. Fails when the store does.
    async fn change(self, app: &App, name: String, report: &mut Report) -> Result<(), Failure> {
        let done = match self {
            Self::Interrupt => tasks::interrupt(app, &name).await,
            Self::Reset(owner) => tasks::reset(app, &name, owner).await,
            Self::Delete(owner) => tasks::delete(app, &name, owner).await,
        };
        match done.map_err(|error: Error| (error.kind().clone(), error)) {
            Ok(()) => report.changed.push(name),
            Err((ErrorKind::Store(StoreErrorKind::NotFound), _)) => report.unknown.push(name),
            Err((ErrorKind::Store(StoreErrorKind::Conflict), error)) => report.refuse(name, &error),
            Err((_, error)) => return Err(error.into()),
        }
        Ok(())
    }

    /// The name of the command.
    fn as_str(self) -> &'static str {
        match self {
            Self::Interrupt => "interrupt",
            Self::Reset(_) => "reset",
            Self::Delete(_) => "delete",
        }
    }
}
