//! The verb *release*: rows that go back to where they were.

use std::collections::HashMap;

use egret_core::{Applied, Release, Result, ServiceId};

use super::Store;
use super::mark::{Mark, Marks};
use super::row::{AT_ONCE, lock_of};
use super::starts::row_of;
use super::transaction::Step;

const UNLOCK: &str = include_str!("../../queries/unlock.sql");
pub(super) const REMOVE: &str = include_str!("../../queries/remove.sql");

impl Store {
    pub(super) async fn release_claims(&self, releases: &[Release]) -> Result<Vec<Applied>> {
        let mut step = self.begin().await?;
        let mut ids: Vec<i64> = releases.iter().map(|release| row_of(release.token)).collect();
        ids.sort_unstable();
        ids.dedup();
        let mut locks: HashMap<i64, (ServiceId, u64)> =
            self.hold_rows(&mut step, &ids).await?.iter().filter_map(|row| Some((row.id, lock_of(row)?))).collect();
        let marks = self.marks_of(&mut step, &ids).await?;
        let mut applied = Vec::with_capacity(releases.len());
        let mut given_back = Vec::new();
        for Release { token, .. } in releases {
            let is_held = locks.get(&row_of(*token)) == Some(&(token.service, token.claim));
            applied.push(if is_held { Applied::Done } else { Applied::Stale });
            if is_held {
                locks.remove(&row_of(*token));
                given_back.push(row_of(*token));
            }
        }
        self.give_back(&mut step, &given_back, &marks).await?;
        step.commit().await?;
        for release in releases {
            self.starts.forget(release.token);
        }
        self.waiting.hint();
        Ok(applied)
    }

    /// Frees rows that are held, as they were; those that a person has cancelled go.
    pub(super) async fn give_back(&self, step: &mut Step<'_>, ids: &[i64], marks: &Marks) -> Result<()> {
        let is_cancelled = |id: &i64| marks.get(id).is_some_and(|mark| mark.is_cancelled);
        let (cancelled, free): (Vec<i64>, Vec<i64>) = ids.iter().partition(|id| is_cancelled(id));
        self.write_rows(step, UNLOCK, &free).await?;
        self.write_rows(step, REMOVE, &cancelled).await?;
        self.delete_marks(step, &cancelled).await?;
        let freed = |mark: &Mark| {
            let mut mark = mark.clone();
            mark.free();
            mark
        };
        let now = free.iter().filter_map(|id| marks.get(id)).map(freed).collect();
        self.write_marks(step, marks, now).await
    }

    /// One statement on so many rows.
    pub(super) async fn write_rows(&self, step: &mut Step<'_>, statement: &str, ids: &[i64]) -> Result<()> {
        for ids in ids.chunks(AT_ONCE) {
            step.execute(&self.tables.fill(statement), vec![ids.into()]).await?;
        }
        Ok(())
    }
}
