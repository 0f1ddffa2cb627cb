//! Rows whose handlers cannot be read: left as they are, passed over by their numbers, told of once.

use std::collections::BTreeSet;
use std::sync::Mutex;

use egret_core::Result;

use super::Store;
use super::mark::{Mark, Marks};
use super::transaction::Step;

const KNOWN: &str = include_str!("../../queries/ours/unreadable.sql");
const FORGET: &str = include_str!("../../queries/ours/readable_again.sql");

/// So many of them are passed over by their numbers; further ones are read again each time that they come first.
const MOST: usize = 10_000;

/// The rows that this handle passes over.
#[derive(Debug, Default)]
pub(crate) struct Unreadable(Mutex<Option<BTreeSet<i64>>>);

impl Store {
    /// Numbers of rows to be passed over.
    pub(super) async fn unreadable_rows(&self, step: &mut Step<'_>) -> Result<Vec<i64>> {
        if let Some(known) = &*self.unreadable.0.lock().expect("nothing panics with the numbers") {
            return Ok(known.iter().copied().collect());
        }
        let found = step.ask_ours(KNOWN, vec![MOST.into()]).await?;
        let known: BTreeSet<i64> = found.iter().map(|columns| columns.integer(0)).collect();
        let numbers = known.iter().copied().collect();
        *self.unreadable.0.lock().expect("nothing panics with the numbers") = Some(known);
        Ok(numbers)
    }

    /// Passes over rows from now on, and says why those are that nobody has told of.
    pub(super) async fn pass_over(&self, step: &mut Step<'_>, rows: Vec<(i64, String)>, known: &Marks) -> Result<()> {
        let mut now = Vec::new();
        for (job, reason) in rows {
            let mark = known.get(&job).cloned().unwrap_or_else(|| Mark::of(job));
            if mark.unreadable.is_none() {
                tracing::warn!(row = job, reason, "a handler of Delayed Job cannot be read; its row is left as it is");
            }
            now.push(Mark { unreadable: Some(reason), ..mark });
        }
        let numbers: Vec<i64> = now.iter().map(|mark| mark.job).collect();
        self.write_marks(step, known, now).await?;
        if let Some(known) = &mut *self.unreadable.0.lock().expect("nothing panics with the numbers") {
            known.extend(numbers);
            while known.len() > MOST {
                known.pop_first();
            }
        }
        Ok(())
    }

    /// Those that somebody has mended, or replaced by others of the same numbers, are passed over no longer.
    pub(super) async fn look_at_unreadable_again(&self) -> Result<()> {
        let mended = self.mended_rows().await?;
        if !mended.is_empty() {
            let mut step = self.begin().await?;
            let marks = self.marks_of(&mut step, &mended).await?;
            let now = marks.values().map(|mark| Mark { unreadable: None, ..mark.clone() }).collect();
            self.write_marks(&mut step, &marks, now).await?;
            step.commit().await?;
        }
        self.forget_unreadable();
        Ok(())
    }

    async fn mended_rows(&self) -> Result<Vec<i64>> {
        let mut look = self.look().await?;
        let found = look.ask_ours(KNOWN, vec![MOST.into()]).await?;
        let numbers: Vec<i64> = found.iter().map(|columns| columns.integer(0)).collect();
        let mut mended = Vec::new();
        for row in self.look_at_rows(&mut look, &numbers).await? {
            if self.read_job(&row).payload.job().is_some() {
                mended.push(row.id);
            }
            // Beats are sent by this thread as well.
            tokio::task::yield_now().await;
        }
        Ok(mended)
    }

    /// Everything is read again: a new service may be of a new version, and somebody may have mended a row.
    pub(super) async fn read_all_again(&self, step: &mut Step<'_>) -> Result<()> {
        step.tell_ours(FORGET, Vec::new()).await?;
        self.forget_unreadable();
        Ok(())
    }

    /// As [`read_all_again`](Self::read_all_again), for this handle alone.
    pub(super) fn forget_unreadable(&self) {
        *self.unreadable.0.lock().expect("nothing panics with the numbers") = None;
    }
}
