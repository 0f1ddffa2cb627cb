//! What has run: attempts by day, what they wrote, their export and their removal (SHIRASAGI 1.21.0,
//! `app/controllers/concerns/job/logs_filter.rb`). Users see and export their own; only operators remove.

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
use super::area::Area;
use crate::access::Need;
use crate::routes::Routes;

/// Registers the routes.
pub(super) fn register(routes: &mut Routes) {
    routes.get("/.sys/job/logs", Need::View, |visit| list::of_all_days(Area::System, visit));
    routes.get("/.sys/job/logs.json", Need::View, |visit| list::of_all_days(Area::System, visit));
    routes.get("/.sys/job/{ymd}/logs", Need::View, |visit| list::of_day(Area::System, visit));
    routes.get("/.sys/job/{ymd}/logs.json", Need::View, |visit| list::of_day(Area::System, visit));
    routes.get("/.sys/job/logs/download_all", Need::View, |visit| export::form(Area::System, visit));
    routes.ask("/.sys/job/logs/download_all", Need::View, |visit| export::download(Area::System, visit));
    routes.get("/.sys/job/logs/batch_destroy", Need::Operate, removal::form);
    routes.post("/.sys/job/logs/batch_destroy", Need::Operate, removal::remove);
    routes.get("/.sys/job/logs/{id}", Need::View, |visit| detail::page(Area::System, visit));
    routes.get("/.sys/job/{ymd}/logs/{id}", Need::View, |visit| detail::page(Area::System, visit));
    routes.get("/.sys/job/logs/{id}/download", Need::View, |visit| download::file(Area::System, visit));
    routes.get("/.u/job/logs", Need::User, |visit| list::of_all_days(Area::Own, visit));
    routes.get("/.u/job/logs.json", Need::User, |visit| list::of_all_days(Area::Own, visit));
    routes.get("/.u/job/{ymd}/logs", Need::User, |visit| list::of_day(Area::Own, visit));
    routes.get("/.u/job/{ymd}/logs.json", Need::User, |visit| list::of_day(Area::Own, visit));
    routes.get("/.u/job/logs/download_all", Need::User, |visit| export::form(Area::Own, visit));
    routes.ask("/.u/job/logs/download_all", Need::User, |visit| export::download(Area::Own, visit));
    routes.get("/.u/job/logs/{id}", Need::User, |visit| detail::page(Area::Own, visit));
    routes.get("/.u/job/{ymd}/logs/{id}", Need::User, |visit| detail::page(Area::Own, visit));
    routes.get("/.u/job/logs/{id}/download", Need::User, |visit| download::file(Area::Own, visit));
    routes.get("/.u/job/{ymd}/logs/{id}/download", Need::User, |visit| download::file(Area::Own, visit));
}
