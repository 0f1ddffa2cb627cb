//! `GET /.sys/job/tasks/{id}`: a task, how far it is, and what its runs wrote.

use askama::Template;
use egret::tasks;
use egret_core::{LogLine, TaskOwnerRecord, TaskRun};
use serde::Serialize;

use super::named::{find, path};
use super::refusal::Refusal;
use super::row::{ShownTask, record};
use crate::fault::Fault;
use crate::pages::logs::ShownLine;
use crate::shell::Shell;
use crate::visit::{Answer, Moment, Visit, segment};

#[derive(Template)]
#[template(path = "tasks/detail.html", whitespace = "minimize")]
struct DetailPage {
    shell: Shell,
    task: ShownTask,
    /// Who has it.
    owner: Option<String>,
    /// The page of the job that has it.
    job: Option<String>,
    /// Whether somebody has it, so that it can be stopped.
    is_held: bool,
    /// Why it can be neither reset nor deleted.
    refusal: Option<String>,
    runs: Vec<ShownRun>,
    /// Runs that the page has no room for.
    n_earlier: u64,
    limit: usize,
}

/// Runs that the page shows, the last ones.
const RUNS: usize = 20;

/// A run as the page shows it.
struct ShownRun {
    sequence: u64,
    place: String,
    written: Moment,
    n_lines: u64,
    download: String,
    /// Where its lines are shown.
    address: String,
    /// The first lines of the run that is shown.
    lines: Option<Vec<ShownLine>>,
}

/// The body of the JSON: the task, and the first lines of the run that is shown.
#[derive(Serialize)]
struct Body<'a> {
    #[serde(flatten)]
    report: &'a tasks::TaskReport,
    state_label: String,
    head_logs: Vec<String>,
}

/// `GET /.sys/job/tasks/{id}`; `?run=N` shows the lines of another run than the last one.
pub(super) async fn page(visit: Visit) -> Answer {
    let report = find(&visit).await?;
    if visit.wants_json() {
        return visit.json(&body(&visit, &report).await?);
    }
    let name = report.entry.name();
    let wanted = visit.query.get("run").and_then(|text| text.parse().ok());
    let shown = wanted.or_else(|| report.runs.first().map(|run| run.sequence));
    let mut runs = Vec::new();
    // The last ones, and the one that is asked for.
    let is_listed = |(place, run): &(usize, &TaskRun)| *place < RUNS || shown == Some(run.sequence);
    for (_, run) in report.runs.iter().enumerate().filter(is_listed) {
        let lines = match shown == Some(run.sequence) {
            true => Some(first_lines(&visit, name, run.sequence).await?),
            false => None,
        };
        runs.push(ShownRun::new(&visit, name, run, lines.as_deref()));
    }
    let owner = record(&report.entry).and_then(|task| task.owner.as_ref());
    let job = owner.and_then(|owner| owner.job_id.as_ref());
    visit.page(&DetailPage {
        owner: owner.map(place),
        job: job.map(|job| visit.link(&format!("/.sys/job/jobs/{}", segment(job.as_str())))),
        is_held: record(&report.entry).is_some_and(|task| task.state.is_held()),
        refusal: Refusal::of(&report.entry).map(|refusal| refusal.sentence(&visit)),
        task: ShownTask::new(&visit, &report.entry),
        n_earlier: report.runs.len().saturating_sub(runs.len()) as u64,
        runs,
        limit: visit.app().config().head_logs,
        shell: Shell::of(&visit).await?.live(),
    })
}

/// The JSON of a task (SHIRASAGI 1.21.0, `app/controllers/concerns/ss/job_filter.rb`: its fields, the label of its state,
/// its first lines).
pub(super) async fn body<'a>(visit: &Visit, report: &'a tasks::TaskReport) -> Result<impl Serialize + 'a, Fault> {
    let lines = match report.runs.first() {
        Some(run) => first_lines(visit, report.entry.name(), run.sequence).await?,
        None => Vec::new(),
    };
    Ok(Body {
        report,
        state_label: visit.reader.language.text(&format!("state-{}", report.entry.state())),
        head_logs: lines.into_iter().map(|line| line.text).collect(),
    })
}

impl ShownRun {
    fn new(visit: &Visit, name: &str, run: &TaskRun, lines: Option<&[LogLine]>) -> Self {
        let page = visit.link(&path(name));
        Self {
            sequence: run.sequence,
            place: place(&run.owner),
            written: visit.moment(run.written_at),
            n_lines: run.n_lines,
            download: format!("{page}/download?log_sequence={}", run.sequence),
            address: format!("{page}?run={}", run.sequence),
            lines: lines.map(|lines| ShownLine::of(visit, lines)),
        }
    }
}

/// As SHIRASAGI writes it: `pid @ host`.
fn place(owner: &TaskOwnerRecord) -> String {
    format!("{} @ {}", owner.pid, owner.host)
}

async fn first_lines(visit: &Visit, name: &str, sequence: u64) -> Result<Vec<LogLine>, Fault> {
    let limit = visit.app().config().head_logs;
    Ok(tasks::log(visit.app(), name, Some(sequence), limit).await?.lines)
}
