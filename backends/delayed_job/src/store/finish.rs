//! The verb *finish*.

use std::collections::HashMap;

use egret_core::{Applied, ErrorReport, Finish, JobData, Outcome, Payload, Result, Timestamp, UNKNOWN_CLASS};

use super::Store;
use super::mark::{Mark, Marks};
use super::record::told;
use super::release::REMOVE;
use super::row::lock_of;
use super::starts::row_of;
use super::transaction::Step;
use super::unknown::put_off;
use crate::database::Value;
use crate::table::{End, FailureRules, Row};

const RETRY: &str = include_str!("../../queries/retry.sql");
const KEEP: &str = include_str!("../../queries/keep.sql");
const AGAIN: &str = include_str!("../../queries/again.sql");
const POSTPONE: &str = include_str!("../../queries/postpone.sql");
const SNOOZE: &str = include_str!("../../queries/snooze.sql");

/// What is written for the ends of one batch.
#[derive(Debug, Default)]
struct Written {
    removed: Vec<i64>,
    marks: Vec<Mark>,
}

impl Store {
    pub(super) async fn finish_claims(&self, finishes: &[Finish]) -> Result<Vec<Applied>> {
        if finishes.iter().any(|finish| !finish.ledger.is_empty()) {
            return Err(self.cannot("move counters with the end of a job"));
        }
        let mut step = self.begin().await?;
        let mut ids: Vec<i64> = finishes.iter().map(|finish| row_of(finish.token)).collect();
        ids.sort_unstable();
        ids.dedup();
        let mut rows: HashMap<i64, Row> =
            self.hold_rows(&mut step, &ids).await?.into_iter().map(|row| (row.id, row)).collect();
        let marks = self.marks_of(&mut step, &ids).await?;
        let mut written = Written::default();
        let mut applied = Vec::with_capacity(finishes.len());
        for finish in finishes {
            let id = row_of(finish.token);
            let is_held = rows.get(&id).and_then(lock_of) == Some((finish.token.service, finish.token.claim));
            // Taken out, so that the same claim ends once.
            match is_held.then(|| rows.remove(&id)).flatten() {
                Some(row) => {
                    self.end(&mut step, finish, &row, marks.get(&id), &mut written).await?;
                    self.store_jobs(&mut step, &finish.follow_ups).await?;
                    applied.push(Applied::Done);
                }
                None => applied.push(Applied::Stale),
            }
        }
        self.write_rows(&mut step, REMOVE, &written.removed).await?;
        self.delete_marks(&mut step, &written.removed).await?;
        self.write_marks(&mut step, &marks, written.marks).await?;
        self.forget_lost(&mut step, finishes, &applied, &marks).await?;
        step.commit().await?;
        for finish in finishes {
            self.starts.forget(finish.token);
        }
        self.waiting.hint();
        Ok(applied)
    }

    async fn end(
        &self,
        step: &mut Step<'_>,
        finish: &Finish,
        row: &Row,
        mark: Option<&Mark>,
        written: &mut Written,
    ) -> Result<()> {
        let now = self.clock();
        let ran = u32::from(finish.started_at.is_some());
        let mut mark = mark.cloned().unwrap_or_else(|| Mark::of(row.id));
        mark.free();
        mark.clear_interruptions();
        let n_postponed = std::mem::take(&mut mark.n_postponed);
        mark.error = None;
        match &finish.outcome {
            Outcome::Completed { .. } | Outcome::AcknowledgedBeforeRun | Outcome::Cancelled { .. } => {
                written.removed.push(row.id);
                return Ok(());
            }
            Outcome::Reenqueue { data, at, error } => {
                match self.again(step, row, data, *at, error.as_ref(), now).await? {
                    None => {
                        // What the column counted begins anew, as in the new row that Ruby would have made.
                        mark.more_attempts += row.attempts + ran;
                        mark.error.clone_from(error);
                    }
                    Some(refused) => {
                        self.keep(step, row, ran, &refused, now).await?;
                        mark.error = Some(refused);
                    }
                }
            }
            Outcome::Snoozed { until } => {
                mark.more_attempts += ran;
                step.execute(&self.tables.fill(SNOOZE), vec![(*until).into(), now.into(), row.id.into()]).await?;
            }
            Outcome::Failed { error } if error.class == UNKNOWN_CLASS => {
                // Not this program's to judge: another one may know the class, in Ruby or here after a deploy.
                mark.n_postponed = n_postponed.saturating_add(1);
                let parameters = vec![put_off(now, n_postponed).into(), now.into(), row.id.into()];
                step.execute(&self.tables.fill(POSTPONE), parameters).await?;
            }
            Outcome::Failed { error } => match End::of_failure(self.rules_of(row), row.attempts, error, now) {
                End::Retry { run_at, .. } => {
                    let last_error = self.error_text(error);
                    let parameters =
                        vec![(row.attempts + ran).into(), last_error.into(), run_at.into(), now.into(), row.id.into()];
                    step.execute(&self.tables.fill(RETRY), parameters).await?;
                    mark.error = Some(error.clone());
                }
                End::Keep { .. } => {
                    self.keep(step, row, ran, error, now).await?;
                    mark.error = Some(error.clone());
                }
                _ => {
                    written.removed.push(row.id);
                    return Ok(());
                }
            },
            Outcome::Discarded { error } if !self.rules_of(row).destroy_failed_jobs => {
                self.keep(step, row, ran, error, now).await?;
                mark.error = Some(error.clone());
            }
            // Given up, and not to be kept; and what later versions may bring.
            _ => {
                written.removed.push(row.id);
                return Ok(());
            }
        }
        written.marks.push(mark);
        Ok(())
    }

