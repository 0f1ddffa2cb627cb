//! Finding the jobs of a change.

use egret_core::{JobFilter, JobId, JobRecord, Listing, Page};

use crate::{App, Error};

/// How many jobs are shown before a change, at most.
pub const SAMPLES: usize = 5;
/// Ids read at once.
const PAGE: usize = 5_000;

/// The jobs that a filter covered when it was asked, and the first of them to look at.
#[derive(Clone, Debug)]
pub struct Found {
    pub(super) filter: JobFilter,
    pub(super) ids: Vec<JobId>,
    samples: Vec<JobRecord>,
}

impl Found {
    /// Finds them all; nothing is changed. Ids take about a hundred bytes each.
    ///
    /// # Errors
    /// When the store fails.
    pub async fn by_filter(app: &App, filter: JobFilter) -> Result<Self, Error> {
        let samples = app.backend().inspect(&filter, &Page::first(SAMPLES)).await?.items;
        let mut ids = Vec::new();
        let mut page = Page::first(PAGE);
        loop {
            let Listing { items, next, .. } = app.backend().job_ids(&filter, &page).await?;
            ids.extend(items);
            match next {
                Some(next) => page.after = Some(next),
                None => return Ok(Self { filter, ids, samples }),
            }
        }
    }

    /// How many there are, exactly.
    pub fn n_jobs(&self) -> u64 {
        self.ids.len() as u64
    }

    /// The first of them in the order of listings, up to [`SAMPLES`].
    pub fn samples(&self) -> &[JobRecord] {
        &self.samples
    }

    /// By what they were found.
    pub fn filter(&self) -> &JobFilter {
        &self.filter
    }
}
