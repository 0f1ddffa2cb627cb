//! `egret jobs retry|run-now|reschedule|cancel|delete`.

mod by_filter;
mod by_id;

use clap::{ArgGroup, Args};
use egret_core::{Change, JobId};

pub(in crate::cli) use self::by_filter::change_all;
use super::super::agreement::AgreementArguments;
use super::super::arguments::Json;
use super::super::placement::When;
use super::super::{Exit, Failure, Session};
use super::list::Covering;
use crate::bulk::usual_states;
use crate::language::Sentence;

/// Ways to say which jobs are meant: their ids, or one or more of the others.
const WAYS: [&str; 10] = ["ids", "state", "queue", "class", "user", "site", "since", "before", "text", "all"];

/// Which jobs are to be changed.
#[derive(Args, Debug)]
#[command(group = ArgGroup::new("which").required(true).multiple(true).args(WAYS))]
pub(super) struct ChangeArguments {
    /// The jobs; or use the options to change all that match
    #[arg(value_name = "ID", conflicts_with_all = &WAYS[1..], conflicts_with = "dry_run")]
    ids: Vec<String>,
    #[command(flatten)]
    covering: Covering,
    /// All jobs in a state that makes sense: for `retry` retryable and discarded ones, for `run-now` scheduled and
    /// retryable ones, for `cancel` all that have not ended, for `delete` all that do not run
    #[arg(long)]
    all: bool,
    #[command(flatten)]
    agreement: AgreementArguments,
    #[command(flatten)]
    pub(super) format: Json,
}

/// Which jobs are to wait for which time.
#[derive(Args, Debug)]
#[command(group = ArgGroup::new("when").required(true).args(["delay", "at"]))]
pub(super) struct RescheduleArguments {
    #[command(flatten)]
    when: When,
    #[command(flatten)]
    pub(super) which: ChangeArguments,
}

/// What is done to jobs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::cli) enum Verb {
    Retry,
    RunNow,
    Reschedule,
    Cancel,
    Delete,
}

impl RescheduleArguments {
    pub(super) async fn perform(self, session: &Session) -> Result<Exit, Failure> {
        let at = self.when.time(session.now().await?)?;
        let at = at.ok_or_else(|| Failure::usage(Sentence::new("cli-no-time")))?;
        self.which.perform(session, Verb::Reschedule, Change::Reschedule(at)).await
    }
}

impl ChangeArguments {
    pub(super) async fn perform(self, session: &Session, verb: Verb, change: Change) -> Result<Exit, Failure> {
        if !self.ids.is_empty() {
            let ids = self.ids.into_iter().map(JobId::from).collect();
            return by_id::perform(session, verb, change, ids).await;
        }
        // Such as a variable of a script that is not set: no words would mean all jobs.
        if self.covering.has_no_words() {
            return Err(Failure::usage(Sentence::new("cli-no-text")).with_hint(Sentence::new("cli-no-words-hint")));
        }
        let mut filter = self.covering.filter(session).await?;
        if filter.states.is_empty() {
            filter.states = usual_states(change).to_vec();
        }
        change_all(session, verb, change, filter, self.agreement.agreement()).await
    }
}

impl Verb {
    /// The name of the command.
    fn as_str(self) -> &'static str {
        match self {
            Self::Retry => "retry",
            Self::RunNow => "run-now",
            Self::Reschedule => "reschedule",
            Self::Cancel => "cancel",
            Self::Delete => "delete",
        }
    }

    /// The message that asks whether many jobs are to be changed.
    fn question(self) -> &'static str {
        match self {
            Self::Retry => "bulk-ask-retry",
            Self::RunNow => "bulk-ask-run-now",
            Self::Reschedule => "bulk-ask-reschedule",
            Self::Cancel => "bulk-ask-cancel",
            Self::Delete => "bulk-ask-delete",
        }
    }
}
