//! The pages, a folder or file for each, and the table of routes.

mod area;
mod audit;
mod discarded;
mod door;
mod excerpt;
mod first_login;
mod health;
mod jobs;
mod live;
mod logs;
mod mark;
mod metrics;
mod own;
mod portion;
mod preferences;
mod queues;
mod reservations;
mod services;
mod status;
mod tasks;

#[cfg(feature = "cli")]
pub(crate) use self::first_login::LINK_FILE;
pub(crate) use self::jobs::Underway;
use crate::access::{FIRST_LOGIN, Need, Scope};
use crate::routes::Routes;

/// What starts the unit of a service that `egret systemd install` writes.
const START_COMMAND: &str = "systemctl start egret-job";

/// Registers every route.
pub(crate) fn register(routes: &mut Routes) {
    routes.live("/healthz", health::alive);
    routes.get("/readyz", Need::Open, health::ready);
    routes.get("/.mypage/login", Need::Open, door::login_page);
    routes.come_in("/.mypage/login", door::login);
    routes.get(FIRST_LOGIN, Need::Open, first_login::page);
    routes.come_in(FIRST_LOGIN, first_login::make);
    routes.go_out("/.mypage/logout", door::logout);
    routes.get("/metrics", Need::Scope(Scope::MetricsRead), metrics::page);
    audit::register(routes);
    routes.get("/.sys/job/preferences", Need::Open, preferences::change);
    routes.get("/.sys/job/live", Need::View, live::ticks);
    routes.get("/.sys/job", Need::View, status::home);
    routes.get("/.sys/job/status", Need::Scope(Scope::StatusRead), status::page);
    routes.get("/.sys/job/status.json", Need::Scope(Scope::StatusRead), status::json);
    logs::register(routes);
    tasks::register(routes);
    services::register(routes);
    queues::register(routes);
    jobs::register(routes);
    reservations::register(routes);
    discarded::register(routes);
    own::register(routes);
}
