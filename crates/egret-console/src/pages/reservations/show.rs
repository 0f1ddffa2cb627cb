//! One reservation, and the question whether it is to be deleted.

use askama::Template;
use egret_core::{JobId, JobState};

use super::path;
use crate::fault::Fault;
use crate::pages::area::Area;
use crate::pages::jobs::JobRow;
use crate::shell::Shell;
use crate::visit::{Answer, Visit};

#[derive(Template)]
#[template(path = "reservation.html", whitespace = "minimize")]
struct ReservationPage {
    shell: Shell,
    row: JobRow,
    is_running: bool,
    list: String,
    here: String,
    /// Where one is asked before it is deleted; none when that is not for the viewer.
    delete: Option<String>,
    is_question: bool,
}

/// For what the page is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Purpose {
    Look,
    Ask,
}

/// `GET …/reservations/{id}`.
pub(super) async fn page(area: Area, visit: Visit) -> Answer {
    show(area, visit, Purpose::Look).await
}

/// `GET …/reservations/{id}/delete`.
pub(super) async fn ask(area: Area, visit: Visit) -> Answer {
    if !area.may_change(&visit) || !visit.backend().capabilities().changes.cancel {
        return Err(Fault::forbidden());
    }
    show(area, visit, Purpose::Ask).await
}

async fn show(area: Area, visit: Visit, purpose: Purpose) -> Answer {
    let is_question = purpose == Purpose::Ask;
    let job = area.find(&visit, &JobId::from(visit.parameter("id"))).await?;
    if job.state.is_terminal() {
        return Err(Fault::not_found());
    }
    let may_change = area.may_change(&visit) && visit.backend().capabilities().changes.cancel;
    let here = visit.link(&path(area, job.id.as_str()));
    let shell = Shell::of(&visit).await?;
    visit.page(&ReservationPage {
        row: JobRow::new(&visit, area, &job),
        is_running: job.state == JobState::Running,
        list: visit.link(&format!("{}/reservations", area.prefix())),
        delete: may_change.then(|| format!("{here}/delete")),
        here,
        is_question,
        shell: if is_question { shell } else { shell.live() },
    })
}
