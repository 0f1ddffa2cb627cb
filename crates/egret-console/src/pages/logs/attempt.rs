//! One attempt, by the id that its pages have.

use egret_core::{ExecutionRecord, JobId};

use crate::fault::Fault;
use crate::pages::area::Area;
use crate::visit::Visit;

/// Which attempt of which job. Its text, which stands in addresses, is the id of the job, a dot, and the number of the
/// attempt.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct AttemptId {
    pub(super) job: JobId,
    pub(super) number: u32,
}

impl AttemptId {
    pub(super) fn new(job: &JobId, number: u32) -> Self {
        Self { job: job.clone(), number }
    }

    /// The attempt that the path names.
    pub(super) fn of(visit: &Visit) -> Result<Self, Fault> {
        Self::parse(visit.parameter("id")).ok_or_else(Fault::not_found)
    }

    fn parse(text: &str) -> Option<Self> {
        let (job, number) = text.rsplit_once('.')?;
        let is_number = number.bytes().all(|byte| byte.is_ascii_digit());
        Some(Self { job: JobId::from(job), number: number.parse().ok().filter(|_| is_number)? })
    }

    /// The attempt, as the store has it, if its job is of the area. A run that was given back goes on in the same attempt:
    /// the last one is shown.
    pub(super) async fn find(&self, area: Area, visit: &Visit) -> Result<ExecutionRecord, Fault> {
        let job = area.find(visit, &self.job).await?;
        let executions = visit.backend().executions(&self.job).await?;
        let execution = executions.into_iter().rfind(|execution| execution.attempt == self.number);
        Ok(ExecutionRecord { execution: execution.ok_or_else(Fault::not_found)?, payload: job.payload })
    }
}

impl std::fmt::Display for AttemptId {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(formatter, "{}.{}", self.job, self.number)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_id_is_that_of_the_job_and_the_number_of_the_attempt() {
        for (job, number) in [("0195-ab", 1), ("a.b", 12), ("", 4_294_967_295)] {
            let id = AttemptId::new(&JobId::from(job), number);
            assert_eq!(AttemptId::parse(&id.to_string()), Some(id));
        }
        for text in ["", "a", "a.", "a.+1", "a.x", "a.4294967296", "a.-1"] {
            assert_eq!(AttemptId::parse(text), None, "{text}");
        }
    }
}
