//! The verb *rescue*: what dead services held goes back, and what killed too many of them is set aside.

use jiff::Timestamp;

use super::attempt::Ending;
use super::job::Job;
use super::store::Store;
use crate::memory::liveness::host_is_gone;
use crate::memory::services::Service;
use crate::{ErrorReport, ExecutionState, JobState, MAX_INTERRUPTIONS, QUARANTINED, RescueReport, Timing};

impl Store {
    pub(super) fn rescue(&mut self, timing: &Timing) -> RescueReport {
        let now = self.tick();
        let mut report = RescueReport { dead_services: self.services.dead(now, timing), ..RescueReport::default() };
        for id in report.dead_services.clone() {
            let service = self.services.bury(id).expect("a service found dead is known");
            for record in self.claims.remove(&id).unwrap_or_default().into_values() {
                let job = self.detach(record);
                self.rescue_job(job, &service, now, &mut report);
            }
        }
        report.closed_tasks = self.close_ownerless_tasks(now, timing);
        report
    }

    fn rescue_job(&mut self, mut job: Job, service: &Service, now: Timestamp, report: &mut RescueReport) {
        let is_interrupted = job.state() == JobState::Running && !host_is_gone(&service.info.process);
        if is_interrupted {
            self.count_interruption(&mut job, service, now);
        }
        if is_interrupted && job.interruptions >= MAX_INTERRUPTIONS {
            report.quarantined.push(job.id.clone());
            let error = self.quarantine_report(&job);
            job.claim = None;
            self.conclude(job, JobState::Discarded, Some(error), now);
        } else {
            report.n_released += 1;
            report.n_interrupted += u64::from(is_interrupted);
            self.give_back(job, now);
        }
    }

    fn count_interruption(&mut self, job: &mut Job, service: &Service, now: Timestamp) {
        let started_at = job.claim.as_ref().and_then(|claim| claim.started_at);
        let ending = Ending { state: ExecutionState::Interrupted, started_at, closed_at: now, error: None };
        self.record_end(job, service.runner(), ending);
        job.attempts += 1;
        job.interruptions += 1;
        job.started_at = started_at;
    }

    /// Says which services died while the job ran, and where.
    fn quarantine_report(&self, job: &Job) -> ErrorReport {
        let executions = self.executions.get(&job.id).map(Vec::as_slice).unwrap_or_default();
        let interrupted = executions.iter().rev().filter(|execution| execution.state == ExecutionState::Interrupted);
        let runners = interrupted.take(job.interruptions as usize).map(|execution| {
            let runner = &execution.runner;
            format!("`{}` on `{}` (process {})", runner.service, runner.host, runner.pid)
        });
        let runners = runners.collect::<Vec<_>>().join(", ");
        ErrorReport::new(QUARANTINED, format!("{} services died while it ran: {runners}", job.interruptions))
    }
}
