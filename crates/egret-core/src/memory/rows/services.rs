//! The verbs *register* and *beat*, and the list of services.

use super::store::Store;
use crate::memory::services::HeldJobs;
use crate::{Beat, JobState, Orders, Result, ServiceId, ServiceInfo, ServiceRecord, Timing};

impl Store {
    pub(super) fn register(&mut self, info: ServiceInfo, timing: &Timing) -> Result<ServiceId> {
        let now = self.tick();
        let start = info.start_right.map(|nonce| (info.name.clone(), nonce));
        let id = self.services.register(info, now, timing)?;
        if let Some((name, nonce)) = start {
            self.take_over_start(&name, nonce);
        }
        Ok(id)
    }

    pub(super) fn beat(&mut self, id: ServiceId, beat: Beat) -> Orders {
        let now = self.tick();
        let Some(order) = self.services.beat(id, &beat, now) else {
            return Orders { unknown: true, lost: beat.running, ..Orders::default() };
        };
        // What runs is known from the marks, which are never behind.
        let lost =
            beat.running.into_iter().filter(|token| token.service != id || self.held(*token).is_none()).collect();
        let cancel = self.claimed_by(id).filter(|job| job.claim.as_ref().is_some_and(|claim| claim.is_cancel_asked));
        Orders { order, cancel: cancel.map(|job| job.id.clone()).collect(), lost, unknown: false }
    }

    pub(super) fn service_records(&mut self, timing: &Timing) -> Vec<ServiceRecord> {
        let now = self.tick();
        let held = |id| HeldJobs::of(self.claimed_by(id).map(|job| job.state() == JobState::Running));
        self.services.records(now, timing, held)
    }
}
