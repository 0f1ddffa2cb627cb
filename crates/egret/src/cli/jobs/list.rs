//! `egret jobs list`.

use clap::Args;
use clap::builder::{PossibleValuesParser, TypedValueParser as _};
use egret_core::shell::quoted;
use egret_core::{Cursor, JobFilter, JobRecord, JobState, Page, Timestamp};

use super::super::arguments::Json;
use super::super::logs::earlier;
use super::super::output::{Column, Field, Paint, Table, cut};
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
    /// Only jobs of this user: the binding `user_id`
    #[arg(long, value_name = "ID")]
    user: Option<String>,
    /// Only jobs of this site: the binding `site_id`
    #[arg(long, value_name = "ID")]
    site: Option<String>,
    /// Only jobs since then: a time, a date, or how long ago, such as `1h`; by their end, or before it by when they are due
    #[arg(long, value_name = "TIME")]
    since: Option<String>,
    /// Only jobs before then
    #[arg(long, value_name = "TIME")]
    before: Option<String>,
    /// Only jobs with this text in class, arguments or last error, in any case; of the newest 10,000 that match the rest
    #[arg(long, value_name = "TEXT")]
    text: Option<String>,
}

/// Lists jobs, those that live before those that have ended
#[derive(Args, Debug)]
pub(super) struct List {
    #[command(flatten)]
    covering: Covering,
    /// Lists live jobs by when they are due, the latest first, instead of the earliest
    #[arg(long)]
    latest: bool,
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
        let filter = self.covering.filter(session).await?;
        let listing = match self.latest {
            true => app.backend().inspect_latest(&filter, &page).await?,
            false => app.backend().inspect(&filter, &page).await?,
        };
        let output = session.output();
        if output.is_json() {
            output.json(&listing)?;
            return Ok(Exit::Success);
        }
        if listing.items.is_empty() {
            output.note(session.language().text("jobs-none"));
        }
        if let Some(n_jobs) = listing.among_newest {
            output.note(session.language().text_with("bulk-among-newest", &[("count", n_jobs.into())]));
        }
        let now = session.now().await?;
        output.table(table(&listing.items, now))?;
        if let Some(Cursor(next)) = listing.next {
            output.note(format_args!("{} --after {}", session.language().text("listing-more"), quoted(next)));
        }
        Ok(Exit::Success)
    }
}

impl Covering {
    /// Whether words were asked for and none were given.
    pub(super) fn has_no_words(&self) -> bool {
        self.text.as_ref().is_some_and(|text| text.trim().is_empty())
    }

    /// # Errors
    /// A time is none, or the store cannot tell the present one.
    pub(super) async fn filter(self, session: &Session) -> Result<JobFilter, Failure> {
        let mut filter = JobFilter::all().text(self.text.unwrap_or_default());
        filter.states = self.state;
        filter.queue = self.queue;
        filter.class = self.class;
        filter.user = self.user;
        filter.site = self.site;
        if self.since.is_some() || self.before.is_some() {
            let (now, zone) = (session.now().await?, session.zone());
            filter.since = earlier(self.since.as_deref(), now, zone)?;
            filter.before = earlier(self.before.as_deref(), now, zone)?;
        }
        Ok(filter)
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
            Field::new(cut(&job.queue)),
            Field::new(job.priority),
            Field::new(cut(&job.class)),
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
