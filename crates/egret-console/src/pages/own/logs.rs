//! What has run for the viewer.

use askama::Template;
use egret::history::HistoryRow;
use egret_core::{Cursor, ExecutionFilter, ExecutionOrder, Page};

use super::Tabs;
use crate::fault::Fault;
use crate::pages::area::Area;
use crate::pages::excerpt::one_line;
use crate::pages::jobs::list::PAGE;
use crate::pages::mark::Mark;
use crate::shell::Shell;
use crate::visit::{Answer, Fields, Moment, Visit};

/// Letters of class and arguments that a row has room for.
const TITLE: usize = 200;

#[derive(Template)]
#[template(path = "own-logs.html", whitespace = "minimize")]
struct OwnLogsPage {
    shell: Shell,
    own: Option<Tabs>,
    rows: Vec<Row>,
    first: Option<String>,
    next: Option<String>,
}

/// One attempt.
struct Row {
    address: String,
    title: String,
    mark: Mark,
    started: Option<Moment>,
    closed: Option<Moment>,
}

/// `GET /.u/job/logs`.
pub(super) async fn page(visit: Visit) -> Answer {
    let backend = visit.backend();
    if !backend.capabilities().history {
        return Err(Fault::unsupported());
    }
    let after = visit.query.get("after").map(|cursor| Cursor(cursor.to_owned()));
    let is_first = after.is_none();
    let filter = ExecutionFilter::all().user(visit.name());
    let page = Page { limit: PAGE, after };
    let listing = backend.inspect_executions(&filter, ExecutionOrder::LatestFirst, &page).await?;
    let here = visit.link("/.u/job/logs");
    let next = listing.next.map(|Cursor(next)| format!("{here}?{}", Fields::default().with("after", &next).to_query()));
    let rows = listing.items.into_iter().map(|record| {
        let row = HistoryRow::new(visit.app(), record, visit.reader.language);
        Row {
            address: visit.link(&format!("{}?attempt={}", Area::Own.job(&row.job_id), row.attempt)),
            title: one_line(&row.title(), TITLE),
            mark: Mark::of_attempt(row.state, visit.reader.language),
            started: row.started_at.map(|moment| visit.moment(moment)),
            closed: row.closed_at.map(|moment| visit.moment(moment)),
        }
    });
    visit.page(&OwnLogsPage {
        own: Tabs::of(Area::Own, &visit, "logs"),
        rows: rows.collect(),
        first: (!is_first).then_some(here),
        next,
        shell: Shell::of(&visit).await?,
    })
}
