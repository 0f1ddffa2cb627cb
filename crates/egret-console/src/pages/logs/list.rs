//! `GET …/logs` and `GET …/{ymd}/logs`: attempts, those that run first, then the closed ones, latest end
//! first.

use askama::Template;
use egret::history::{Day, HistoryRow};
use egret::language::Language;
use egret_core::{Cursor, ExecutionFilter, ExecutionOrder, ExecutionState, Page};

use super::classes::Classes;
use super::days::{Days, address};
use super::row::ShownAttempt;
use crate::fault::Fault;
use crate::pages::area::Area;
use crate::pages::own::Tabs;
use crate::shell::Shell;
use crate::visit::{Answer, Fields, Visit};

/// Attempts on a page.
const PAGE: usize = 50;

#[derive(Template)]
#[template(path = "logs/list.html", whitespace = "minimize")]
struct ListPage {
    shell: Shell,
    /// The tabs of the viewer's own area.
    own: Option<Tabs>,
    /// Where the pages of the area begin.
    prefix: String,
    /// Whether what ended long ago can be removed here.
    removes: bool,
    /// What the date field holds; empty for all days.
    day: String,
    today: String,
    all: String,
    to_today: String,
    previous: Option<String>,
    next_day: Option<String>,
    classes: Classes,
    states: Vec<StateOption>,
    is_narrowed: bool,
    rows: Vec<ShownAttempt>,
    first: Option<String>,
    next: Option<String>,
}

/// A state to choose.
struct StateOption {
    word: &'static str,
    label: String,
    is_chosen: bool,
}

/// `GET …/logs`; a date in the query leads to the list of that day.
pub(super) async fn of_all_days(area: Area, visit: Visit) -> Answer {
    if let Some(text) = visit.query.get("date") {
        let day = Day::parse(text, visit.now, &visit.reader.zone).map_err(|_| Fault::bad_value("date", text))?;
        return Ok(visit.redirect_to(&address(area, &visit, Some(day), &kept(&visit))));
    }
    let days = Days::all(&visit);
    show(area, &visit, &days).await
}

/// `GET …/{ymd}/logs`.
pub(super) async fn of_day(area: Area, visit: Visit) -> Answer {
    let days = Days::of_path(&visit)?;
    show(area, &visit, &days).await
}

async fn show(area: Area, visit: &Visit, days: &Days) -> Answer {
    if !visit.backend().capabilities().history {
        return Err(Fault::unsupported());
    }
    let filter = area.bind_executions(visit, filter(visit, days)?);
    let page = Page { limit: PAGE, after: visit.query.get("after").map(|cursor| Cursor(cursor.to_owned())) };
    let listing = visit.backend().inspect_executions(&filter, ExecutionOrder::LatestFirst, &page).await?;
    let listing = listing.map(|record| HistoryRow::new(visit.app(), record, visit.reader.language));
    if visit.wants_json() {
        return visit.json(&listing);
    }
    let fields = kept(visit);
    let to = |day: Option<Day>| address(area, visit, day, &fields);
    let next = listing.next.map(|Cursor(cursor)| address(area, visit, days.shown, &fields.with("after", &cursor)));
    visit.page(&ListPage {
        own: Tabs::of(area, visit, "logs"),
        prefix: visit.link(area.prefix()),
        removes: area == Area::System && visit.may_change(),
        day: days.shown.map(|day| day.to_string()).unwrap_or_default(),
        today: days.today.to_string(),
        all: to(None),
        to_today: to(Some(days.today)),
        previous: days.previous().map(|day| to(Some(day))),
        next_day: days.next().map(|day| to(Some(day))),
        classes: Classes::of(visit, &filter).await?,
        states: states(visit.reader.language, &filter),
        is_narrowed: days.shown.is_some() || filter.class.is_some() || !filter.states.is_empty(),
        rows: listing.items.iter().map(|row| ShownAttempt::new(area, visit, row)).collect(),
        first: page.after.is_some().then(|| to(days.shown)),
        next,
        shell: Shell::of(visit).await?,
    })
}

/// Upstream's names of fields are understood, too.
fn field<'a>(visit: &'a Visit, name: &str, upstream: &str) -> Option<&'a str> {
    visit.query.get(name).or_else(|| visit.query.get(upstream))
}

fn filter(visit: &Visit, days: &Days) -> Result<ExecutionFilter, Fault> {
    let mut filter = ExecutionFilter::all();
    if let Some(class) = field(visit, "class", "s[class_name]") {
        filter = filter.class(class);
    }
    if let Some(word) = field(visit, "state", "s[state]") {
        filter = filter.state(word.parse().map_err(|_| Fault::bad_value("state", word))?);
    }
    Ok(match days.shown {
        Some(day) => day.bound(filter, &visit.reader.zone),
        None => filter,
    })
}

/// What goes along from day to day.
fn kept(visit: &Visit) -> Fields {
    let mut fields = Fields::default();
    for (name, upstream) in [("class", "s[class_name]"), ("state", "s[state]")] {
        if let Some(value) = field(visit, name, upstream) {
            fields = fields.with(name, value);
        }
    }
    fields
}

fn states(language: Language, filter: &ExecutionFilter) -> Vec<StateOption> {
    let option = |state: ExecutionState| StateOption {
        word: state.as_str(),
        label: language.text(&format!("state-{state}")),
        is_chosen: filter.states.contains(&state),
    };
    ExecutionState::ALL.into_iter().map(option).collect()
}
