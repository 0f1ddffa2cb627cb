//! Whose jobs a page is about: everybody's, or those of the viewer alone.

use egret_core::{ExecutionFilter, JobFilter, JobId, JobRecord};

use crate::Writing;
use crate::access::Need;
use crate::fault::Fault;
use crate::visit::{Visit, segment};

/// Whose jobs a page is about (SHIRASAGI 1.21.0, `config/routes/job/routes.rb`: the areas `sys` and `sns`).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Area {
    /// Everybody's, for those who may see them.
    System,
    /// Those that are bound to the viewer. A job of somebody else and one that does not exist look the same.
    Own,
}

impl Area {
    /// Where its pages begin.
    pub(crate) const fn prefix(self) -> &'static str {
        match self {
            Self::System => "/.sys/job",
            Self::Own => "/.u/job",
        }
    }

    /// What its pages ask for.
    pub(crate) const fn look(self) -> Need {
        match self {
            Self::System => Need::View,
            Self::Own => Need::User,
        }
    }

    /// What its changes ask for.
    pub(crate) const fn change(self) -> Need {
        match self {
            Self::System => Need::Operate,
            Self::Own => Need::User,
        }
    }

    /// The filter, for jobs of the area only.
    pub(crate) fn bind(self, visit: &Visit, filter: JobFilter) -> JobFilter {
        match self {
            Self::System => filter,
            Self::Own => filter.user(visit.name()),
        }
    }

    /// The same for attempts.
    pub(crate) fn bind_executions(self, visit: &Visit, filter: ExecutionFilter) -> ExecutionFilter {
        match self {
            Self::System => filter,
            Self::Own => filter.user(visit.name()),
        }
    }

    /// Whether buttons that change jobs are shown.
    pub(crate) fn may_change(self, visit: &Visit) -> bool {
        visit.may(self.change()) && visit.desk.options.writing == Writing::Allowed
    }

    /// The job of an id.
    ///
    /// # Errors
    /// Not found, when there is none in the area.
    pub(crate) async fn find(self, visit: &Visit, id: &JobId) -> Result<JobRecord, Fault> {
        if !visit.backend().capabilities().lookup_by_id {
            return Err(Fault::unsupported());
        }
        let bound = self.bind(visit, JobFilter::all());
        let found = visit.backend().find(id).await?;
        found.filter(|job| bound.covers(job)).ok_or_else(Fault::not_found)
    }

    /// The path of a job's page.
    pub(crate) fn job(self, id: &JobId) -> String {
        format!("{}/jobs/{}", self.prefix(), segment(id.as_str()))
    }
}
