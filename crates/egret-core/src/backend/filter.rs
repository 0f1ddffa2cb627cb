//! Which jobs a listing, a count or a change is about.

use jiff::Timestamp;

use super::search;
use crate::{JobRecord, JobState};

/// So many jobs a listing searches for a [text](JobFilter::text), at most.
pub const SEARCHED_JOBS: usize = 10_000;

/// Which jobs. Empty parts ask for nothing.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct JobFilter {
    /// Only these states; empty for all.
    pub states: Vec<JobState>,
    /// Only this queue.
    pub queue: Option<String>,
    /// Only this class.
    pub class: Option<String>,
    /// Only jobs of this user: the binding `user_id`, see [`Belonging`](crate::Belonging).
    pub user: Option<String>,
    /// Only jobs of this site: the binding `site_id`, see [`Belonging`](crate::Belonging).
    pub site: Option<String>,
    /// Only jobs whose [moment](JobRecord::moment) is not earlier.
    pub since: Option<Timestamp>,
    /// Only jobs whose [moment](JobRecord::moment) is earlier.
    pub before: Option<Timestamp>,
    /// Only jobs in whose class, arguments or last error (its class and message) this stands, in upper or lower case.
    /// Arguments are searched as JSON, and each text in them also as it reads without the escapes of JSON.
    ///
    /// Listings, counts and [`Target::Filter`](super::Target::Filter) look for it in the newest [`SEARCHED_JOBS`] jobs that
    /// match the rest: in the order of [`LatestFirst`](super::JobOrder::LatestFirst).
    /// [`Listing::among_newest`](super::Listing::among_newest) tells when there were more.
    pub text: Option<String>,
}

impl JobFilter {
    /// Jobs of any state.
    pub fn all() -> Self {
        Self::default()
    }

    /// Only jobs of the state, beside those already asked for.
    #[must_use]
    pub fn state(mut self, state: JobState) -> Self {
        self.states.push(state);
        self
    }

    /// Only jobs of the queue.
    #[must_use]
    pub fn queue(mut self, queue: impl Into<String>) -> Self {
        self.queue = Some(queue.into());
        self
    }

    /// Only jobs of the class.
    #[must_use]
    pub fn class(mut self, class: impl Into<String>) -> Self {
        self.class = Some(class.into());
        self
    }

    /// Only jobs that are bound to the user.
    #[must_use]
    pub fn user(mut self, user: impl Into<String>) -> Self {
        self.user = Some(user.into());
        self
    }

    /// Only jobs that are bound to the site.
    #[must_use]
    pub fn site(mut self, site: impl Into<String>) -> Self {
        self.site = Some(site.into());
        self
    }

    /// Only jobs whose [moment](JobRecord::moment) is not earlier.
    #[must_use]
    pub fn since(mut self, since: Timestamp) -> Self {
        self.since = Some(since);
        self
    }

    /// Only jobs whose [moment](JobRecord::moment) is earlier.
    #[must_use]
    pub fn before(mut self, before: Timestamp) -> Self {
        self.before = Some(before);
        self
    }

    /// Only jobs in which the text stands; an empty one asks for nothing.
    #[must_use]
    pub fn text(mut self, text: impl Into<String>) -> Self {
        self.text = Some(text.into()).filter(|text| !text.is_empty());
        self
    }

    /// The same without its text: what is searched.
    #[must_use]
    pub fn without_text(&self) -> Self {
        Self { text: None, ..self.clone() }
    }

    /// Whether it asks for nothing but states, queue and class.
    pub fn is_of_kind_only(&self) -> bool {
        let kind =
            Self { states: self.states.clone(), queue: self.queue.clone(), class: self.class.clone(), ..Self::all() };
        *self == kind
    }

    /// Whether a job is meant.
    pub fn covers(&self, job: &JobRecord) -> bool {
        self.covers_kind(job.state, &job.queue, &job.class)
            && self.covers_moment(job.moment())
            && self.covers_owner(job.user.as_deref(), job.site.as_deref())
            && self.covers_text(job)
    }

    /// Whether jobs of the state, queue and class are meant, whatever else they are.
    pub fn covers_kind(&self, state: JobState, queue: &str, class: &str) -> bool {
        (self.states.is_empty() || self.states.contains(&state))
            && self.queue.as_deref().is_none_or(|wanted| wanted == queue)
            && self.class.as_deref().is_none_or(|wanted| wanted == class)
    }

    /// Whether jobs of the moment are meant.
    pub fn covers_moment(&self, moment: Timestamp) -> bool {
        self.since.is_none_or(|since| moment >= since) && self.before.is_none_or(|before| moment < before)
    }

    /// Whether jobs of the user and the site are meant.
    pub fn covers_owner(&self, user: Option<&str>, site: Option<&str>) -> bool {
        let is_meant = |wanted: Option<&str>, is: Option<&str>| wanted.is_none() || wanted == is;
        is_meant(self.user.as_deref(), user) && is_meant(self.site.as_deref(), site)
    }

    /// Whether the text, if one is asked for, stands in the job.
    pub fn covers_text(&self, job: &JobRecord) -> bool {
        let Some(text) = &self.text else { return true };
        search::contains(text, &job.class, &job.payload, job.error.as_ref())
    }
}
