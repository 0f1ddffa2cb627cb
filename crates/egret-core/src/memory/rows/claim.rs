//! The verbs *claim* and *due*.

use std::collections::HashSet;

use jiff::Timestamp;
use rand::distr::Distribution;
use rand::distr::weighted::WeightedIndex;

use super::job::Claim;
use super::store::Store;
use crate::{ClaimRequest, ClaimToken, ClaimedJob, Error, ErrorKind, QueueOrder, Result, Selection, ServiceId};

impl Store {
    pub(super) fn claim(&mut self, request: &ClaimRequest) -> Result<Vec<ClaimedJob>> {
        self.tick();
        if !self.services.contains_key(&request.service) {
            let message = format!("failed to claim: the service `{}` is not registered", request.service);
            return Err(Error::new(ErrorKind::NotFound, message));
        }
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
        let patterns = match order {
            QueueOrder::Strict(names) => names.clone(),
            QueueOrder::Weighted(weights) => drawn(weights),
        };
        let mut seen = HashSet::new();
        let expanded = patterns.iter().flat_map(|pattern| self.waiting.matching(pattern));
        expanded.filter(|queue| !self.is_paused(queue) && seen.insert(queue.clone())).collect()
    }
}

/// Draws all names, one after the other, each by its weight among those that are left. Weights of 0 come last, in order.
pub(crate) fn drawn(weights: &[(String, u32)]) -> Vec<String> {
    let mut left = weights.to_vec();
    let mut names = Vec::with_capacity(left.len());
    while let Ok(distribution) = WeightedIndex::new(left.iter().map(|(_, weight)| *weight)) {
        names.push(left.remove(distribution.sample(&mut rand::rng())).0);
    }
    names.extend(left.into_iter().map(|(name, _)| name));
    names
}
