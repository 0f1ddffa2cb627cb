//! What is taken away in passing: marks of rows that are gone, claims of services that never came to be known as dead, locks
//! of claims whose answer was lost.

use std::time::{Duration, Instant};

use egret_core::{RescueReport, Result};

use super::Store;
use super::rescue::add;
use super::row::AT_ONCE;

const IDLE_MARKS: &str = include_str!("../../queries/ours/idle_marks.sql");
const IDS: &str = include_str!("../../queries/ids.sql");
const CLEAR_LOCKS: &str = include_str!("../../queries/clear_locks.sql");

/// Between two times.
const PAUSE: Duration = Duration::from_secs(60);

impl Store {
    pub(super) async fn tidy_in_time(&self, report: &mut RescueReport) -> Result<()> {
        let orphans = self.persist(|| self.rescue_orphans()).await?;
        add(report, orphans);
        if !self.is_time_to_tidy() {
            return Ok(());
        }
        self.forget_marks_of_gone_rows().await?;
        self.persist(|| self.look_at_unreadable_again()).await
    }

    fn is_time_to_tidy(&self) -> bool {
        let mut last = self.tidied.lock().expect("nothing panics with the time");
        let is_time = last.is_none_or(|last| last.elapsed() >= PAUSE);
        if is_time {
            *last = Some(Instant::now());
        }
        is_time
    }

    /// A claim that was just being made while its service was buried belongs to nobody.
    async fn rescue_orphans(&self) -> Result<RescueReport> {
        let mut report = RescueReport::default();
        let mut look = self.look().await?;
        // Claims first: a service that registers in between has none yet.
        let claims = self.all_claims(&mut look).await?;
        let known = self.roster(&mut look).await?;
        drop(look);
        let is_orphan = |claim: &&super::mark::Mark| {
            claim.service.is_some_and(|service| known.iter().all(|known| known.id != service))
        };
        if !claims.iter().any(|claim| is_orphan(&claim)) {
            return Ok(report);
        }
        let mut step = self.begin().await?;
        let mut orphans: Vec<super::mark::Mark> = self.all_claims(&mut step).await?;
        let known = self.roster(&mut step).await?;
        orphans.retain(|claim| claim.service.is_some_and(|service| known.iter().all(|known| known.id != service)));
        for orphan in orphans {
            if let Some(service) = orphan.service {
                self.rescue_claims(&mut step, service, &[orphan], None, &mut report).await?;
            }
        }
        step.commit().await?;
        Ok(report)
    }

    async fn forget_marks_of_gone_rows(&self) -> Result<()> {
        let mut after = 0;
        loop {
            let mut step = self.begin().await?;
            let marked = step.ask_ours(IDLE_MARKS, vec![after.into(), AT_ONCE.into()]).await?;
            let marked: Vec<i64> = marked.iter().map(|columns| columns.integer(0)).collect();
            let Some(last) = marked.last() else { return Ok(()) };
            after = *last;
            let there = step.query(&self.tables.fill(IDS), vec![marked.as_slice().into()]).await?;
            let there: Vec<i64> = there.iter().map(|columns| columns.integer(0)).collect();
            let gone: Vec<i64> = marked.into_iter().filter(|id| !there.contains(id)).collect();
            self.delete_marks(&mut step, &gone).await?;
            step.commit().await?;
        }
    }

    /// A name of a lock under which rows may be held of which nobody here knows.
    pub(super) fn doubt(&self, name: String) {
        self.doubtful.lock().expect("nothing panics with the names").push(name);
    }

    /// Frees such rows.
    pub(super) async fn clear_doubtful(&self) {
        let names = std::mem::take(&mut *self.doubtful.lock().expect("nothing panics with the names"));
        for name in names {
            if let Err(error) = self.clear_locks(&name).await {
                tracing::debug!(%error, "failed to free rows that were claimed while the connection broke");
                self.doubt(name);
            }
        }
    }

    async fn clear_locks(&self, name: &str) -> Result<()> {
        let mut step = self.begin().await?;
        let n_rows = step.execute(&self.tables.fill(CLEAR_LOCKS), vec![name.into()]).await?;
        if n_rows > 0 {
            tracing::warn!(n_rows, "gave rows back that were claimed while the connection broke");
        }
        step.commit().await
    }
}
