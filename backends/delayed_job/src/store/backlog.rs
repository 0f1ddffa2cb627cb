//! The verb *backlog*.

use egret_core::{Backlog, BacklogRow, Result};

use super::queues::excluding;
use super::{Store, UNNAMED};

const BACKLOG: &str = include_str!("../../queries/backlog.sql");

/// So many due rows are looked at.
const MOST: usize = 200_000;

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
        Ok(Backlog { rows, is_exact: n_seen < MOST as u64 })
    }
}
