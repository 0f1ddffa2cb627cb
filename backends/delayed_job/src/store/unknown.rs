//! Rows of classes that nobody here knows: left as they are while Ruby's workers may be about to take them, then put off.
//!
//! Whoever looks ten times a second and moved such a row each time would keep it from a worker that looks every five seconds.

use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard};
use std::time::{Duration, Instant};

use egret_core::job_data::saturating_add;
use egret_core::{ClassSelection, Payload, Result, Timestamp};

use super::Store;
use super::claim::Wanted;
use super::mark::{Mark, Marks};
use super::transaction::Step;
use crate::table::Row;

const OTHERS: &str = include_str!("../../queries/others.sql");
const MOVE: &str = include_str!("../../queries/move.sql");

/// For so long a row that is due is left to others: Ruby's workers look every 5 s (delayed_job 4.1, `sleep_delay`).
const GRACE: Duration = Duration::from_secs(6);
/// A row that nobody has taken is put off for so long, doubled each time.
const FIRST_DELAY: Duration = Duration::from_secs(5);
const LONGEST_DELAY: Duration = Duration::from_secs(300);
/// So many rows are passed over by their numbers; further ones are read again each time that they come first.
const MOST: usize = 10_000;
/// Services with selections of their own that are told apart.
const MOST_SELECTIONS: usize = 16;
/// At this many rows at once it is seen whether one is of a class that is known.
const LOOKED_AT: usize = 250;
const ROUNDS: usize = 8;

/// A row that a claim has seen and may not take: its number, and since when it is due.
pub(super) type Stray = (i64, Option<Timestamp>);

/// Rows that this handle leaves to others for now.
#[derive(Debug, Default)]
pub(crate) struct LeftToOthers(Mutex<Vec<OfClasses>>);

/// Those that nobody with these classes takes, and until when nobody looks at them again.
#[derive(Debug)]
struct OfClasses {
    classes: ClassSelection,
    until: HashMap<i64, Instant>,
}

impl LeftToOthers {
    fn numbers(&self, classes: &ClassSelection) -> Vec<i64> {
        let now = Instant::now();
        let mut all = self.lock();
        let Some(of_classes) = all.iter_mut().find(|of_classes| of_classes.classes == *classes) else {
            return Vec::new();
        };
        of_classes.until.retain(|_, until| *until > now);
        of_classes.until.keys().copied().collect()
    }

    fn add(&self, classes: &ClassSelection, rows: impl Iterator<Item = (i64, Duration)>) {
        let now = Instant::now();
        let mut all = self.lock();
        let place = all.iter().position(|of_classes| of_classes.classes == *classes).unwrap_or_else(|| {
            if all.len() == MOST_SELECTIONS {
                all.remove(0);
            }
            all.push(OfClasses { classes: classes.clone(), until: HashMap::new() });
            all.len() - 1
        });
        let until = &mut all[place].until;
        for (row, time) in rows.take(MOST.saturating_sub(until.len())) {
            until.insert(row, now + time);
        }
    }

    fn lock(&self) -> MutexGuard<'_, Vec<OfClasses>> {
        self.0.lock().expect("nothing panics with the numbers")
    }
}

/// When a row of an unknown class is looked at again that was put off so many times.
pub(super) fn put_off(now: Timestamp, n_postponed: u32) -> Timestamp {
    saturating_add(now, FIRST_DELAY.saturating_mul(1 << n_postponed.min(16)).min(LONGEST_DELAY))
}

/// For how long a row that has become due is still left to others.
fn rest_of_grace(run_at: Option<Timestamp>, now: Timestamp) -> Duration {
    let due_for = run_at.map_or(Duration::ZERO, |run_at| now.duration_since(run_at).unsigned_abs());
    GRACE.saturating_sub(due_for)
}

impl Store {
    /// Numbers of rows that a claim of these classes passes over.
    pub(super) async fn passed_over(&self, step: &mut Step<'_>, classes: &ClassSelection) -> Result<Vec<i64>> {
        let mut numbers = self.unreadable_rows(step).await?;
        numbers.extend(self.left_to_others.numbers(classes));
        Ok(numbers)
    }

