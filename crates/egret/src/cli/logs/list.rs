//! `egret logs`: the attempts of all jobs.

use clap::Args;
use egret_core::shell::quoted;
use egret_core::{Cursor, ExecutionOrder, ExecutionState, Page, Timestamp};
use jiff::tz::TimeZone;

use super::super::arguments::Json;
use super::super::output::{Column, Field, Paint, Table, cut};
use super::super::{Exit, Failure, Session, moment};
use super::export::{self, EncodingArgument};
use super::which::Which;
use crate::history::HistoryRow;

/// How attempts are listed.
#[derive(Args, Debug)]
pub(super) struct List {
    #[command(flatten)]
    which: Which,
    /// At most this many
    #[arg(long, value_name = "N", default_value_t = 50, value_parser = clap::value_parser!(u16).range(1..=1000))]
    limit: u16,
    /// Goes on where a page ended, by what that page said
    #[arg(long, value_name = "CURSOR")]
    after: Option<String>,
    /// Writes all of them as CSV, with what they wrote; the same as `egret logs export`
    #[arg(long, conflicts_with_all = ["json", "after"])]
    csv: bool,
    /// The letters of the CSV
    #[arg(long, value_name = "ENCODING", default_value = "utf-8", requires = "csv")]
    encoding: EncodingArgument,
    #[command(flatten)]
    pub(super) format: Json,
}

impl List {
    pub(super) async fn perform(self, session: &Session) -> Result<Exit, Failure> {
        let filter = self.which.filter(session).await?;
        if self.csv {
            return export::write(session, filter, self.encoding).await;
        }
        let page = Page { limit: usize::from(self.limit), after: self.after.map(Cursor) };
        let app = session.app_for_looking().await?;
        let listing = app.backend().inspect_executions(&filter, ExecutionOrder::LatestFirst, &page).await?;
        let listing = listing.map(|record| HistoryRow::new(app, record, session.language()));
        let output = session.output();
        if output.is_json() {
            output.json(&listing)?;
            return Ok(Exit::Success);
        }
        if listing.items.is_empty() {
            output.note(session.language().text("logs-none"));
        }
        output.table(table(&listing.items, session.zone()))?;
        if let Some(Cursor(next)) = listing.next {
            output.note(format_args!("{} --after {}", session.language().text("listing-more"), quoted(next)));
        }
        Ok(Exit::Success)
    }
}

fn table(rows: &[HistoryRow], zone: &TimeZone) -> Table {
    let mut table = Table::new([
        Column::Text("JOB"),
        Column::Text("ID"),
        Column::Number("ATTEMPT"),
        Column::Text("QUEUE"),
        Column::Text("STARTED"),
        Column::Text("CLOSED"),
        Column::Text("STATE"),
        Column::Text("RAN ON"),
    ]);
    for row in rows {
        table.row([
            Field::new(cut(&row.title())),
            Field::new(&row.job_id),
            Field::new(row.attempt),
            Field::new(&row.queue),
            Field::new(time(row.started_at, zone)),
            Field::new(time(row.closed_at, zone)),
            Field::painted(&row.label, paint(row.state)),
            Field::new(format_args!("{} @ {}", row.runner.pid, row.runner.host)),
        ]);
    }
    table
}

fn time(at: Option<Timestamp>, zone: &TimeZone) -> String {
    at.map_or_else(|| "-".to_owned(), |at| moment::show(at, zone))
}

fn paint(state: ExecutionState) -> Paint {
    match state {
        ExecutionState::Running => Paint::Busy,
        ExecutionState::Completed => Paint::Good,
        ExecutionState::Failed | ExecutionState::Interrupted => Paint::Bad,
        _ => Paint::Faint,
    }
}
