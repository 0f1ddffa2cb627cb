//! Discarded jobs with the same class and the same error.

use std::collections::HashMap;

use egret_core::{JobFilter, JobRecord, JobState, Page, SEARCHED_JOBS, Timestamp};

use crate::access::digest;
use crate::fault::Fault;
use crate::pages::excerpt::one_line;
use crate::visit::Visit;

/// Jobs read at once.
const BATCH: usize = 500;
/// Bytes of a message, and of the class of an error, by which groups are told apart, and which the page shows.
const MESSAGE: usize = 300;
const NAME: usize = 120;

/// What the jobs of a group have in common.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(super) struct Kind {
    /// The class of the job.
    pub(super) class: String,
    /// The class of the error.
    pub(super) error: String,
    /// The beginning of its message.
    pub(super) message: String,
}

/// A group.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Group {
    pub(super) kind: Kind,
    pub(super) n_jobs: u64,
    pub(super) first: Timestamp,
    pub(super) latest: Timestamp,
}

impl Kind {
    pub(super) fn of(job: &JobRecord) -> Self {
        let (error, message) = match &job.error {
            Some(error) => (one_line(&error.class, NAME), one_line(&error.message, MESSAGE)),
            None => Default::default(),
        };
        Self { class: job.class.clone(), error, message }
    }

    /// What names it in addresses.
    pub(super) fn key(&self) -> String {
        digest(&format!("{}\0{}\0{}", self.class, self.error, self.message))[..32].to_owned()
    }
}

/// Which jobs are looked at.
pub(super) fn filter() -> JobFilter {
    JobFilter::all().state(JobState::Discarded)
}

/// The groups of the newest discarded jobs, the largest first; and of how many jobs, when there are more.
pub(super) async fn read(visit: &Visit) -> Result<(Vec<Group>, Option<u64>), Fault> {
    let mut groups: HashMap<Kind, Group> = HashMap::new();
    let mut n_left = SEARCHED_JOBS;
    let mut page = Page::first(BATCH);
    let is_whole = loop {
        let listing = visit.backend().inspect_latest(&filter(), &page).await?;
        n_left = n_left.saturating_sub(listing.items.len());
        listing.items.iter().for_each(|job| add(&mut groups, job));
        page = Page { limit: BATCH.min(n_left), after: listing.next };
        if page.after.is_none() || n_left == 0 {
            break page.after.is_none();
        }
    };
    let mut groups: Vec<Group> = groups.into_values().collect();
    groups.sort_by_key(|group| std::cmp::Reverse((group.n_jobs, group.latest)));
    Ok((groups, (!is_whole).then_some(SEARCHED_JOBS as u64)))
}

fn add(groups: &mut HashMap<Kind, Group>, job: &JobRecord) {
    let (kind, moment) = (Kind::of(job), job.moment());
    let group = groups.entry(kind).or_insert_with_key(|kind| Group {
        kind: kind.clone(),
        n_jobs: 0,
        first: moment,
        latest: moment,
    });
    group.n_jobs += 1;
    group.first = group.first.min(moment);
    group.latest = group.latest.max(moment);
}
