//! The services that both shapes know, and which of them live.

use std::collections::BTreeMap;

use jiff::Timestamp;

use super::liveness::{Pulse, is_dead};
use crate::{
    Beat, Error, ErrorKind, GivenOrder, Result, Runner, ServiceId, ServiceInfo, ServiceOrder, ServicePhase,
    ServiceRecord, Timing,
};

/// Every service that has come and neither left nor been rescued.
#[derive(Debug, Default)]
pub(super) struct Services(BTreeMap<ServiceId, Service>);

/// One life of a service.
#[derive(Debug)]
pub(super) struct Service {
    pub(super) id: ServiceId,
    pub(super) info: ServiceInfo,
    pulse: Pulse,
    started_at: Timestamp,
    /// What it does, by its own word.
    phase: ServicePhase,
    /// What an operator asked it to do.
    ordered: Option<GivenOrder>,
    resident_bytes: u64,
    n_finished: u64,
}

impl Services {
    pub(super) fn register(&mut self, info: ServiceInfo, now: Timestamp, timing: &Timing) -> Result<ServiceId> {
        let n_living = self.living(&info.name, now, timing).count();
        if info.max_services.is_some_and(|max_services| n_living >= max_services as usize) {
            let message = format!("failed to register `{}`: {n_living} services of the name live already", info.name);
            return Err(Error::new(ErrorKind::Conflict, message));
        }
        let id = ServiceId::generate();
        let service = Service {
            id,
            info,
            pulse: Pulse::at(now),
            started_at: now,
            phase: ServicePhase::Running,
            ordered: None,
            resident_bytes: 0,
            n_finished: 0,
        };
        self.0.insert(id, service);
        Ok(id)
    }

    /// Takes over what the service claims from now on, and how many jobs it runs at once.
    pub(super) fn present(&mut self, id: ServiceId, info: ServiceInfo) -> Result<()> {
        let service = self.0.get_mut(&id).ok_or_else(|| not_registered("present itself", id))?;
        service.info.selection = info.selection;
        service.info.concurrency = info.concurrency;
        Ok(())
    }

    /// Takes a sign of life and tells what the service was ordered to do, if anything; `None` if it is not known.
    pub(super) fn beat(&mut self, id: ServiceId, beat: &Beat, now: Timestamp) -> Option<Option<GivenOrder>> {
        let service = self.0.get_mut(&id)?;
        service.pulse = Pulse::at(now);
        service.phase = beat.phase;
        service.resident_bytes = beat.resident_bytes;
        service.n_finished = beat.n_finished;
        Some(service.ordered)
    }

    pub(super) fn order(&mut self, id: ServiceId, order: ServiceOrder) -> Result<()> {
        let service = self.0.get_mut(&id).ok_or_else(|| not_registered("give an order", id))?;
        let is_stopped = service.ordered.is_some_and(|given| given.order == ServiceOrder::Stop);
        if !is_stopped {
            let number = service.ordered.map_or(1, |given| given.number + 1);
            service.ordered = Some(GivenOrder { number, order });
        }
        Ok(())
    }

    pub(super) fn get(&self, id: ServiceId) -> Option<&Service> {
        self.0.get(&id)
    }

    pub(super) fn remove(&mut self, id: ServiceId) -> Option<Service> {
        self.0.remove(&id)
    }

    /// Refuses a claim of a service that is not known.
    pub(super) fn check_claimer(&self, id: ServiceId) -> Result<()> {
        self.get(id).map(|_| ()).ok_or_else(|| not_registered("claim", id))
    }

    /// The services of the name that are not known to be dead.
    pub(super) fn living(&self, name: &str, now: Timestamp, timing: &Timing) -> impl Iterator<Item = &Service> {
        self.0.values().filter(move |service| service.info.name == name && !service.is_dead(now, timing))
    }

    /// Whether a service is known and not known to be dead.
    pub(super) fn is_alive(&self, id: ServiceId, now: Timestamp, timing: &Timing) -> bool {
        self.get(id).is_some_and(|service| !service.is_dead(now, timing))
    }

    pub(super) fn dead(&self, now: Timestamp, timing: &Timing) -> Vec<ServiceId> {
        self.0.values().filter(|service| service.is_dead(now, timing)).map(|service| service.id).collect()
    }

    /// All services, each with the number of its jobs that run.
    pub(super) fn records(
        &self,
        now: Timestamp,
        timing: &Timing,
        n_running: impl Fn(ServiceId) -> usize,
    ) -> Vec<ServiceRecord> {
        self.0.values().map(|service| service.to_record(n_running(service.id), service.is_dead(now, timing))).collect()
    }
}

impl Service {
    /// Where the attempts of the service run.
    pub(super) fn runner(&self) -> Runner {
        Runner { service: self.id, host: self.info.process.host.clone(), pid: self.info.process.pid }
    }

    fn is_dead(&self, now: Timestamp, timing: &Timing) -> bool {
        is_dead(&self.info.process, &self.pulse, now, timing)
    }

    fn to_record(&self, n_running: usize, is_dead: bool) -> ServiceRecord {
        ServiceRecord {
            id: self.id,
            name: self.info.name.clone(),
            process: self.info.process.clone(),
            mode: self.info.mode,
            queues: self.info.selection.queues.names().map(str::to_owned).collect(),
            concurrency: self.info.concurrency,
            started_at: self.started_at,
            beat_at: self.pulse.beat_at,
            phase: self.phase,
            n_running: u32::try_from(n_running).unwrap_or(u32::MAX),
            resident_bytes: self.resident_bytes,
            n_finished: self.n_finished,
            is_alive: !is_dead,
        }
    }
}

fn not_registered(verb: &str, id: ServiceId) -> Error {
    Error::new(ErrorKind::NotFound, format!("failed to {verb}: the service `{id}` is not registered"))
}
