//! `GET …/logs/{id}`: one attempt and the first lines that it wrote.

use askama::Template;
use egret::history::{HistoryRow, Lines};
use egret_core::{ErrorReport, ExecutionState, LogLine};
use serde::Serialize;

use super::attempt::AttemptId;
use super::row::ShownAttempt;
use crate::fault::Fault;
use crate::pages::area::Area;
use crate::pages::excerpt::{beginning, one_line, weight};
use crate::pages::jobs::attempts::backtrace;
use crate::pages::own::Tabs;
use crate::shell::Shell;
use crate::visit::{Answer, Visit, segment};

#[derive(Template)]
#[template(path = "logs/detail.html", whitespace = "minimize")]
struct DetailPage {
    shell: Shell,
    own: Option<Tabs>,
    list: String,
    shown: ShownAttempt,
    row: HistoryRow,
    class: String,
    queue: String,
    runner: String,
    site: Option<String>,
    arguments: Option<String>,
    error: Option<ErrorReport>,
    job: String,
    lines: Vec<ShownLine>,
    limit: usize,
    has_more: bool,
    download: String,
}

/// A line as pages show it.
#[derive(Clone, Debug)]
pub(crate) struct ShownLine {
    pub(crate) at: String,
    pub(crate) source: &'static str,
    pub(crate) text: String,
}

/// Bytes of each part that the page has room for.
const NAME: usize = 200;
const ARGUMENTS: usize = 4_000;
const MESSAGE: usize = 2_000;
const BACKTRACE: usize = 5_000;
const LINE: usize = 1_000;
const ALL_LINES: usize = 70_000;
/// What stands around a line.
const MARKUP: usize = 70;

/// The body of the JSON.
#[derive(Serialize)]
struct Body<'a> {
    #[serde(flatten)]
    row: &'a HistoryRow,
    logs: &'a [LogLine],
}

impl ShownLine {
    /// The first lines, as far as a page has room for them, with their times in the reader's zone.
    pub(crate) fn of(visit: &Visit, lines: &[LogLine]) -> Vec<Self> {
        let mut n_left = ALL_LINES;
        let shown = lines.iter().map(|line| Self::new(visit, line)).take_while(|line| {
            n_left = n_left.saturating_sub(weight(&line.text) + MARKUP);
            n_left > 0
        });
        shown.collect()
    }

    fn new(visit: &Visit, line: &LogLine) -> Self {
        let at = line.at.to_zoned_datetime(visit.reader.zone.clone()).strftime("%H:%M:%S%.3f").to_string();
        Self { at, source: line.source.as_str(), text: one_line(&line.text, LINE) }
    }
}

/// What a page has room for of an error.
fn short(error: &ErrorReport) -> ErrorReport {
    let mut short = ErrorReport::new(one_line(&error.class, NAME), beginning(&error.message, MESSAGE));
    short.backtrace = backtrace(&error.backtrace, BACKTRACE);
    short
}

/// `GET …/logs/{id}`.
pub(super) async fn page(area: Area, visit: Visit) -> Answer {
    if !visit.backend().capabilities().history {
        return Err(Fault::unsupported());
    }
    let id = AttemptId::of(&visit)?;
    let record = id.find(area, &visit).await?;
    let site = record.payload.job().and_then(|data| data.belonging().site).map(|site| one_line(&site, NAME));
    let row = HistoryRow::new(visit.app(), record, visit.reader.language);
    let limit = visit.app().config().head_logs;
    let (lines, has_more) = Lines::of(visit.app(), &id.job, id.number).await?.first(limit)?;
    if visit.wants_json() {
        return visit.json(&Body { row: &row, logs: &lines });
    }
    let shell = Shell::of(&visit).await?;
    let arguments = row.arguments.as_ref().map(|raw| egret::arguments::inspect_arguments(raw.get()).join(", "));
    let arguments = arguments.map(|text| beginning(&text, ARGUMENTS));
    let shown_lines = ShownLine::of(&visit, &lines);
    visit.page(&DetailPage {
        has_more: has_more || shown_lines.len() < lines.len(),
        lines: shown_lines,
        shell: if row.state == ExecutionState::Running { shell.live() } else { shell },
        shown: ShownAttempt::new(area, &visit, &row),
        site,
        arguments,
        error: row.error.as_ref().map(short),
        class: one_line(&row.class, NAME),
        queue: one_line(&row.queue, NAME),
        runner: one_line(&format!("{} @ {}", row.runner.pid, row.runner.host), NAME),
        own: Tabs::of(area, &visit, "logs"),
        list: visit.link(&format!("{}/logs", area.prefix())),
        job: visit.link(&area.job(&row.job_id)),
        limit,
        download: visit.link(&format!("{}/logs/{}/download", area.prefix(), segment(&id.to_string()))),
        row,
    })
}
