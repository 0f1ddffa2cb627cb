//! The verb *rescue*: what dead services had popped goes back, and what killed too many of them is set aside.

use jiff::Timestamp;

use super::entry::Entry;
use super::store::Store;
use crate::memory::liveness::host_is_gone;
use crate::memory::services::Service;
use crate::{ErrorReport, MAX_INTERRUPTIONS, QUARANTINED, RescueReport, Timing};

impl Store {
    pub(super) fn rescue(&mut self, timing: &Timing) -> RescueReport {
        let now = self.tick();
        let mut report = RescueReport { dead_services: self.services.dead(now, timing), ..RescueReport::default() };
        for id in report.dead_services.clone() {
            let service = self.services.bury(id).expect("a service found dead is known");
            let claims = self.claims_of(id);
            if !host_is_gone(&service.info.process) {
                for number in &claims {
                    self.judge(*number, &service, now, &mut report);
                }
            }
            let kept: Vec<u64> = claims.into_iter().filter(|number| self.claims.contains_key(number)).collect();
            report.n_released += kept.len() as u64;
            self.give_back(kept);
        }
        report
    }

    /// Counts the interruption of a claim whose job had begun; a quarantined one is taken out of the claims.
    fn judge(&mut self, number: u64, service: &Service, now: Timestamp, report: &mut RescueReport) {
        let held = self.claims.get_mut(&number).expect("a claim of the service is there");
        let Some(mut entry) = Entry::read(&held.element.bytes).ok().filter(|_| held.is_running) else { return };
        let runner = service.runner();
        entry.memory.attempts += 1;
        entry.memory.deaths.push(format!("`{}` on `{}` (process {})", runner.service, runner.host, runner.pid));
        if entry.interruptions() < MAX_INTERRUPTIONS {
            report.n_interrupted += 1;
            held.element.bytes = entry.write();
            return;
        }
        self.claims.remove(&number);
        report.quarantined.push(entry.data.job_id.clone());
        let deaths = entry.memory.deaths.join(", ");
        let message = format!("{} services died while it ran: {deaths}", entry.interruptions());
        self.discard(entry, ErrorReport::new(QUARANTINED, message), now);
    }
}
