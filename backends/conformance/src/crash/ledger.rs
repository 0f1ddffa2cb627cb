//! All that the workers of a run have written down.

use std::collections::HashMap;

use egret_core::JobId;

use super::journal::Event;

/// What happened to each job, by the workers' own words.
#[derive(Debug, Default)]
pub(super) struct Ledger {
    jobs: HashMap<JobId, Entry>,
    pub(super) n_finished: usize,
    pub(super) n_stale: usize,
    /// Times that a worker became known to the store.
    pub(super) n_lives: usize,
}

/// What happened to one job.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Entry {
    pub(super) n_started: u32,
    pub(super) n_ended: u32,
    pub(super) n_finished: u32,
}

impl Ledger {
    pub(super) fn enter(&mut self, event: Event) {
        match event {
            Event::Registered => self.n_lives += 1,
            Event::Started(id) => self.job(id).n_started += 1,
            Event::Ended(id) => self.job(id).n_ended += 1,
            Event::Finished(id) => {
                self.n_finished += 1;
                self.job(id).n_finished += 1;
            }
            Event::Stale(_) => self.n_stale += 1,
        }
    }

    pub(super) fn entry(&self, id: &JobId) -> Entry {
        self.jobs.get(id).copied().unwrap_or_default()
    }

    fn job(&mut self, id: JobId) -> &mut Entry {
        self.jobs.entry(id).or_default()
    }
}
