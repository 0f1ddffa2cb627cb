//! Finding the jobs of a change.

use std::collections::HashSet;

use egret_core::{JobFilter, JobId, JobRecord, Listing, Page};

use crate::{App, Error};

/// How many jobs are shown before a change, at most.
pub const SAMPLES: usize = 5;
/// Ids read at once.
const PAGE: usize = 5_000;
/// Jobs read at once, with their payloads.
const PICKED: usize = 500;

/// The jobs that a filter covered when it was asked, and the first of them to look at.
#[derive(Clone, Debug)]
pub struct Found {
    pub(super) filter: JobFilter,
    pub(super) ids: Vec<JobId>,
    samples: Vec<JobRecord>,
    among_newest: Option<u64>,
}

impl Found {
    /// Finds those of the jobs that the filter covers, such as those that a person has selected, in the states that were
    /// shown; nothing is changed. The others are left out, whatever they are: with [`user`](JobFilter::user) nobody learns
    /// of jobs that are not his. A job that is named twice counts once.
    ///
    /// Each is looked up by itself: meant for a page of jobs, not for thousands.
    ///
    /// # Errors
    /// When the store fails, or cannot find a job by its id.
    pub async fn by_ids(app: &App, ids: &[JobId], filter: JobFilter) -> Result<Self, Error> {
        let mut found = Self { filter, ids: Vec::new(), samples: Vec::new(), among_newest: None };
        let mut seen = HashSet::new();
        for id in ids.iter().filter(|id| seen.insert(*id)) {
            let Some(job) = app.backend().find(id).await?.filter(|job| found.filter.covers(job)) else { continue };
            found.ids.push(id.clone());
            if found.samples.len() < SAMPLES {
                found.samples.push(job);
            }
        }
        Ok(found)
    }

    /// Finds them all; nothing is changed. Ids take about a hundred bytes each.
    ///
    /// # Errors
    /// When the store fails.
    pub async fn by_filter(app: &App, filter: JobFilter) -> Result<Self, Error> {
        let mut found = Self { samples: samples(app, &filter).await?, filter, ids: Vec::new(), among_newest: None };
        let mut page = Page::first(PAGE);
        loop {
            let Listing { items, next, among_newest } = app.backend().job_ids(&found.filter, &page).await?;
            found.ids.extend(items);
            found.among_newest = among_newest;
            match next {
                Some(next) => page.after = Some(next),
                None => return Ok(found),
            }
        }
    }

    /// Finds those of the newest `n_newest` jobs that the filter covers for which `is_meant` holds: for what no filter can
    /// say; nothing is changed. The filter alone is asked again when their turn comes.
    ///
    /// # Errors
    /// When the store fails.
    pub async fn by_picking(
        app: &App,
        filter: JobFilter,
        n_newest: usize,
        mut is_meant: impl FnMut(&JobRecord) -> bool + Send,
    ) -> Result<Self, Error> {
        let mut found = Self { filter, ids: Vec::new(), samples: Vec::new(), among_newest: None };
        let mut n_left = n_newest;
        let mut page = Page::first(n_left.min(PICKED));
        loop {
            let listing = app.backend().inspect_latest(&found.filter, &page).await?;
            n_left = n_left.saturating_sub(listing.items.len());
            for job in listing.items.into_iter().filter(|job| is_meant(job)) {
                found.ids.push(job.id.clone());
                if found.samples.len() < SAMPLES {
                    found.samples.push(job);
                }
            }
            page = Page { limit: n_left.min(PICKED), after: listing.next };
            if page.after.is_none() {
                return Ok(found);
            }
            if n_left == 0 {
                found.among_newest = Some(n_newest as u64);
                return Ok(found);
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

    /// In how many jobs, the newest, it was looked for the filter's text, or for what was meant; `None` when that was all
    /// that match the rest.
    pub fn among_newest(&self) -> Option<u64> {
        self.among_newest
    }

    /// By what they were found.
    pub fn filter(&self) -> &JobFilter {
        &self.filter
    }
}

/// The first jobs that the filter covers. Pages can be short where little is left by a filter.
async fn samples(app: &App, filter: &JobFilter) -> Result<Vec<JobRecord>, Error> {
    let mut samples = Vec::new();
    let mut page = Page::first(SAMPLES);
    loop {
        let listing = app.backend().inspect(filter, &page).await?;
        samples.extend(listing.items);
        page = Page { limit: SAMPLES - samples.len().min(SAMPLES), after: listing.next };
        if page.limit == 0 || page.after.is_none() {
            return Ok(samples);
        }
    }
}
