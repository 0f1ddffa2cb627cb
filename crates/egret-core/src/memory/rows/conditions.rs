//! Conditions of an enqueue: full queues, users at their limit, keys that are taken.

use jiff::Timestamp;

use super::store::Store;
use crate::job_data::saturating_add;
use crate::{Conditions, Enqueued, JobData, JobId, LimitReached, UniqueKey, UserLimit};

/// Who has a unique key.
#[derive(Debug)]
pub(super) struct KeyHold {
    id: JobId,
    record: u64,
    /// Until when the key is taken even if the job has ended.
    until: Option<Timestamp>,
}

impl Store {
    /// Why a job is not stored, if it is not.
    pub(super) fn judge(
        &mut self,
        data: &JobData,
        conditions: Option<&Conditions>,
        now: Timestamp,
    ) -> Option<Enqueued> {
        if self.ids.contains_key(&data.job_id) {
            return Some(Enqueued::Duplicate(data.job_id.clone()));
        }
        let conditions = conditions?;
        let duplicate = conditions.unique.as_ref().and_then(|unique| self.key_holder(&unique.key, now));
        let full = || self.full_queue(data.queue(), conditions.max_queue_size);
        let busy = || self.busy_user(conditions.user_limit.as_ref());
        duplicate.map(Enqueued::Duplicate).or_else(|| full().or_else(busy).map(Enqueued::Refused))
    }

    pub(super) fn take_key(&mut self, unique: &UniqueKey, id: &JobId, record: u64, now: Timestamp) {
        let until = unique.window.map(|window| saturating_add(now, window));
        self.keys.insert(unique.key.clone(), KeyHold { id: id.clone(), record, until });
    }

    /// The job that has a key, after keys that nobody has any more are forgotten.
    fn key_holder(&mut self, key: &str, now: Timestamp) -> Option<JobId> {
        let hold = self.keys.get(key)?;
        let is_taken = self.jobs.contains_key(&hold.record) || hold.until.is_some_and(|until| now < until);
        let holder = is_taken.then(|| hold.id.clone());
        if !is_taken {
            self.keys.remove(key);
        }
        holder
    }

    fn full_queue(&self, queue: &str, limit: Option<u64>) -> Option<LimitReached> {
        let limit = limit?;
        let n_jobs = self.jobs.values().filter(|job| job.queue == queue).count() as u64;
        (n_jobs >= limit).then(|| LimitReached::QueueSize { queue: queue.to_owned(), limit })
    }

    pub(super) fn busy_user(&self, user: Option<&UserLimit>) -> Option<LimitReached> {
        let UserLimit { user_id, limit } = user?;
        let n_jobs = self.jobs.values().filter(|job| job.user.as_deref() == Some(user_id)).count() as u64;
        (n_jobs >= *limit).then(|| LimitReached::PerUser { user_id: user_id.clone(), limit: *limit })
    }
}
