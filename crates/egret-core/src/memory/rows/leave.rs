//! The verb *leave*.

use jiff::Timestamp;

use super::job::Job;
use super::store::Store;
use crate::{Leave, Left, ServiceId};

impl Store {
    pub(super) fn leave(&mut self, service: ServiceId, leave: &Leave) -> Left {
        let now = self.tick();
        if let Leave::WhenIdle(selection) = leave {
            let next_due = self.waiting.next_due(selection, |queue| self.is_paused(queue));
            if next_due.is_some() || self.claimed_by(service).next().is_some() {
                return Left::Stays { next_due };
            }
        }
        self.services.leave(service, now);
        self.give_back_all(service, now);
        Left::Gone
    }

    /// Live jobs that the service has claimed, in the order of claims.
    pub(super) fn claimed_by(&self, service: ServiceId) -> impl Iterator<Item = &Job> {
        let records = self.claims.get(&service).into_iter().flat_map(|claims| claims.values());
        records.map(|record| &self.jobs[record])
    }

    fn give_back_all(&mut self, service: ServiceId, now: Timestamp) {
        for record in self.claims.remove(&service).unwrap_or_default().into_values() {
            let job = self.detach(record);
            self.give_back(job, now);
        }
    }
}
