//! The task that a path names.

use egret::tasks::{self, TaskReport};

use crate::fault::Fault;
use crate::visit::{Visit, segment};

/// The task that the path names by `{id}`. A name that ends as a request for JSON does is looked for, too.
pub(super) async fn find(visit: &Visit) -> Result<TaskReport, Fault> {
    let whole = visit.parameters.get("id").map_or("", String::as_str);
    for name in [whole, visit.parameter("id")] {
        match of_name(visit, name).await {
            Err(fault) if fault == Fault::not_found() => {}
            found => return found,
        }
    }
    Err(Fault::not_found())
}

/// The task of a name. Where tasks are not kept, only services have one.
pub(super) async fn of_name(visit: &Visit, name: &str) -> Result<TaskReport, Fault> {
    tasks::find(visit.app(), name).await?.ok_or_else(Fault::not_found)
}

/// The path of a task's page.
pub(super) fn path(name: &str) -> String {
    format!("/.sys/job/tasks/{}", segment(name))
}