    /// What becomes of the row if its job fails.
    fn rules_of(&self, row: &Row) -> FailureRules {
        // The handler is read only where its class could matter.
        let payload = (!self.settings.classes.is_empty()).then(|| self.read_job(row).payload);
        let class = payload.as_ref().and_then(Payload::job).map_or("", |data| data.job_class.as_str());
        self.settings.rules_of(class)
    }

    /// Stores the payload of the next attempt in the row; answers why not, if it has no form in YAML.
    async fn again(
        &self,
        step: &mut Step<'_>,
        row: &Row,
        data: &JobData,
        at: Option<Timestamp>,
        error: Option<&ErrorReport>,
        now: Timestamp,
    ) -> Result<Option<ErrorReport>> {
        let queue = if data.native.is_some() && data.queue_name.is_none() {
            row.queue.clone()
        } else {
            self.settings.queue_of(Some(data.queue()))
        };
        let priority = match (data.native.is_some(), data.priority) {
            (true, None) => Ok(i32::try_from(row.priority).unwrap_or(0)),
            _ => self.settings.column_priority(data, queue.as_deref()),
        };
        let (handler, priority) = match (self.handler_of(data, row), priority) {
            (Ok(handler), Ok(priority)) => (handler, priority),
            (Err(error), _) => return Ok(Some(ErrorReport::new("Egret::UnwritablePayload", told(&error)))),
            (_, Err(error)) => return Ok(Some(ErrorReport::new("Egret::UnwritablePayload", told(&error)))),
        };
        let fits = queue.as_deref().map_or(Ok(()), |queue| self.check_queue(queue));
        if let Err(error) = self.check_handler(&handler).and(fits) {
            return Ok(Some(ErrorReport::new("Egret::UnwritablePayload", told(&error))));
        }
        let mut parameters: Vec<Value> = vec![
            handler.into(),
            i64::from(priority).into(),
            Value::Text(error.map(|error| self.error_text(error))),
            at.unwrap_or(now).into(),
            now.into(),
            now.into(),
        ];
        let set_queue = if self.tables.has_queue { "queue = ?, " } else { "" };
        if self.tables.has_queue {
            parameters.push(queue.clone().into());
        }
        parameters.push(row.id.into());
        let statement = AGAIN.replace("{set_queue}", set_queue);
        step.execute(&self.tables.fill(&statement), parameters).await?;
        if let Some(queue) = &queue {
            self.forget_queues_without(queue);
        }
        Ok(None)
    }

    async fn keep(&self, step: &mut Step<'_>, row: &Row, ran: u32, error: &ErrorReport, now: Timestamp) -> Result<()> {
        let attempts = row.attempts + ran;
        let parameters = vec![attempts.into(), self.error_text(error).into(), now.into(), now.into(), row.id.into()];
        step.execute(&self.tables.fill(KEEP), parameters).await?;
        Ok(())
    }

    /// Rows that Ruby has taken away: nothing is to be remembered of claims on them.
    async fn forget_lost(
        &self,
        step: &mut Step<'_>,
        finishes: &[Finish],
        applied: &[Applied],
        marks: &Marks,
    ) -> Result<()> {
        let stale = finishes.iter().zip(applied).filter(|(_, applied)| **applied == Applied::Stale);
        let is_of_claim = |finish: &Finish| {
            let suffix = format!(" service:{} claim:{}", finish.token.service, finish.token.claim);
            let mark = marks.get(&row_of(finish.token));
            mark.and_then(|mark| mark.locked_by.as_ref()).is_some_and(|name| name.ends_with(&suffix))
        };
        let mut lost: Vec<i64> =
            stale.filter(|(finish, _)| is_of_claim(finish)).map(|(f, _)| row_of(f.token)).collect();
        lost.retain(|id| {
            // A second end of the same batch is stale as well; the first has written the mark.
            !finishes.iter().zip(applied).any(|(f, applied)| *applied == Applied::Done && row_of(f.token) == *id)
        });
        self.free_marks(step, &lost, marks).await
    }
}
