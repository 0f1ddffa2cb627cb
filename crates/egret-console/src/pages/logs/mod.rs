//! What has run: attempts by day, what they wrote, their export and their removal (SHIRASAGI 1.21.0,
//! `app/controllers/concerns/job/logs_filter.rb`).

mod attempt;
mod classes;
mod days;
mod detail;
mod download;
mod export;
mod list;
mod removal;
mod row;
mod terms;

pub(super) use self::detail::ShownLine;
pub(super) use self::download::TEXT;
use crate::access::Need;
use crate::routes::Routes;

/// Registers the routes.
pub(super) fn register(routes: &mut Routes) {
    routes.get("/.sys/job/logs", Need::View, list::of_all_days);
    routes.get("/.sys/job/logs.json", Need::View, list::of_all_days);
    routes.get("/.sys/job/{ymd}/logs", Need::View, list::of_day);
    routes.get("/.sys/job/{ymd}/logs.json", Need::View, list::of_day);
    routes.get("/.sys/job/logs/download_all", Need::View, export::form);
    routes.ask("/.sys/job/logs/download_all", Need::View, export::download);
    routes.get("/.sys/job/logs/batch_destroy", Need::Operate, removal::form);
    routes.post("/.sys/job/logs/batch_destroy", Need::Operate, removal::remove);
    routes.get("/.sys/job/logs/{id}", Need::View, detail::page);
    routes.get("/.sys/job/{ymd}/logs/{id}", Need::View, detail::page);
    routes.get("/.sys/job/logs/{id}/download", Need::View, download::file);
}
