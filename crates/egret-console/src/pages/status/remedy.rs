//! What mends a cause: a safe button where there is one, else the command.

use egret::config::Mode;
use egret::status::{Cause, CauseCode};
use egret_core::queue_is_among;

use crate::pages::{START_COMMAND, queues};
use crate::visit::Visit;

/// A button that mends a cause and loses nothing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Button {
    pub(super) address: String,
    pub(super) text: String,
}

/// The button of a cause, for those who may press it.
pub(super) fn button(visit: &Visit, cause: &Cause) -> Option<Button> {
    if !visit.may_change() {
        return None;
    }
    let (path, text) = match cause.code {
        CauseCode::HeldByDead => ("/.sys/job/services/rescue".to_owned(), visit.t("status-release")),
        CauseCode::Paused => (queues::path(cause.queue.as_deref()?, "resume"), visit.t("status-resume")),
        CauseCode::NoService | CauseCode::StartFailed if visit.app().starts_on_demand() => start(visit),
        CauseCode::QueueUnpolled if would_be_polled(visit, cause.queue.as_deref()?) => start(visit),
        _ => return None,
    };
    Some(Button { address: visit.link(&path), text })
}

fn start(visit: &Visit) -> (String, String) {
    ("/.sys/job/services/start".to_owned(), visit.t("status-start"))
}

/// Whether a service that is started on demand would poll the queue.
fn would_be_polled(visit: &Visit, queue: &str) -> bool {
    visit.app().starts_on_demand() && queue_is_among(&visit.app().section().queues, queue)
}

/// The command of a cause. Where the operator runs services it is the line for the service manager, whose unit
/// `egret systemd install` writes.
pub(super) fn command(visit: &Visit, cause: &Cause) -> String {
    match cause.code {
        CauseCode::NoService if visit.app().section().mode == Mode::Service => START_COMMAND.to_owned(),
        _ => cause.remedy.clone(),
    }
}
