//! Discarded jobs by their errors: what failed in which way, how often, since when; and what to do about each kind.

mod confirm;
mod groups;

use askama::Template;

use self::groups::Group;
use super::excerpt::one_line;
use super::jobs::action::{Action, Button, Part};
use crate::access::Need;
use crate::routes::Routes;
use crate::shell::Shell;
use crate::visit::{Answer, Fields, Moment, Visit};

const LIST: &str = "/.sys/job/discarded";
const CONFIRM: &str = "/.sys/job/discarded/confirm";
/// Groups that the page shows, the largest.
const SHOWN: usize = 50;
/// Bytes of a class that a row has room for, and of one by which jobs can be listed.
const CLASS: usize = 120;
const LONGEST: usize = 200;

/// Registers the routes.
pub(super) fn register(routes: &mut Routes) {
    routes.get(LIST, Need::View, page);
    routes.get(CONFIRM, Need::Operate, confirm::page);
}

#[derive(Template)]
#[template(path = "discarded.html", whitespace = "minimize")]
struct DiscardedPage {
    shell: Shell,
    groups: Vec<ShownGroup>,
    /// Groups beyond those shown.
    n_more: usize,
    /// Only so many jobs were looked at; there are more.
    among_newest: Option<u64>,
}

/// A group as the page shows it.
struct ShownGroup {
    class: String,
    error: String,
    message: String,
    n_jobs: u64,
    latest: Moment,
    first: Moment,
    jobs: String,
    buttons: Vec<Button>,
}

/// `GET /.sys/job/discarded`.
async fn page(visit: Visit) -> Answer {
    let (groups, among_newest) = groups::read(&visit).await?;
    let n_more = groups.len().saturating_sub(SHOWN);
    let groups = groups.iter().take(SHOWN).map(|group| shown(&visit, group)).collect();
    visit.page(&DiscardedPage { shell: Shell::of(&visit).await?.live(), groups, n_more, among_newest })
}

fn shown(visit: &Visit, group: &Group) -> ShownGroup {
    let jobs = Fields::default().with("state", "discarded");
    // The list takes no longer ones.
    let jobs = if group.kind.class.len() > LONGEST { jobs } else { jobs.with("class", &group.kind.class) };
    let actions = [Action::Retry, Action::Delete].into_iter().filter(|action| action.suits(visit.app(), &[]));
    let button = |action: Action| {
        let query = Fields::default().with("action", action.as_str()).with("group", &group.kind.key());
        Button {
            name: action.as_str(),
            label: visit.t(action.message(Part::Do)),
            address: visit.link(&format!("{CONFIRM}?{}", query.to_query())),
            is_final: action.is_final(),
        }
    };
    ShownGroup {
        class: if group.kind.class.is_empty() {
            visit.t("jobs-unreadable")
        } else {
            one_line(&group.kind.class, CLASS)
        },
        error: group.kind.error.clone(),
        message: group.kind.message.clone(),
        n_jobs: group.n_jobs,
        latest: visit.moment(group.latest),
        first: visit.moment(group.first),
        jobs: visit.link(&format!("/.sys/job/jobs?{}", jobs.to_query())),
        buttons: if visit.may_change() { actions.map(button).collect() } else { Vec::new() },
    }
}
