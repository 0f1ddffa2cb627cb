//! Attempts, their log lines, and the verb *prune*.

use super::store::{FinishedKey, Store};
use crate::memory::liveness::is_older;
use crate::{Execution, JobId, LogExcerpt, LogQuery, PrunePolicy, PruneReport};

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
        let old = self.finished.keys().take_while(|(finished_at, _)| is_older(now, *finished_at, policy.keep));
        let old: Vec<FinishedKey> = old.take(policy.limit).copied().collect();
        PruneReport { removed: old.into_iter().map(|key| self.prune_one(key)).collect() }
    }

    fn prune_one(&mut self, key: FinishedKey) -> JobId {
        let finished = self.finished.remove(&key).expect("a job that was found is there");
        self.finished_ids.remove(&finished.id);
        self.forget(&finished.id);
        finished.id
    }
}
