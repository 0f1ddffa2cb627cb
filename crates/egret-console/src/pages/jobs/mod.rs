//! Jobs: the list, a job's page, changes of one or many, a new one.

pub(crate) mod action;
mod asked;
pub(crate) mod attempts;
pub(crate) mod confirm;
pub(crate) mod create;
pub(crate) mod list;
pub(crate) mod log;
pub(crate) mod one;
pub(crate) mod row;
pub(crate) mod show;
pub(crate) mod step;
mod timeline;
mod underway;
mod when;

pub(crate) use self::row::JobRow;
pub(crate) use self::underway::Underway;
use crate::access::Need;
use crate::pages::area::Area;
use crate::routes::Routes;
use crate::visit::Fields;

/// Where the pages are.
const LIST: &str = "/.sys/job/jobs";
const NEW: &str = "/.sys/job/jobs/new";
const CONFIRM: &str = "/.sys/job/jobs/confirm";
const CHANGE: &str = "/.sys/job/jobs/change";

/// Registers the routes.
pub(super) fn register(routes: &mut Routes) {
    routes.get(LIST, Need::View, list::page);
    routes.post(LIST, Need::Operate, create::create);
    routes.get(NEW, Need::Operate, create::page);
    routes.get(CONFIRM, Need::Operate, confirm::page);
    routes.post(CHANGE, Need::Operate, step::step);
    routes.get("/.sys/job/jobs/{id}", Area::System.look(), |visit| show::page(Area::System, visit));
    routes.get("/.sys/job/jobs/{id}/live", Area::System.look(), |visit| log::live(Area::System, visit));
    routes.post("/.sys/job/jobs/{id}/change", Need::Operate, one::change);
}

/// A path with its query.
fn address(path: &str, fields: &Fields) -> String {
    let query = fields.to_query();
    if query.is_empty() { path.to_owned() } else { format!("{path}?{query}") }
}
