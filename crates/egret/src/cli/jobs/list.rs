//! `egret jobs list`.

use clap::Args;
use clap::builder::{PossibleValuesParser, TypedValueParser as _};
use egret_core::{Cursor, JobFilter, JobRecord, JobState, Page, Timestamp};

use super::super::arguments::Json;
use super::super::output::{Column, Field, Paint, Table};
use super::super::{Exit, Failure, Session, moment};

/// Which jobs are meant.
#[derive(Args, Debug)]
pub(super) struct Covering {
    /// Only jobs in this state; can be given several times
    #[arg(long, value_name = "STATE", value_delimiter = ',', value_parser = state_parser())]
    state: Vec<JobState>,
    /// Only jobs of this queue
    #[arg(long, short, value_name = "QUEUE")]
    queue: Option<String>,
    /// Only jobs of this class
    #[arg(long, value_name = "CLASS")]
    class: Option<String>,
}

/// Lists jobs, those that live before those that have ended
#[derive(Args, Debug)]
pub(super) struct List {
    #[command(flatten)]
    covering: Covering,
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
        let page = Page { limit: usize::from(self.limit), after: self.after.clone().map(Cursor) };
        let app = session.app_for_looking().await?;
        let listing = app.backend().inspect(&self.covering.filter(), &page).await?;
        let output = session.output();
        if output.is_json() {
            output.json(&listing)?;
            return Ok(Exit::Success);
        }
        if listing.items.is_empty() {
            output.note("no jobs");
        }
        let now = session.now().await?;
        output.table(table(&listing.items, now))?;
        if let Some(Cursor(next)) = listing.next {
            output.note(format_args!("there are more: --after '{next}'"));
        }
        Ok(Exit::Success)
    }
}

impl Covering {
    pub(super) fn filter(self) -> JobFilter {
        let mut filter = JobFilter::all();
        filter.states = self.state;
        filter.queue = self.queue;
        filter.class = self.class;
        filter
    }
}

/// The words of the states, so that a misspelt one is told from them.
fn state_parser() -> impl clap::builder::TypedValueParser<Value = JobState> {
    PossibleValuesParser::new(JobState::ALL.map(JobState::as_str))
        .map(|word| word.parse().expect("it is one of the words of the states"))
}

pub(super) fn table(jobs: &[JobRecord], now: Timestamp) -> Table {
    let mut table = Table::new([
        Column::Text("ID"),
        Column::Text("STATE"),
        Column::Text("QUEUE"),
        Column::Number("PRIORITY"),
        Column::Text("CLASS"),
        Column::Number("ATTEMPT"),
        Column::Text("SINCE"),
    ]);
    for job in jobs {
        table.row([
            Field::new(&job.id),
            Field::painted(job.state, paint(job.state)),
            Field::new(&job.queue),
            Field::new(job.priority),
            Field::new(&job.class),
            Field::new(job.attempt),
            Field::new(moment::distance(latest(job), now)),
        ]);
    }
    table
}

/// The moment that says most about a job in its state: its end, its begin, or when it is due.
fn latest(job: &JobRecord) -> Timestamp {
    match job.state {
        state if state.is_terminal() => job.finished_at.unwrap_or(job.enqueued_at),
        JobState::Running => job.started_at.unwrap_or(job.due_at),
        _ => job.due_at,
    }
}

/// The colour of a state.
pub(super) fn paint(state: JobState) -> Paint {
    match state {
        JobState::Running => Paint::Busy,
        JobState::Completed => Paint::Good,
        JobState::Retryable | JobState::Blocked => Paint::Warning,
        JobState::Discarded => Paint::Bad,
        _ => Paint::Faint,
    }
}
