//! The pages, a folder or file for each, and the table of routes.

mod door;
mod excerpt;
mod health;
mod live;
mod logs;
mod mark;
mod preferences;
mod queues;
mod services;
mod status;
mod tasks;

use crate::access::{Need, Scope};
use crate::routes::Routes;

/// What starts the unit of a service that `egret systemd install` writes.
const START_COMMAND: &str = "systemctl start egret-job";

/// Registers every route.
pub(crate) fn register(routes: &mut Routes) {
    routes.get("/healthz", Need::Open, health::alive);
    routes.get("/readyz", Need::Open, health::ready);
    routes.get("/.mypage/login", Need::Open, door::login_page);
    routes.pass("/.mypage/login", door::login);
    routes.post("/.mypage/logout", Need::User, door::logout);
    routes.get("/.sys/job/preferences", Need::Open, preferences::change);
    routes.get("/.sys/job/live", Need::View, live::ticks);
    routes.get("/.sys/job", Need::View, status::home);
    routes.get("/.sys/job/status", Need::Scope(Scope::StatusRead), status::page);
    routes.get("/.sys/job/status.json", Need::Scope(Scope::StatusRead), status::json);
    logs::register(routes);
    tasks::register(routes);
    services::register(routes);
    queues::register(routes);
}
