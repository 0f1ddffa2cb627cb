//! Run reservations, as SHIRASAGI's operators know them: what waits or runs, by time, and its cancellation (1.21.0,
//! `app/controllers/job/sys/reservations_controller.rb`, `app/controllers/job/sns/reservations_controller.rb`).

mod list;
mod remove;
mod show;

use egret_core::{JobFilter, JobState};

use super::area::Area;
use crate::access::Need;
use crate::routes::Routes;
use crate::visit::{Visit, segment};

/// Registers the routes of both areas.
pub(super) fn register(routes: &mut Routes) {
    routes.get("/.sys/job/reservations", Need::View, |visit| list::page(Area::System, visit));
    routes.delete("/.sys/job/reservations", Need::Operate, |visit| remove::many(Area::System, visit));
    routes.get("/.sys/job/reservations/{id}", Need::View, |visit| show::page(Area::System, visit));
    routes.delete("/.sys/job/reservations/{id}", Need::Operate, |visit| remove::one(Area::System, visit));
    routes.get("/.sys/job/reservations/{id}/delete", Need::Operate, |visit| show::ask(Area::System, visit));
    routes.get("/.u/job/reservations", Need::User, |visit| list::page(Area::Own, visit));
    routes.delete("/.u/job/reservations", Need::User, |visit| remove::many(Area::Own, visit));
    routes.get("/.u/job/reservations/{id}", Need::User, |visit| show::page(Area::Own, visit));
    routes.delete("/.u/job/reservations/{id}", Need::User, |visit| remove::one(Area::Own, visit));
    routes.get("/.u/job/reservations/{id}/delete", Need::User, |visit| show::ask(Area::Own, visit));
}

/// What counts as reserved: future, due and running jobs of the area.
fn reserved(area: Area, visit: &Visit) -> JobFilter {
    let mut filter = area.bind(visit, JobFilter::all());
    filter.states = JobState::ALL.into_iter().filter(|state| !state.is_terminal()).collect();
    filter
}

/// The path of a reservation.
fn path(area: Area, id: &str) -> String {
    format!("{}/reservations/{}", area.prefix(), segment(id))
}
