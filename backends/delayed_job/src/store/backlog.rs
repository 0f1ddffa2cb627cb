//! The verb *backlog*.

use std::collections::BTreeMap;

use egret_core::{Backlog, BacklogRow, Payload, Result, Timestamp};

use super::claim::Wanted;
use super::queues::excluding;
use super::record::queue_of;
use super::transaction::Step;
use super::{Store, UNNAMED};

const BACKLOG: &str = include_str!("../../queries/backlog.sql");

/// So many due rows are looked at.
const MOST: usize = 200_000;
/// So many are read, to tell their classes; of more the queues are told alone.
const READ: usize = 1_000;

impl Store {
    pub(super) async fn look_at_backlog(&self) -> Result<Backlog> {
        let mut step = self.look().await?;
        let now = self.clock();
        let (excluded, excluded_parameters) = excluding(&self.unreadable_rows(&mut step).await?);
        let mut parameters = vec![now.into(), self.expired_before(now).into()];
        parameters.extend(excluded_parameters);
        parameters.push(MOST.into());
        let found = step.query(&self.tables.fill(&BACKLOG.replace("{excluded}", &excluded)), parameters).await?;
        let mut rows = Vec::with_capacity(found.len());
        let mut n_seen = 0;
        for columns in &found {
            let n_due = u64::try_from(columns.integer(1)).unwrap_or(0);
            n_seen += n_due;
            let queue = columns.text(0).unwrap_or_else(|| UNNAMED.to_owned());
            rows.push(BacklogRow { queue, class: None, n_due, oldest_due_at: columns.moment(2).unwrap_or(now) });
        }
        rows.sort_by(|one, other| one.queue.cmp(&other.queue));
        if n_seen <= READ as u64 {
            rows = self.by_class(&mut step, now).await?;
        }
        Ok(Backlog { rows, is_exact: n_seen < MOST as u64 })
    }

    /// Reads what is due.
    async fn by_class(&self, step: &mut Step<'_>, now: Timestamp) -> Result<Vec<BacklogRow>> {
        let passed_over = self.unreadable_rows(step).await?;
        let mut rows: BTreeMap<(String, String), BacklogRow> = BTreeMap::new();
        let wanted = Wanted { queues: None, passed_over: &passed_over, limit: READ, now };
        for row in self.look_at_candidates(step, &wanted).await? {
            let class = match self.read_job(&row).payload {
                Payload::Job(data) => data.job_class,
                Payload::Unreadable(_) => String::new(),
            };
            let due_at = row.run_at.unwrap_or(now);
            let queue = queue_of(&row).to_owned();
            let of_class = rows.entry((queue.clone(), class.clone())).or_insert_with(|| BacklogRow {
                queue,
                class: Some(class),
                n_due: 0,
                oldest_due_at: due_at,
            });
            of_class.n_due += 1;
            of_class.oldest_due_at = of_class.oldest_due_at.min(due_at);
        }
        Ok(rows.into_values().collect())
    }
}
