//! A task as a row of the list and as the head of its page.

use egret::tasks::TaskEntry;
use egret_core::TaskRecord;

use super::named::path;
use crate::pages::mark::Mark;
use crate::visit::{Moment, Visit};

/// A task as pages show it.
#[derive(Clone, Debug)]
pub(super) struct ShownTask {
    pub(super) name: String,
    /// The store's number; services have none.
    pub(super) number: Option<u64>,
    pub(super) address: String,
    pub(super) state: Mark,
    pub(super) current: u64,
    /// Steps expected, where that is known.
    pub(super) total: Option<u64>,
    pub(super) started: Option<Moment>,
    pub(super) closed: Option<Moment>,
    pub(super) is_interrupt_asked: bool,
    pub(super) has_lost_owner: bool,
}

impl ShownTask {
    pub(super) fn new(visit: &Visit, entry: &TaskEntry) -> Self {
        let record = record(entry);
        let total = record.map(|task| task.total_count).filter(|total| *total > 0);
        Self {
            name: entry.name().to_owned(),
            number: record.map(|task| task.id),
            address: visit.link(&path(entry.name())),
            state: Mark::of_task(entry.state(), visit.reader.language),
            current: entry.current_count(),
            total,
            started: entry.started_at().map(|at| visit.moment(at)),
            closed: record.and_then(|task| task.closed_at).map(|at| visit.moment(at)),
            is_interrupt_asked: record.is_some_and(|task| task.is_interrupt_asked),
            has_lost_owner: record.is_some_and(|task| task.has_lost_owner),
        }
    }

    pub(super) fn is_service(&self) -> bool {
        self.number.is_none()
    }
}

/// What the store holds of a task that is no service.
pub(super) fn record(entry: &TaskEntry) -> Option<&TaskRecord> {
    match entry {
        TaskEntry::Task(task) => Some(task),
        TaskEntry::Service { .. } => None,
    }
}
