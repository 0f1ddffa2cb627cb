//! The list of jobs: a filter that is the address, a table, and actions for a selection or for all that match.

use askama::Template;
use egret_core::{Cursor, JobState, Page};

use super::action::{Action, Button, Part};
use super::asked::{Asked, Chip, StateChoice};
use super::{CONFIRM, JobRow, LIST, address};
use crate::fault::Fault;
use crate::pages::area::Area;
use crate::shell::Shell;
use crate::visit::{Answer, Visit};

/// Jobs on a page (SHIRASAGI 1.21.0 shows as many of everything).
pub(crate) const PAGE: usize = 50;

#[derive(Template)]
#[template(path = "jobs.html", whitespace = "minimize")]
struct JobsPage {
    shell: Shell,
    asked: Asked,
    chips: Vec<Chip>,
    states: Vec<StateChoice>,
    queues: Vec<String>,
    jobs: Vec<JobRow>,
    /// The text was looked for in so many jobs only.
    among_newest: Option<u64>,
    first: Option<String>,
    next: Option<String>,
    /// What can be done to a selection and, under their addresses, to all that match.
    buttons: Vec<Button>,
    /// Whether there is a selection: the store finds jobs by their ids.
    selects: bool,
    /// How many match, where that is known without looking at each.
    n_matching: Option<u64>,
    confirm: String,
    create: Option<String>,
}

/// `GET /.sys/job/jobs`.
pub(crate) async fn page(visit: Visit) -> Answer {
    let asked = Asked::of(&visit, &visit.query)?;
    let after = visit.query.get("after").map(|cursor| Cursor(cursor.to_owned()));
    let is_first = after.is_none();
    let listing = visit.backend().inspect(&asked.filter, &Page { limit: PAGE, after }).await?;
    let next = listing.next.map(|Cursor(next)| visit.link(&address(LIST, &asked.query().with("after", &next))));
    let counts = known_counts(&visit, &asked).await?;
    let states = asked.states(&visit, |state| counts.as_ref().map(|counts| counts(state)));
    let n_matching = counts.as_ref().map(|counts| match asked.filter.states.as_slice() {
        [] => JobState::ALL.into_iter().map(counts).sum(),
        states => states.iter().copied().map(counts).sum(),
    });
    let has_jobs = !listing.items.is_empty() || !is_first;
    let buttons = if visit.may_change() && has_jobs { buttons(&visit, &asked) } else { Vec::new() };
    visit.page(&JobsPage {
        chips: asked.chips(&visit),
        states,
        queues: visit.app().section().queues.clone(),
        jobs: JobRow::all(&visit, Area::System, &listing.items),
        among_newest: listing.among_newest,
        first: (!is_first).then(|| visit.link(&address(LIST, asked.query()))),
        next,
        selects: !buttons.is_empty() && visit.backend().capabilities().lookup_by_id,
        buttons,
        n_matching,
        confirm: visit.link(CONFIRM),
        create: visit.may_change().then(|| visit.link(super::NEW)),
        shell: Shell::of(&visit).await?.live(),
        asked,
    })
}

/// Jobs by state, as far as the store counts them without looking at each: for filters by state and queue alone.
async fn known_counts(visit: &Visit, asked: &Asked) -> Result<Option<impl Fn(JobState) -> u64 + use<>>, Fault> {
    if !asked.filter.is_of_kind_only() || asked.filter.class.is_some() {
        return Ok(None);
    }
    let counts = visit.backend().counts().await?;
    let queue = asked.filter.queue.clone();
    let count = move |state| match &queue {
        Some(queue) => counts.of(queue, state),
        None => counts.of_state(state),
    };
    Ok(Some(count))
}

fn buttons(visit: &Visit, asked: &Asked) -> Vec<Button> {
    let suiting = Action::ALL.into_iter().filter(|action| action.suits(visit.app(), &asked.filter.states));
    let button = |action: Action| Button {
        name: action.as_str(),
        label: visit.t(action.message(Part::Do)),
        address: visit.link(&address(CONFIRM, &asked.query().with("action", action.as_str()))),
        is_final: action.is_final(),
    };
    suiting.map(button).collect()
}
