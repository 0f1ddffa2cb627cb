//! The verbs *claim* and *due*.

use jiff::Timestamp;

use super::job::Claim;
use super::store::Store;
use crate::{ClaimRequest, ClaimToken, ClaimedJob, QueueOrder, Result, Selection, ServiceId};

impl Store {
    pub(super) fn claim(&mut self, request: &ClaimRequest) -> Result<Vec<ClaimedJob>> {
        self.tick();
        self.services.check_claimer(request.service)?;
        let mut claimed: Vec<ClaimedJob> = Vec::new();
        for queue in self.queues_in_order(&request.selection.queues) {
            let n_interrupted = claimed.iter().filter(|job| job.interruptions > 0).count();
            let records = self.waiting.front(
                &queue,
                &request.selection.classes,
                request.limit - claimed.len(),
                request.max_interrupted.saturating_sub(n_interrupted),
            );
            claimed.extend(records.into_iter().map(|record| self.give(record, request.service)));
        }
        Ok(claimed)
    }

    pub(super) fn due(&mut self, selection: &Selection) -> Option<Timestamp> {
        self.tick();
        self.waiting.next_due(selection, |queue| self.is_paused(queue))
    }

    fn give(&mut self, record: u64, service: ServiceId) -> ClaimedJob {
        let number = self.next_number();
        let mut job = self.detach(record);
        job.claim = Some(Claim {
            service,
            number,
            is_running: false,
            started_at: None,
            progress: None,
            is_cancel_asked: false,
        });
        let claimed = job.claimed(ClaimToken { service, record, claim: number });
        self.attach(job);
        claimed
    }

    /// Names of the queues to look at, each once, without paused ones.
    fn queues_in_order(&self, order: &QueueOrder) -> Vec<String> {
        let queues: Vec<&str> = self.waiting.queues().filter(|queue| !self.is_paused(queue)).collect();
        order.among(&queues).into_iter().map(str::to_owned).collect()
    }
}
