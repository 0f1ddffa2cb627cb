//! `GET /.sys/job/tasks`: services, then tasks in the order of their starts, the last first.

use askama::Template;
use egret::tasks;
use egret_core::{Cursor, Page, TaskFilter, TaskState};

use super::removal;
use super::row::ShownTask;
use crate::fault::Fault;
use crate::shell::Shell;
use crate::visit::{Answer, Fields, Visit};

/// Tasks on a page.
const PAGE: usize = 50;
/// The states of the search form; others can be named in the address.
const STATES: [TaskState; 3] = [TaskState::Stop, TaskState::Ready, TaskState::Running];

#[derive(Template)]
#[template(path = "tasks/list.html", whitespace = "minimize")]
struct ListPage {
    shell: Shell,
    keyword: String,
    states: Vec<StateOption>,
    is_narrowed: bool,
    rows: Vec<ShownTask>,
    /// Whether any of them can be chosen.
    has_tasks: bool,
    first: Option<String>,
    next: Option<String>,
}

/// A state to choose.
struct StateOption {
    word: &'static str,
    label: String,
    is_chosen: bool,
}

/// `GET /.sys/job/tasks`. With `confirm=delete` it is the confirmation page for the tasks that are ticked.
pub(super) async fn page(visit: Visit) -> Answer {
    if visit.query.get("confirm") == Some("delete") {
        return removal::confirm_many(&visit).await;
    }
    let keyword = field(&visit, "keyword", "s[keyword]").unwrap_or_default().to_owned();
    let state = match field(&visit, "state", "s[state]") {
        Some(word) => Some(word.parse::<TaskState>().map_err(|_| Fault::bad_value("state", word))?),
        None => None,
    };
    let filter = state.into_iter().fold(TaskFilter::all().words(&keyword), TaskFilter::state);
    let page = Page { limit: PAGE, after: visit.query.get("after").map(|cursor| Cursor(cursor.to_owned())) };
    let listing = tasks::list(visit.app(), &filter, &page).await?;
    if visit.wants_json() {
        return visit.json(&listing);
    }
    let kept = kept(&keyword, state);
    let label = |state: TaskState| visit.reader.language.text(&format!("state-{state}"));
    let option =
        |known: TaskState| StateOption { word: known.as_str(), label: label(known), is_chosen: state == Some(known) };
    let rows: Vec<ShownTask> = listing.items.iter().map(|entry| ShownTask::new(&visit, entry)).collect();
    visit.page(&ListPage {
        is_narrowed: state.is_some() || !keyword.is_empty(),
        keyword,
        states: STATES.into_iter().map(option).collect(),
        has_tasks: rows.iter().any(|row| !row.is_service()),
        rows,
        first: page.after.is_some().then(|| address(&visit, &kept)),
        next: listing.next.map(|Cursor(cursor)| address(&visit, &kept.with("after", &cursor))),
        shell: Shell::of(&visit).await?.live(),
    })
}

/// Upstream's names of fields are understood, too.
fn field<'a>(visit: &'a Visit, name: &str, upstream: &str) -> Option<&'a str> {
    visit.query.get(name).or_else(|| visit.query.get(upstream))
}

fn kept(keyword: &str, state: Option<TaskState>) -> Fields {
    let mut fields = Fields::default();
    if !keyword.is_empty() {
        fields = fields.with("keyword", keyword);
    }
    match state {
        Some(state) => fields.with("state", state.as_str()),
        None => fields,
    }
}

fn address(visit: &Visit, fields: &Fields) -> String {
    format!("{}?{}", visit.link("/.sys/job/tasks"), fields.to_query())
}
