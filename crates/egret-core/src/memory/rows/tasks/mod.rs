//! Tasks: what the store keeps of them, and who has one.

mod hold;
mod look;

use std::collections::{BTreeMap, BTreeSet};

use jiff::Timestamp;

use super::store::Store;
use crate::{LogLine, TaskOwner, TaskOwnerRecord, TaskRecord, TaskRun, TaskState, Timing};

/// Every task by its name.
#[derive(Debug, Default)]
pub(super) struct Tasks {
    by_name: BTreeMap<String, Task>,
    /// Holds of this process that nobody has abandoned.
    of_process: BTreeSet<u64>,
}

/// One task.
#[derive(Debug)]
struct Task {
    /// What is shown of it; its owner and what follows from his going are kept apart.
    record: TaskRecord,
    holder: Option<Holder>,
    runs: BTreeMap<u64, Run>,
}

/// Who has a task.
#[derive(Debug)]
struct Holder {
    hold: u64,
    owner: TaskOwner,
    who: TaskOwnerRecord,
}

/// One run with log lines, of which the first are kept.
#[derive(Debug)]
struct Run {
    run: TaskRun,
    lines: Vec<LogLine>,
}

impl Task {
    fn new(id: u64, name: &str, now: Timestamp) -> Self {
        let record = TaskRecord {
            id,
            name: name.to_owned(),
            state: TaskState::Stop,
            is_interrupt_asked: false,
            has_lost_owner: false,
            current_count: 0,
            total_count: 0,
            log_sequence: 0,
            user_id: None,
            owner: None,
            created_at: now,
            updated_at: now,
            started_at: None,
            closed_at: None,
        };
        Self { record, holder: None, runs: BTreeMap::new() }
    }

    /// Writes down that the owner has gone.
    fn lose_owner(&mut self, now: Timestamp) {
        self.holder = None;
        self.record.has_lost_owner = true;
        self.end(self.record.state.without_owner(), now);
    }

    fn end(&mut self, state: TaskState, now: Timestamp) {
        self.record.state = state;
        self.record.is_interrupt_asked = false;
        self.record.closed_at = Some(now);
        self.record.updated_at = now;
    }
}

impl Store {
    /// Whether the owner of a hold has not gone.
    fn has_living_owner(&self, task: &Task, now: Timestamp, timing: &Timing) -> bool {
        task.holder.as_ref().is_some_and(|holder| match &holder.owner {
            TaskOwner::Claim { token, .. } => {
                self.held(*token).is_some() && self.services.is_alive(token.service, now, timing)
            }
            TaskOwner::Process => self.tasks.of_process.contains(&holder.hold),
        })
    }

    /// Names of tasks that somebody has who is gone.
    fn ownerless_tasks(&self, now: Timestamp, timing: &Timing) -> Vec<String> {
        let tasks = self.tasks.by_name.values();
        let lost = tasks.filter(|task| task.holder.is_some() && !self.has_living_owner(task, now, timing));
        lost.map(|task| task.record.name.clone()).collect()
    }

    /// Closes the tasks whose owner has gone.
    pub(super) fn close_ownerless_tasks(&mut self, now: Timestamp, timing: &Timing) -> Vec<String> {
        let names = self.ownerless_tasks(now, timing);
        for name in &names {
            if let Some(task) = self.tasks.by_name.get_mut(name) {
                task.lose_owner(now);
            }
        }
        names
    }
}