    /// Leaves rows that have just become due to others, and all of them where a worker of others is at work; else puts them
    /// off, free and with their attempts unchanged.
    pub(super) async fn leave_to_others(
        &self,
        step: &mut Step<'_>,
        strays: &[Stray],
        marks: &Marks,
        classes: &ClassSelection,
        now: Timestamp,
    ) -> Result<()> {
        let (late, young): (Vec<&Stray>, Vec<&Stray>) =
            strays.iter().partition(|(_, run_at)| rest_of_grace(*run_at, now).is_zero());
        self.left_to_others.add(classes, young.iter().map(|(row, run_at)| (*row, rest_of_grace(*run_at, now))));
        if late.is_empty() {
            return Ok(());
        }
        if self.do_others_work(step, now).await? {
            self.left_to_others.add(classes, late.iter().map(|(row, _)| (*row, GRACE)));
            return Ok(());
        }
        let late: Vec<i64> = late.iter().map(|(row, _)| *row).collect();
        self.postpone(step, &late, marks, now).await
    }

    /// Whether a row is held by a worker that is none of ours.
    async fn do_others_work(&self, step: &mut Step<'_>, now: Timestamp) -> Result<bool> {
        let held = step.query(&self.tables.fill(OTHERS), vec![self.expired_before(now).into()]).await?;
        Ok(!held.is_empty())
    }

    async fn postpone(&self, step: &mut Step<'_>, rows: &[i64], marks: &Marks, now: Timestamp) -> Result<()> {
        let mut marked = Vec::with_capacity(rows.len());
        for id in rows {
            let mut mark = marks.get(id).cloned().unwrap_or_else(|| Mark::of(*id));
            let parameters = vec![put_off(now, mark.n_postponed).into(), now.into(), (*id).into()];
            mark.n_postponed = mark.n_postponed.saturating_add(1);
            step.execute(&self.tables.fill(MOVE), parameters).await?;
            marked.push(mark);
        }
        tracing::debug!(n_rows = rows.len(), "put off rows of classes that are not known here");
        self.write_marks(step, marks, marked).await
    }

    /// Whether there is something for a claim: a due row of a class that is selected, or one that nobody else has taken in time.
    pub(super) async fn is_any_known_due(
        &self,
        step: &mut Step<'_>,
        queues: &[String],
        classes: &ClassSelection,
        now: Timestamp,
    ) -> Result<bool> {
        let mut passed_over = self.passed_over(step, classes).await?;
        for round in 0..ROUNDS {
            let limit = 1 + round * LOOKED_AT;
            let wanted = Wanted { queues: Some(queues), passed_over: &passed_over, limit, now };
            let rows = self.look_at_candidates(step, &wanted).await?;
            let is_claimable = |row: &Row| match self.read_job(row).payload {
                Payload::Job(data) => classes.contains(&data.job_class) || rest_of_grace(row.run_at, now).is_zero(),
                // Somebody must look at it once, and tell of it.
                Payload::Unreadable(_) => true,
            };
            if rows.iter().any(is_claimable) {
                return Ok(true);
            }
            self.left_to_others.add(classes, rows.iter().map(|row| (row.id, rest_of_grace(row.run_at, now))));
            if rows.len() < limit {
                break;
            }
            passed_over.extend(rows.iter().map(|row| row.id));
        }
        Ok(false)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_one_selection_leaves_another_sees() {
        let left = LeftToOthers::default();
        let [mail, all] = [ClassSelection::only(["Mail"]), ClassSelection::All];
        left.add(&mail, [(7, GRACE), (8, Duration::ZERO)].into_iter());
        assert_eq!((left.numbers(&mail), left.numbers(&all)), (vec![7], vec![]));
        left.add(&mail, (100..100_000).map(|row| (row, GRACE)));
        assert_eq!(left.numbers(&mail).len(), MOST);
    }

    #[test]
    fn a_row_is_put_off_longer_each_time_up_to_five_minutes() {
        let now = Timestamp::UNIX_EPOCH;
        let seconds = [0, 1, 2, 5, 6, 40].map(|n_postponed| put_off(now, n_postponed).as_second());
        assert_eq!(seconds, [5, 10, 20, 160, 300, 300]);
    }
}
