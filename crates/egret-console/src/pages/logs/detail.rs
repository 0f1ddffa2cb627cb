//! `GET /.sys/job/logs/{id}`: one attempt and the first lines that it wrote.

use askama::Template;
use egret::history::{HistoryRow, Lines};
use egret_core::{ErrorReport, ExecutionState, LogLine};
use serde::Serialize;

use super::attempt::AttemptId;
use super::row::ShownAttempt;
use crate::fault::Fault;
use crate::shell::Shell;
use crate::visit::{Answer, Visit, segment};

#[derive(Template)]
#[template(path = "logs/detail.html", whitespace = "minimize")]
struct DetailPage {
    shell: Shell,
    shown: ShownAttempt,
    row: HistoryRow,
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

/// The body of the JSON.
#[derive(Serialize)]
struct Body<'a> {
    #[serde(flatten)]
    row: &'a HistoryRow,
    logs: &'a [LogLine],
}

impl ShownLine {
    /// Lines with their times in the reader's zone.
    pub(crate) fn of(visit: &Visit, lines: &[LogLine]) -> Vec<Self> {
        let zone = &visit.reader.zone;
        let time = |line: &LogLine| line.at.to_zoned_datetime(zone.clone()).strftime("%H:%M:%S%.3f").to_string();
        let shown =
            lines.iter().map(|line| Self { at: time(line), source: line.source.as_str(), text: line.text.clone() });
        shown.collect()
    }
}

/// `GET /.sys/job/logs/{id}`.
pub(super) async fn page(visit: Visit) -> Answer {
    if !visit.backend().capabilities().history {
        return Err(Fault::unsupported());
    }
    let id = AttemptId::of(&visit)?;
    let record = id.find(&visit).await?;
    let site = record.payload.job().and_then(|data| data.belonging().site);
    let row = HistoryRow::new(visit.app(), record, visit.reader.language);
    let limit = visit.app().config().head_logs;
    let (lines, has_more) = Lines::of(visit.app(), &id.job, id.number).await?.first(limit)?;
    if visit.wants_json() {
        return visit.json(&Body { row: &row, logs: &lines });
    }
    let shell = Shell::of(&visit).await?;
    let arguments = row.arguments.as_ref().map(|raw| egret::arguments::inspect_arguments(raw.get()).join(", "));
    visit.page(&DetailPage {
        shell: if row.state == ExecutionState::Running { shell.live() } else { shell },
        shown: ShownAttempt::new(&visit, &row),
        site,
        arguments,
        error: row.error.clone(),
        job: visit.link(&format!("/.sys/job/jobs/{}", segment(row.job_id.as_str()))),
        lines: ShownLine::of(&visit, &lines),
        limit,
        has_more,
        download: visit.link(&format!("/.sys/job/logs/{}/download", segment(&id.to_string()))),
        row,
    })
}
