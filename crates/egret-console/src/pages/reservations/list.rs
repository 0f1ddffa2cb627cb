//! The list, by the time of the run.

use askama::Template;
use egret_core::{Cursor, Page};

use super::{path, reserved};
use crate::pages::area::Area;
use crate::pages::jobs::JobRow;
use crate::pages::jobs::list::PAGE;
use crate::shell::Shell;
use crate::visit::{Answer, Fields, Visit};

#[derive(Template)]
#[template(path = "reservations.html", whitespace = "minimize")]
struct ReservationsPage {
    shell: Shell,
    is_own: bool,
    own: Option<super::super::own::Tabs>,
    jobs: Vec<Reservation>,
    may_change: bool,
    here: String,
    first: Option<String>,
    next: Option<String>,
}

/// A job and the address of its reservation, which is none where the store cannot find a job by its id.
struct Reservation {
    row: JobRow,
    address: Option<String>,
}

/// `GET …/reservations`.
pub(super) async fn page(area: Area, visit: Visit) -> Answer {
    let after = visit.query.get("after").map(|cursor| Cursor(cursor.to_owned()));
    let is_first = after.is_none();
    let listing = visit.backend().inspect(&reserved(area, &visit), &Page { limit: PAGE, after }).await?;
    let here = visit.link(&format!("{}/reservations", area.prefix()));
    let next = listing.next.map(|Cursor(next)| format!("{here}?{}", Fields::default().with("after", &next).to_query()));
    let may_change = area.may_change(&visit) && visit.backend().capabilities().changes.cancel;
    let reservation = |job| {
        let row = JobRow::new(&visit, area, job);
        Reservation { address: row.link.is_some().then(|| visit.link(&path(area, &row.id))), row }
    };
    visit.page(&ReservationsPage {
        is_own: area == Area::Own,
        own: super::super::own::Tabs::of(area, &visit, "reservations"),
        jobs: listing.items.iter().map(reservation).collect(),
        may_change,
        first: (!is_first).then(|| here.clone()),
        next,
        here,
        shell: Shell::of(&visit).await?.live(),
    })
}
