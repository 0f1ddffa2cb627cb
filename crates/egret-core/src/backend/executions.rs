//! The verb *inspect_executions*: the attempts of all jobs, by filter and page.

use jiff::Timestamp;
use serde::Serialize;

use crate::{Execution, ExecutionState, Payload};

/// Which attempts. Empty parts ask for nothing.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct ExecutionFilter {
    /// Only these states; empty for all.
    pub states: Vec<ExecutionState>,
    /// Only from this queue.
    pub queue: Option<String>,
    /// Only of this class.
    pub class: Option<String>,
    /// Only of jobs of this user: the binding `user_id`, see [`Belonging`](crate::Belonging).
    pub user: Option<String>,
    /// Only of jobs of this site: the binding `site_id`.
    pub site: Option<String>,
    /// Only those whose [moment](Execution::moment) is not earlier.
    pub since: Option<Timestamp>,
    /// Only those whose [moment](Execution::moment) is earlier.
    pub before: Option<Timestamp>,
}

impl ExecutionFilter {
    /// Every attempt.
    pub fn all() -> Self {
        Self::default()
    }

    /// Only attempts of the state, beside those already asked for.
    #[must_use]
    pub fn state(mut self, state: ExecutionState) -> Self {
        self.states.push(state);
        self
    }

    /// Only attempts from the queue.
    #[must_use]
    pub fn queue(mut self, queue: impl Into<String>) -> Self {
        self.queue = Some(queue.into());
        self
    }

    /// Only attempts of the class.
    #[must_use]
    pub fn class(mut self, class: impl Into<String>) -> Self {
        self.class = Some(class.into());
        self
    }

    /// Only attempts of jobs that are bound to the user.
    #[must_use]
    pub fn user(mut self, user: impl Into<String>) -> Self {
        self.user = Some(user.into());
        self
    }

    /// Only attempts of jobs that are bound to the site.
    #[must_use]
    pub fn site(mut self, site: impl Into<String>) -> Self {
        self.site = Some(site.into());
        self
    }

    /// Only attempts whose [moment](Execution::moment) is not earlier.
    #[must_use]
    pub fn since(mut self, since: Timestamp) -> Self {
        self.since = Some(since);
        self
    }

    /// Only attempts whose [moment](Execution::moment) is earlier.
    #[must_use]
    pub fn before(mut self, before: Timestamp) -> Self {
        self.before = Some(before);
        self
    }

    /// Whether attempts of jobs of the user and the site are meant.
    pub fn covers_owner(&self, user: Option<&str>, site: Option<&str>) -> bool {
        let is_meant = |wanted: Option<&str>, is: Option<&str>| wanted.is_none() || wanted == is;
        is_meant(self.user.as_deref(), user) && is_meant(self.site.as_deref(), site)
    }

    /// Whether attempts of the state, queue and class are meant, whenever they were.
    pub fn covers_kind(&self, state: ExecutionState, queue: &str, class: &str) -> bool {
        (self.states.is_empty() || self.states.contains(&state))
            && self.queue.as_deref().is_none_or(|wanted| wanted == queue)
            && self.class.as_deref().is_none_or(|wanted| wanted == class)
    }

    /// Whether attempts of the moment are meant.
    pub fn covers_moment(&self, moment: Timestamp) -> bool {
        self.since.is_none_or(|since| moment >= since) && self.before.is_none_or(|before| moment < before)
    }
}

/// In which order of time attempts are listed. Those that run come first in both, by their starts; then the closed ones,
/// by their ends.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum ExecutionOrder {
    /// The latest first, for people who look.
    #[default]
    LatestFirst,
    /// The earliest first, for exports (SHIRASAGI 1.21.0, `app/controllers/concerns/job/logs_filter.rb`: by `closed`).
    EarliestFirst,
}

/// One attempt and the job's payload.
#[derive(Clone, Debug, Serialize)]
pub struct ExecutionRecord {
    /// The attempt.
    #[serde(flatten)]
    pub execution: Execution,
    /// The payload as the store has it now: a retry may have changed it since.
    pub payload: Payload,
}
