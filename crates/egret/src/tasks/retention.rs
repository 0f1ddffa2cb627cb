//! The task sweep: old tasks and logs of old runs are forgotten, what lives never.

use std::time::Duration;

use egret_core::{Backend, PruneTasks, PrunedTasks, Timestamp};
use jiff::{SignedDuration, tz::TimeZone};

use crate::Error;

/// Tasks and runs forgotten in one step, so that nobody waits long for the store (SHIRASAGI 1.21.0,
/// `app/jobs/ss/task_sweep_job.rb`: batches of 100).
const STEP: usize = 100;

/// For how long tasks and their logs are kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TaskRetention {
    /// Tasks that were last written longer ago than this, counted back from the beginning of today, go; `None`: never.
    /// Default 14 days (SHIRASAGI 1.21.0, `ss.keep_tasks`).
    pub keep_tasks: Option<Duration>,
    /// Log lines of runs that wrote last this long ago, or longer, go; `None`: never. Default 14 days (SHIRASAGI 1.21.0,
    /// `job.keep_logs`).
    pub keep_logs: Option<Duration>,
}

impl Default for TaskRetention {
    fn default() -> Self {
        let two_weeks = Some(Duration::from_secs(14 * 24 * 60 * 60));
        Self { keep_tasks: two_weeks, keep_logs: two_weeks }
    }
}

impl TaskRetention {
    /// What may be forgotten at this moment, with days as they begin in the zone.
    fn at(&self, now: Timestamp, zone: &TimeZone) -> PruneTasks {
        let before = |moment: Timestamp, age: Duration| {
            SignedDuration::try_from(age).ok().and_then(|age| moment.checked_sub(age).ok())
        };
        let today = now.to_zoned_datetime(zone.clone()).start_of_day().map_or(now, |today| today.timestamp());
        PruneTasks {
            tasks_before: self.keep_tasks.and_then(|age| before(today, age)),
            logs_until: self.keep_logs.and_then(|age| before(now, age)),
            limit: STEP,
        }
    }
}

/// Forgets closed tasks that nobody has written since the beginning of the day that lies so far back, and logs of old runs.
/// Tasks that somebody has, and their present runs, are never touched; services are no rows that could be. What was done is
/// logged, with the number of tasks.
///
/// A store that keeps no tasks has nothing to forget.
///
/// # Errors
/// When the store fails; what was forgotten before stays forgotten.
pub async fn sweep(backend: &dyn Backend, retention: &TaskRetention, zone: &TimeZone) -> Result<PrunedTasks, Error> {
    let mut total = PrunedTasks::default();
    if !backend.capabilities().tasks {
        return Ok(total);
    }
    if retention.keep_tasks.is_none() {
        tracing::debug!("tasks are kept for ever");
    }
    let prune = retention.at(backend.now().await?, zone);
    if prune.tasks_before.is_none() && prune.logs_until.is_none() {
        return Ok(total);
    }
    loop {
        let pruned = backend.prune_tasks(prune).await?;
        let is_done = pruned.tasks.len() < STEP && pruned.n_logs < STEP as u64;
        total.tasks.extend(pruned.tasks);
        total.n_logs += pruned.n_logs;
        if is_done {
            break;
        }
        tokio::task::yield_now().await;
    }
    if let Some(before) = prune.tasks_before.filter(|_| !total.tasks.is_empty()) {
        tracing::info!(n_tasks = total.tasks.len(), %before, "tasks deleted that nobody has written since");
    }
    Ok(total)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn m1_tasks_go_by_days_and_logs_by_the_moment() {
        let zone = TimeZone::get("Asia/Tokyo").unwrap();
        let now: Timestamp = "2021-11-16T12:34:56+09:00".parse().unwrap();
        let prune = TaskRetention::default().at(now, &zone);
        assert_eq!(prune.tasks_before, Some("2021-11-02T00:00:00+09:00".parse().unwrap()));
        assert_eq!(prune.logs_until, Some("2021-11-02T12:34:56+09:00".parse().unwrap()));
    }

    #[test]
    fn m2_never_is_never() {
        let retention = TaskRetention { keep_tasks: None, keep_logs: None };
        let prune = retention.at(Timestamp::now(), &TimeZone::UTC);
        assert_eq!((prune.tasks_before, prune.logs_until), (None, None));
    }
}
