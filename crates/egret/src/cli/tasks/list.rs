//! `egret tasks list`.

use clap::Args;
use clap::builder::{PossibleValuesParser, TypedValueParser as _};
use egret_core::shell::quoted;
use egret_core::{Cursor, Page, TaskFilter, TaskState, Timestamp};

use super::super::arguments::Json;
use super::super::output::{Column, Field, Table, cut};
use super::super::{Exit, Failure, Session, moment};
use super::{paint, process, progress};
use crate::language::Language;
use crate::tasks::{self, TaskEntry};

/// Lists tasks, those that started last first, and services among them
#[derive(Args, Debug)]
pub(super) struct List {
    /// Only tasks whose names contain these words, in any case; five count
    #[arg(value_name = "WORD")]
    words: Vec<String>,
    /// Only tasks in this state; can be given several times
    #[arg(long, value_name = "STATE", value_delimiter = ',', value_parser = state_parser())]
    state: Vec<TaskState>,
    /// At most this many
    #[arg(long, value_name = "N", default_value_t = 50, value_parser = clap::value_parser!(u16).range(1..=1000))]
    limit: u16,
    /// Goes on where a page ended, by what that page said
    #[arg(long, value_name = "CURSOR")]
    after: Option<String>,
    #[command(flatten)]
    pub(super) format: Json,
}

impl List {
    pub(super) async fn perform(self, session: &Session) -> Result<Exit, Failure> {
        let page = Page { limit: usize::from(self.limit), after: self.after.map(Cursor) };
        let mut filter = TaskFilter::all().words(&self.words.join(" "));
        filter.states = self.state;
        let listing = tasks::list(session.app_for_looking().await?, &filter, &page).await?;
        let output = session.output();
        if output.is_json() {
            output.json(&listing)?;
            return Ok(Exit::Success);
        }
        if listing.items.is_empty() {
            output.note(session.language().text("tasks-none"));
        }
        let now = session.now().await?;
        output.table(table(session, &listing.items, now))?;
        if let Some(Cursor(next)) = listing.next {
            output.note(format_args!("{} --after {}", session.language().text("listing-more"), quoted(next)));
        }
        Ok(Exit::Success)
    }
}

/// The words of the states, so that a misspelt one is told from them.
pub(super) fn state_parser() -> impl clap::builder::TypedValueParser<Value = TaskState> {
    PossibleValuesParser::new(TaskState::ALL.map(TaskState::as_str))
        .map(|word| word.parse().expect("it is one of the words of the states"))
}

pub(super) fn table(session: &Session, entries: &[TaskEntry], now: Timestamp) -> Table {
    let mut table = Table::new([
        Column::Text("NAME"),
        Column::Text("STATE"),
        Column::Number("PROGRESS"),
        Column::Text("STARTED"),
        Column::Text("OWNER"),
    ]);
    for entry in entries {
        let started = entry.started_at().map(|started_at| moment::distance(started_at, now));
        table.row([
            Field::new(cut(entry.name())),
            Field::painted(entry.state(), paint(entry.state())),
            Field::new(match entry {
                TaskEntry::Task(task) => progress(task.current_count, task.total_count),
                TaskEntry::Service { current_count, .. } => current_count.to_string(),
            }),
            Field::new(started.as_deref().unwrap_or("-")),
            Field::new(owner(session.language(), entry)),
        ]);
    }
    table
}

/// Who has it, or what became of whoever had.
fn owner(language: Language, entry: &TaskEntry) -> String {
    let TaskEntry::Task(task) = entry else { return language.text("tasks-owner-service") };
    match &task.owner {
        Some(owner) => match &owner.job_id {
            Some(job) => language.text_with("tasks-owner-job", &[("job", job.to_string().into())]),
            None => process(language, "tasks-owner-process", owner, &[]),
        },
        None if task.has_lost_owner => language.text("tasks-owner-gone"),
        None => "-".to_owned(),
    }
}
