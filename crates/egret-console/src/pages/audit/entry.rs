//! `GET /.sys/job/audit/{id}?after=…`: one change, whole, and the jobs to which it was made.

use askama::Template;
use egret_core::{Cursor, Listing};
use serde::Serialize;

use super::PATH;
use super::change::{Room, ShownTrace};
use crate::audit::{Trace, TracedJob};
use crate::fault::Fault;
use crate::pages::area::Area;
use crate::pages::excerpt::one_line;
use crate::pages::mark::Mark;
use crate::shell::Shell;
use crate::visit::{Answer, Moment, Visit};

/// Bytes of an id that a row has room for.
const ID: usize = 120;

#[derive(Template)]
#[template(path = "audit/entry.html", whitespace = "minimize")]
struct EntryPage {
    shell: Shell,
    list: String,
    trace: ShownTrace,
    jobs: Vec<ShownJob>,
    /// Whether a job has been given another time.
    has_times: bool,
    first: Option<String>,
    next: Option<String>,
}

/// A job of the change.
struct ShownJob {
    id: String,
    /// The address of its page, where it may still be.
    link: Option<String>,
    before: Mark,
    after: Option<Mark>,
    due: Option<Moment>,
}

/// The JSON: the trace, and a page of its jobs.
#[derive(Serialize)]
struct Body<'a> {
    #[serde(flatten)]
    trace: &'a Trace,
    jobs: &'a Listing<TracedJob>,
}

pub(super) async fn page(visit: Visit) -> Answer {
    let id = visit.parameter("id");
    let trace = visit.desk.trail.find(id).await?.ok_or_else(Fault::not_found)?;
    let after = visit.query.get("after").map(|cursor| Cursor(cursor.to_owned()));
    let is_first = after.is_none();
    let jobs = visit.desk.trail.jobs(id, after).await?;
    if visit.wants_json() {
        return visit.json(&Body { trace: &trace, jobs: &jobs });
    }
    let here = visit.link(&format!("{PATH}/{id}"));
    let next = |Cursor(cursor): &Cursor| {
        let query = serde_urlencoded::to_string([("after", cursor)]).expect("pairs of texts are a query");
        format!("{here}?{query}")
    };
    visit.page(&EntryPage {
        list: visit.link(PATH),
        has_times: jobs.items.iter().any(|job| job.due_at.is_some()),
        first: (!is_first).then(|| here.clone()),
        next: jobs.next.as_ref().map(next),
        jobs: jobs.items.iter().map(|job| ShownJob::new(&visit, job)).collect(),
        trace: ShownTrace::new(&visit, &trace, Room::Page),
        shell: Shell::of(&visit).await?,
    })
}

impl ShownJob {
    fn new(visit: &Visit, job: &TracedJob) -> Self {
        let is_found = job.after.is_some() && visit.backend().capabilities().lookup_by_id;
        Self {
            id: one_line(job.id.as_str(), ID),
            link: is_found.then(|| visit.link(&Area::System.job(&job.id))),
            before: Mark::of_job(job.before, visit.reader.language),
            after: job.after.map(|state| Mark::of_job(state, visit.reader.language)),
            due: job.due_at.map(|at| visit.moment(at)),
        }
    }
}
