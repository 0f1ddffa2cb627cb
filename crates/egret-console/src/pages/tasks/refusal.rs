//! Why a task can be neither reset nor deleted.

use axum::http::StatusCode;
use egret::tasks::TaskEntry;
use egret_core::TaskOwnerRecord;

use super::row::record;
use crate::fault::Fault;
use crate::visit::Visit;

/// Why a task can be neither reset nor deleted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Refusal {
    /// Services of the name live.
    Service(u64),
    /// A living process has it.
    Owner(TaskOwnerRecord),
}

impl Refusal {
    /// `None` when nothing is in the way.
    pub(super) fn of(entry: &TaskEntry) -> Option<Self> {
        match entry {
            TaskEntry::Service { current_count: 0, .. } => None,
            TaskEntry::Service { current_count, .. } => Some(Self::Service(*current_count)),
            TaskEntry::Task(task) if task.state.is_held() => task.owner.clone().map(Self::Owner),
            TaskEntry::Task(_) => None,
        }
    }

    /// The fault of a change that is asked for nevertheless.
    pub(super) fn fault(&self) -> Fault {
        match self {
            Self::Service(n_alive) => Fault::new(StatusCode::CONFLICT, "fault-task-service").with("n", *n_alive),
            Self::Owner(owner) => Fault::new(StatusCode::CONFLICT, "fault-task-owner")
                .with("host", owner.host.as_str())
                .with("pid", owner.pid.to_string()),
        }
    }

    /// The sentence for people, with what to do instead.
    pub(super) fn sentence(&self, visit: &Visit) -> String {
        let fault = self.fault();
        visit.tw(fault.message, &fault.arguments)
    }

    /// Refuses where something is in the way.
    pub(super) fn check(entry: &TaskEntry) -> Result<(), Fault> {
        match Self::of(entry) {
            Some(refusal) => Err(refusal.fault()),
            // Only who has a task can be interrupted; whether it is kept at all is the store's business.
            None => Ok(()),
        }
    }
}

/// What a trace tells of a task.
pub(super) fn told(entry: &TaskEntry) -> serde_json::Value {
    let owner = record(entry).and_then(|task| task.owner.as_ref());
    serde_json::json!({
        "state": entry.state().as_str(),
        "current_count": entry.current_count(),
        "owner": owner.map(|owner| format!("{} @ {}", owner.pid, owner.host)),
    })
}
