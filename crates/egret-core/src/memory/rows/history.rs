//! Attempts, their log lines, and the verb *prune*.

use jiff::{SignedDuration, Timestamp};

use super::store::{FinishedKey, Store};
use crate::{Execution, JobId, JobRecord, LogExcerpt, LogQuery, Payload, PrunePolicy, PruneReport, StoreSize};

impl Store {
    pub(super) fn executions(&mut self, id: &JobId) -> Vec<Execution> {
        let mut executions = self.executions.get(id).cloned().unwrap_or_default();
        let live = self.ids.get(id).map(|record| &self.jobs[record]);
        executions.extend(live.and_then(|job| self.running_execution(job)));
        executions
    }

    pub(super) fn log_excerpt(&self, query: &LogQuery) -> LogExcerpt {
        let lines = self.log_lines.get(&(query.job_id.clone(), query.attempt)).map(Vec::as_slice).unwrap_or_default();
        let start = usize::try_from(query.after).unwrap_or(usize::MAX).min(lines.len());
        let lines: Vec<_> = lines[start..].iter().take(query.limit).cloned().collect();
        LogExcerpt { position: (start + lines.len()) as u64, lines }
    }

    pub(super) fn prune(&mut self, policy: &PrunePolicy) -> PruneReport {
        let now = self.tick();
        let retention = &policy.retention;
        let is_old = |finished_at: Timestamp, job: &JobRecord| {
            let age = retention.age(job.state).and_then(|age| SignedDuration::try_from(age).ok());
            age.is_some_and(|age| now.duration_since(finished_at) >= age)
        };
        let old = self.finished.iter().filter(|((finished_at, _), job)| is_old(*finished_at, job));
        let old: Vec<FinishedKey> = old.map(|(key, _)| *key).take(policy.limit).collect();
        let mut removed: Vec<JobId> = old.into_iter().map(|key| self.prune_one(key)).collect();
        let mut used = self.size().used_bytes;
        while removed.len() < policy.limit && retention.max_bytes.is_some_and(|most| used > most) {
            let Some((key, weight)) = self.finished.first_key_value().map(|(key, job)| (*key, self.weight_of(job)))
            else {
                break;
            };
            used = used.saturating_sub(weight);
            removed.push(self.prune_one(key));
        }
        PruneReport { removed }
    }

    pub(super) fn size(&self) -> StoreSize {
        let live: u64 = self.jobs.values().map(|job| self.weight(&job.id, &job.payload)).sum();
        let finished: u64 = self.finished.values().map(|job| self.weight_of(job)).sum();
        StoreSize { used_bytes: live + finished, free_bytes: 0 }
    }

    fn weight_of(&self, job: &JobRecord) -> u64 {
        self.weight(&job.id, &job.payload)
    }

    /// What a job takes with its attempts and log lines, about: their texts, and a fixed sum for each.
    fn weight(&self, id: &JobId, payload: &Payload) -> u64 {
        const A_JOB: usize = 256;
        const AN_ATTEMPT: usize = 128;
        let payload = serde_json::to_string(payload).map_or(0, |text| text.len());
        let attempts = self.executions.get(id).map_or(0, Vec::len);
        let lines = (1..).map_while(|attempt| self.log_lines.get(&(id.clone(), attempt))).flatten();
        let lines: usize = lines.map(|line| line.text.len()).sum();
        (A_JOB + payload + attempts * AN_ATTEMPT + lines) as u64
    }

    fn prune_one(&mut self, key: FinishedKey) -> JobId {
        let finished = self.finished.remove(&key).expect("a job that was found is there");
        self.finished_ids.remove(&finished.id);
        self.forget(&finished.id);
        finished.id
    }
}
