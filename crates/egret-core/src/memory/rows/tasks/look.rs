//! The list of tasks, their runs and log lines, and *prune*.

use std::cmp::Reverse;

use jiff::Timestamp;

use super::{Store, Task};
use crate::job_data::{from_microseconds, to_microseconds};
use crate::{
    Cursor, Error, Listing, LogExcerpt, Page, PruneTasks, PrunedTasks, Result, TaskFilter, TaskLogQuery, TaskRecord,
    TaskRun, Timing,
};

impl Store {
    pub(in crate::memory::rows) fn find_task(&mut self, name: &str, timing: &Timing) -> Option<TaskRecord> {
        let now = self.tick();
        self.tasks.by_name.get(name).map(|task| self.task_record(task, now, timing))
    }

    pub(in crate::memory::rows) fn list_tasks(
        &mut self,
        filter: &TaskFilter,
        page: &Page,
        timing: &Timing,
    ) -> Result<Listing<TaskRecord>> {
        let now = self.tick();
        let after = page.after.as_ref().map(parse).transpose()?;
        let mut records: Vec<TaskRecord> = self
            .tasks
            .by_name
            .values()
            .map(|task| self.task_record(task, now, timing))
            .filter(|record| filter.covers(&record.name, record.state))
            .filter(|record| after.is_none_or(|after| place(record) < after))
            .collect();
        records.sort_by_key(|record| Reverse(place(record)));
        let has_more = records.len() > page.limit;
        records.truncate(page.limit);
        let next = records.last().filter(|_| has_more).map(|record| write(place(record)));
        Ok(Listing::page(records, next))
    }

    pub(in crate::memory::rows) fn task_runs(&self, name: &str) -> Vec<TaskRun> {
        let runs = self.tasks.by_name.get(name).into_iter().flat_map(|task| task.runs.values().rev());
        runs.map(|run| run.run.clone()).collect()
    }

    pub(in crate::memory::rows) fn task_log(&self, query: &TaskLogQuery) -> LogExcerpt {
        let run = self.tasks.by_name.get(&query.name).and_then(|task| task.runs.get(&query.sequence));
        let lines = run.map(|run| run.lines.as_slice()).unwrap_or_default();
        let start = usize::try_from(query.after).unwrap_or(usize::MAX).min(lines.len());
        let lines: Vec<_> = lines[start..].iter().take(query.limit).cloned().collect();
        LogExcerpt { position: (start + lines.len()) as u64, lines }
    }

    pub(in crate::memory::rows) fn prune_tasks(&mut self, prune: &PruneTasks) -> PrunedTasks {
        self.tick();
        let tasks = self.tasks.by_name.values();
        let is_old = |task: &&Task| prune.tasks_before.is_some_and(|before| task.record.updated_at < before);
        let old = tasks.filter(|task| task.holder.is_none()).filter(is_old).take(prune.limit);
        let removed: Vec<String> = old.map(|task| task.record.name.clone()).collect();
        removed.iter().for_each(|name| drop(self.tasks.by_name.remove(name)));
        PrunedTasks { tasks: removed, n_logs: self.prune_task_logs(prune) }
    }

    fn prune_task_logs(&mut self, prune: &PruneTasks) -> u64 {
        let Some(until) = prune.logs_until else { return 0 };
        let mut n_logs = 0;
        for task in self.tasks.by_name.values_mut() {
            let present = task.holder.as_ref().map(|_| task.record.log_sequence);
            task.runs.retain(|sequence, run| {
                let goes = run.run.written_at <= until && Some(*sequence) != present && n_logs < prune.limit as u64;
                n_logs += u64::from(goes);
                !goes
            });
        }
        n_logs
    }

    fn task_record(&self, task: &Task, now: Timestamp, timing: &Timing) -> TaskRecord {
        let mut record = task.record.clone();
        if task.holder.is_some() && !self.has_living_owner(task, now, timing) {
            record.state = record.state.without_owner();
            record.has_lost_owner = true;
            record.is_interrupt_asked = false;
        } else {
            record.owner = task.holder.as_ref().map(|holder| holder.who.clone());
        }
        record
    }
}

/// Where a task stands in the list: when it started, then its number.
fn place(record: &TaskRecord) -> (Option<Timestamp>, u64) {
    (record.started_at, record.id)
}

fn write((started_at, id): (Option<Timestamp>, u64)) -> Cursor {
    Cursor(format!("task:{}:{id}", started_at.map_or(0, to_microseconds)))
}

fn parse(cursor: &Cursor) -> Result<(Option<Timestamp>, u64)> {
    let mut parts = cursor.0.split(':');
    let place = match (parts.next(), parts.next(), parts.next(), parts.next()) {
        (Some("task"), Some(started_at), Some(id), None) => started_at.parse::<i64>().ok().zip(id.parse().ok()),
        _ => None,
    };
    let started_at = |microseconds| (microseconds != 0).then(|| from_microseconds(microseconds));
    place.map(|(microseconds, id)| (started_at(microseconds), id)).ok_or_else(|| Error::no_cursor(cursor))
}
