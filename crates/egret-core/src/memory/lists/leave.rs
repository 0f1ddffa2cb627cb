//! The verbs *beat* and *leave*.

use super::store::Store;
use crate::memory::services::HeldJobs;
use crate::{Beat, Leave, Left, Orders, ServiceId, ServiceRecord, Timing};

impl Store {
    pub(super) fn beat(&mut self, id: ServiceId, beat: Beat) -> Orders {
        let now = self.tick();
        match self.services.beat(id, &beat, now) {
            None => Orders { unknown: true, lost: beat.running, ..Orders::default() },
            Some(order) => {
                let lost = beat.running.into_iter().filter(|token| token.service != id || !self.holds(*token));
                Orders { order, lost: lost.collect(), ..Orders::default() }
            }
        }
    }

    pub(super) fn leave(&mut self, service: ServiceId, leave: &Leave) -> Left {
        let now = self.tick();
        let claims = self.claims_of(service);
        if let Leave::WhenIdle(selection) = leave {
            let next_due = self.due(selection);
            if next_due.is_some() || !claims.is_empty() {
                return Left::Stays { next_due };
            }
        }
        self.services.leave(service, now);
        self.give_back(claims);
        Left::Gone
    }

    pub(super) fn service_records(&mut self, timing: &Timing) -> Vec<ServiceRecord> {
        let now = self.tick();
        self.services.records(now, timing, |id| {
            let claims = self.claims.values().filter(|held| held.service == id);
            HeldJobs::of(claims.map(|held| held.is_running))
        })
    }

    /// Numbers of the claims of a service, in order.
    pub(super) fn claims_of(&self, service: ServiceId) -> Vec<u64> {
        self.claims.iter().filter(|(_, held)| held.service == service).map(|(number, _)| *number).collect()
    }
}
