//! The verbs *register*, *beat* and *order*, and the list of services.

use jiff::Timestamp;

use super::store::Store;
use crate::memory::liveness::{Pulse, is_dead};
use crate::{
    Beat, Error, ErrorKind, JobState, Orders, Result, ServiceId, ServiceInfo, ServiceOrder, ServicePhase,
    ServiceRecord, Timing,
};

/// One life of a service.
#[derive(Debug)]
pub(super) struct Service {
    pub(super) id: ServiceId,
    pub(super) info: ServiceInfo,
    pub(super) pulse: Pulse,
    started_at: Timestamp,
    /// What it does, by its own word.
    phase: ServicePhase,
    /// What an operator asked it to do.
    ordered: ServicePhase,
    resident_bytes: u64,
    n_finished: u64,
}

impl Service {
    pub(super) fn is_dead(&self, now: Timestamp, timing: &Timing) -> bool {
        is_dead(&self.info.process, &self.pulse, now, timing)
    }
}

impl Store {
    pub(super) fn register(&mut self, info: ServiceInfo, timing: &Timing) -> Result<ServiceId> {
        let now = self.tick();
        let n_living = self.living(&info.name, now, timing).count();
        if info.max_services.is_some_and(|max_services| n_living >= max_services as usize) {
            let message = format!("failed to register `{}`: {n_living} services of the name live already", info.name);
            return Err(Error::new(ErrorKind::Conflict, message));
        }
        if let Some(nonce) = info.start_right {
            self.take_over_start(&info.name, nonce);
        }
        let id = ServiceId::generate();
        let service = Service {
            id,
            info,
            pulse: Pulse::at(now),
            started_at: now,
            phase: ServicePhase::Running,
            ordered: ServicePhase::Running,
            resident_bytes: 0,
            n_finished: 0,
        };
        self.services.insert(id, service);
        Ok(id)
    }

    /// The services of the name that are not known to be dead.
    pub(super) fn living(&self, name: &str, now: Timestamp, timing: &Timing) -> impl Iterator<Item = &Service> {
        self.services.values().filter(move |service| service.info.name == name && !service.is_dead(now, timing))
    }

    pub(super) fn beat(&mut self, id: ServiceId, beat: Beat) -> Orders {
        let now = self.tick();
        let Some(service) = self.services.get_mut(&id) else {
            return Orders { unknown: true, lost: beat.running, ..Orders::default() };
        };
        service.pulse = Pulse::at(now);
        service.phase = beat.phase;
        service.resident_bytes = beat.resident_bytes;
        service.n_finished = beat.n_finished;
        let phase = service.ordered;
        // What runs is known from the marks, which are never behind.
        let lost =
            beat.running.into_iter().filter(|token| token.service != id || self.held(*token).is_none()).collect();
        let cancel = self.claimed_by(id).filter(|job| job.claim.as_ref().is_some_and(|claim| claim.is_cancel_asked));
        Orders { phase, cancel: cancel.map(|job| job.id.clone()).collect(), lost, unknown: false }
    }

    pub(super) fn order(&mut self, id: ServiceId, order: ServiceOrder) -> Result<()> {
        let Some(service) = self.services.get_mut(&id) else {
            let message = format!("failed to give an order: the service `{id}` is not registered");
            return Err(Error::new(ErrorKind::NotFound, message));
        };
        service.ordered = match order {
            ServiceOrder::Quiet => ServicePhase::Quiet,
            ServiceOrder::Stop => ServicePhase::Stopping,
        };
        Ok(())
    }

    pub(super) fn service_records(&mut self, timing: &Timing) -> Vec<ServiceRecord> {
        let now = self.tick();
        self.services.values().map(|service| self.record_of(service, now, timing)).collect()
    }

    fn record_of(&self, service: &Service, now: Timestamp, timing: &Timing) -> ServiceRecord {
        let n_running = self.claimed_by(service.id).filter(|job| job.state() == JobState::Running).count();
        ServiceRecord {
            id: service.id,
            name: service.info.name.clone(),
            process: service.info.process.clone(),
            mode: service.info.mode,
            queues: service.info.selection.queues.names().map(str::to_owned).collect(),
            concurrency: service.info.concurrency,
            started_at: service.started_at,
            beat_at: service.pulse.beat_at,
            phase: service.phase,
            n_running: u32::try_from(n_running).unwrap_or(u32::MAX),
            resident_bytes: service.resident_bytes,
            n_finished: service.n_finished,
            is_alive: !service.is_dead(now, timing),
        }
    }
}
