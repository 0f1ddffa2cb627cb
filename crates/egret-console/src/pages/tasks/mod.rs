//! Named tasks, and services among them (SHIRASAGI 1.21.0, `app/controllers/job/sys/tasks_controller.rb`).

mod change;
mod detail;
mod list;
mod log;
mod named;
mod refusal;
mod removal;
mod row;

use crate::access::Need;
use crate::routes::Routes;

/// Registers the routes.
pub(super) fn register(routes: &mut Routes) {
    routes.get("/.sys/job/tasks", Need::View, list::page);
    routes.get("/.sys/job/tasks.json", Need::View, list::page);
    routes.delete("/.sys/job/tasks", Need::Operate, removal::remove_many);
    routes.get("/.sys/job/tasks/{id}", Need::View, detail::page);
    routes.delete("/.sys/job/tasks/{id}", Need::Operate, removal::remove);
    routes.get("/.sys/job/tasks/{id}/delete", Need::Operate, removal::confirm);
    routes.post("/.sys/job/tasks/{id}/interrupt", Need::Operate, change::interrupt);
    routes.post("/.sys/job/tasks/{id}/reset_state", Need::Operate, change::reset);
    routes.post("/.sys/job/tasks/{id}/reset_state.json", Need::Operate, change::reset);
    routes.get("/.sys/job/tasks/{id}/download", Need::View, log::download);
}
