//! The viewer's own jobs (SHIRASAGI 1.21.0, `config/routes/job/routes.rb`: the area `sns`).

mod status;

use super::area::Area;
use super::jobs::{log, show};
use super::live;
use crate::access::Need;
use crate::routes::Routes;
use crate::shell::Link;
use crate::visit::{Answer, Visit};

/// Registers the routes.
pub(super) fn register(routes: &mut Routes) {
    routes.get("/.u/job", Need::User, home);
    routes.get("/.u/job/live", Need::User, live::ticks);
    routes.get("/.u/job/jobs/{id}", Need::User, |visit| show::page(Area::Own, visit));
    routes.get("/.u/job/jobs/{id}/live", Need::User, |visit| log::live(Area::Own, visit));
    routes.get("/.u/job/apis/statuses/{id}", Need::User, status::json);
}

/// `GET /.u/job`: what has run, or what waits where that is not kept.
async fn home(visit: Visit) -> Answer {
    let keeps_history = visit.backend().capabilities().history;
    Ok(visit.moved(if keeps_history { "/.u/job/logs" } else { "/.u/job/reservations" }))
}

/// The pages of the area, for those whose navigation has no others.
#[derive(Clone, Debug)]
pub(crate) struct Tabs {
    pub(crate) links: Vec<Link>,
}

impl Tabs {
    /// The tabs of a page; none outside the area.
    pub(crate) fn of(area: Area, visit: &Visit, current: &str) -> Option<Self> {
        let link = |(name, message): (&str, &str)| Link {
            address: visit.link(&format!("{}/{name}", Area::Own.prefix())),
            text: visit.t(message),
            is_current: name == current,
        };
        let pages = [("logs", "nav-logs"), ("reservations", "nav-reservations")];
        let kept = pages.into_iter().filter(|(name, _)| *name != "logs" || visit.backend().capabilities().history);
        (area == Area::Own).then(|| Self { links: kept.map(link).collect() })
    }
}
