//! The verbs *counts* and *backlog*.

use std::collections::BTreeMap;

use super::store::Store;
use crate::{Backlog, CountRow, Counts, JobFilter, JobOrder, JobState};

impl Store {
    pub(super) fn backlog(&mut self) -> Backlog {
        self.tick();
        self.waiting.backlog()
    }

    pub(super) fn counts(&mut self) -> Counts {
        self.tick();
        let live = self.jobs.values().map(|job| (job.queue.as_str(), job.state()));
        let finished = self.finished.values().map(|record| (record.queue.as_str(), record.state));
        let mut tally: BTreeMap<(&str, JobState), u64> = BTreeMap::new();
        for kind in live.chain(finished) {
            *tally.entry(kind).or_default() += 1;
        }
        let rows =
            tally.into_iter().map(|((queue, state), n_jobs)| CountRow { queue: queue.to_owned(), state, n_jobs });
        Counts { rows: rows.collect(), is_exact: true }
    }

    pub(super) fn count(&mut self, filter: &JobFilter) -> u64 {
        self.tick();
        if !filter.is_of_kind_only() {
            return self.covered_places(filter, JobOrder::DueFirst).len() as u64;
        }
        let live = self.jobs.values().filter(|job| filter.covers_kind(job.state(), &job.queue, &job.class)).count();
        let finished = self.finished.values().filter(|job| filter.covers_kind(job.state, &job.queue, &job.class));
        (live + finished.count()) as u64
    }
}
