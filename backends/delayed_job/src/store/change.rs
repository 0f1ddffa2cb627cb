//! The verb *change*: rows that people move by hand, each only if it is still what it was.

use std::collections::BTreeSet;

use egret_core::{Change, ChangeReport, Former, JobData, JobId, JobState, Payload, Result, Target, Timestamp};

use super::Store;
use super::mark::Mark;
use super::release::REMOVE;
use super::row::lock_of;
use super::transaction::Step;
use crate::database::Value;
use crate::table::Row;

const MOVE: &str = include_str!("../../queries/move.sql");
const REVIVE: &str = include_str!("../../queries/revive.sql");
const SNOOZE: &str = include_str!("../../queries/snooze.sql");
const CANCEL: &str = include_str!("../../queries/ours/cancel.sql");

/// So many rows are changed in one step.
const AT_ONCE: usize = 100;

impl Store {
    pub(super) async fn change_jobs(&self, target: Target, change: Change) -> Result<ChangeReport> {
        let mut report = ChangeReport::default();
        let rows = match target {
            Target::Filter(filter) => self.select_rows(&filter).await?,
            Target::Ids(ids) => self.rows_of_ids(ids, &mut report.unknown).await?,
            Target::Among { ids, filter } => {
                let rows = self.rows_of_ids(ids, &mut Vec::new()).await?;
                let mut covered = Vec::new();
                let mut step = self.look().await?;
                let marks = self.marks_of(&mut step, &rows).await?;
                for row in self.look_at_rows(&mut step, &rows).await? {
                    let record = self.record(&row, marks.get(&row.id), None, self.clock());
                    if filter.covers(&record) {
                        covered.push(row.id);
                    }
                }
                let covered: BTreeSet<i64> = covered.into_iter().collect();
                rows.into_iter().filter(|row| covered.contains(row)).collect()
            }
        };
        for rows in rows.chunks(AT_ONCE) {
            report.extend(self.persist(|| self.change_rows(rows, change)).await?);
        }
        if !report.changed.is_empty() {
            self.waiting.hint();
        }
        Ok(report)
    }

    async fn rows_of_ids(&self, ids: Vec<JobId>, unknown: &mut Vec<JobId>) -> Result<Vec<i64>> {
        let mut step = self.look().await?;
        let found = self.find_rows(&mut step, &ids).await?;
        let mut rows = Vec::with_capacity(ids.len());
        for id in ids {
            match found.get(&id) {
                Some(row) => rows.push(row.id),
                None => unknown.push(id),
            }
        }
        Ok(rows)
    }

    async fn change_rows(&self, ids: &[i64], change: Change) -> Result<ChangeReport> {
        let mut step = self.begin().await?;
        let mut sorted = ids.to_vec();
        sorted.sort_unstable();
        let rows = self.hold_rows(&mut step, &sorted).await?;
        let marks = self.marks_of(&mut step, &sorted).await?;
        let now = self.clock();
        let mut changed = ChangeReport::default();
        for id in ids {
            let Some(row) = rows.iter().find(|row| row.id == *id) else { continue };
            self.change_row(&mut step, row, marks.get(id), change, now, &mut changed).await?;
        }
        step.commit().await?;
        Ok(changed)
    }

    async fn change_row(
        &self,
        step: &mut Step<'_>,
        row: &Row,
        mark: Option<&Mark>,
        change: Change,
        now: Timestamp,
        report: &mut ChangeReport,
    ) -> Result<()> {
        let job = self.read_job(row);
        let id = job.id();
        let state = self.state(row, mark, now);
        if row.failed_at.is_none() && self.is_locked(row, now) {
            // Ruby's workers cannot be asked.
            let can_be_asked = change == Change::Cancel && lock_of(row).is_some();
            let is_asked = can_be_asked && step.tell_ours(CANCEL, vec![row.id.into()]).await? > 0;
            match is_asked {
                true => report.asked.push(id),
                false => report.refused.push((id, state)),
            }
            return Ok(());
        }
        let is_given_up = state == JobState::Discarded;
        let former = Former::new(state, self.record(row, mark, None, now).due_at);
        match change {
            Change::Retry if is_given_up || state == JobState::Retryable => {
                self.revive(step, row, mark, &job.payload, now).await?;
            }
            Change::RunNow if matches!(state, JobState::Scheduled | JobState::Retryable) => {
                step.execute(&self.tables.fill(MOVE), vec![now.into(), now.into(), row.id.into()]).await?;
            }
            Change::Reschedule(at) if !is_given_up => {
                // It waits for a time that a person gave, no longer for its next attempt.
                let statement = if row.attempts == 0 { SNOOZE } else { MOVE };
                step.execute(&self.tables.fill(statement), vec![at.into(), now.into(), row.id.into()]).await?;
            }
            Change::Cancel if is_given_up => {
                report.refused.push((id, state));
                return Ok(());
            }
            Change::Cancel | Change::Delete => {
                self.write_rows(step, REMOVE, &[row.id]).await?;
                self.delete_marks(step, &[row.id]).await?;
            }
            _ => {
                report.refused.push((id, state));
                return Ok(());
            }
        }
        report.add_changed(id, former);
        Ok(())
    }

    /// Runs again, at once, with the counters of retries reset.
    async fn revive(
        &self,
        step: &mut Step<'_>,
        row: &Row,
        mark: Option<&Mark>,
        payload: &Payload,
        now: Timestamp,
    ) -> Result<()> {
        // What cannot be read, or written again, stays as it is.
        let handler = payload.job().and_then(|data| self.handler_of(&reset(data), row).ok());
        let set_handler = if handler.is_some() { "handler = ?, " } else { "" };
        let mut parameters: Vec<Value> = handler.into_iter().map(Value::from).collect();
        parameters.extend([now.into(), now.into(), row.id.into()]);
        step.execute(&self.tables.fill(&REVIVE.replace("{set_handler}", set_handler)), parameters).await?;
        let mut now = mark.cloned().unwrap_or_else(|| Mark::of(row.id));
        now.free();
        now.clear_interruptions();
        (now.error, now.unreadable) = (None, None);
        // Attempts go on being counted; those that the column counted begin anew there.
        now.more_attempts = now.more_attempts.saturating_add(row.attempts);
        let before = mark.map(|mark| (row.id, mark.clone())).into_iter().collect();
        self.write_marks(step, &before, vec![now]).await
    }
}

/// The payload with the counters of Active Job's retries reset.
fn reset(data: &JobData) -> JobData {
    let mut data = data.clone();
    if data.native.is_none() {
        data.executions = 0;
        if let Some(counters) = &mut data.exception_executions {
            counters.clear();
        }
    }
    data
}
