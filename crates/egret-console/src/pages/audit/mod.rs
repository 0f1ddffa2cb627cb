//! What was changed, by whom, and what it was before.

mod change;
mod entry;
mod list;
mod words;

use crate::access::Need;
use crate::routes::Routes;

const PATH: &str = "/.sys/job/audit";

/// Registers the routes.
pub(super) fn register(routes: &mut Routes) {
    routes.get(PATH, Need::Administer, list::page);
    routes.get("/.sys/job/audit/{id}", Need::Administer, entry::page);
}
