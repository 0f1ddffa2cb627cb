//! The services that both shapes know, and which of them live.

use std::collections::BTreeMap;

use jiff::Timestamp;

use super::liveness::{Pulse, is_dead};
use crate::{
    Beat, Error, ErrorKind, GivenOrder, NamePresence, PolledQueue, Presence, Result, Runner, ServiceId, ServiceInfo,
    ServiceOrder, ServicePhase, ServiceRecord, Timing,
};

/// Every service that has come and neither left nor been rescued.
#[derive(Debug, Default)]
pub(super) struct Services {
    by_id: BTreeMap<ServiceId, Service>,
    /// When the number of living services of each name last changed.
    changed_at: BTreeMap<String, Timestamp>,
    /// When a service that is gone last polled each queue or pattern.
    polled_at: BTreeMap<String, Timestamp>,
}

/// What a service has claimed.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct HeldJobs {
    n_claimed: u32,
    n_running: u32,
}

impl HeldJobs {
    /// Counts claims, each by whether its job runs.
    pub(super) fn of(claims: impl Iterator<Item = bool>) -> Self {
        claims.fold(Self::default(), |held, is_running| Self {
            n_claimed: held.n_claimed + 1,
            n_running: held.n_running + u32::from(is_running),
        })
    }
}

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
        note_latest(&mut self.changed_at, &service.info.name, now);
        self.by_id.insert(id, service);
        Ok(id)
    }

    /// Takes over what the service claims from now on, and how many jobs it runs at once.
    pub(super) fn present(&mut self, id: ServiceId, info: ServiceInfo, now: Timestamp) -> Result<()> {
        let service = self.by_id.get_mut(&id).ok_or_else(|| not_registered("present itself", id))?;
        for pattern in service.info.selection.queues.names() {
            note_latest(&mut self.polled_at, pattern, now);
        }
        service.info.selection = info.selection;
        service.info.concurrency = info.concurrency;
        Ok(())
    }

    /// Takes a sign of life and tells what the service was ordered to do, if anything; `None` if it is not known.
    pub(super) fn beat(&mut self, id: ServiceId, beat: &Beat, now: Timestamp) -> Option<Option<GivenOrder>> {
        let service = self.by_id.get_mut(&id)?;
        service.pulse = Pulse::at(now);
        service.phase = beat.phase;
        service.resident_bytes = beat.resident_bytes;
        service.n_finished = beat.n_finished;
        Some(service.ordered)
    }

    pub(super) fn order(&mut self, id: ServiceId, order: ServiceOrder) -> Result<()> {
        let service = self.by_id.get_mut(&id).ok_or_else(|| not_registered("give an order", id))?;
        let is_stopped = service.ordered.is_some_and(|given| given.order == ServiceOrder::Stop);
        if !is_stopped {
            let number = service.ordered.map_or(1, |given| given.number + 1);
            service.ordered = Some(GivenOrder { number, order });
        }
        Ok(())
    }

    pub(super) fn get(&self, id: ServiceId) -> Option<&Service> {
        self.by_id.get(&id)
    }

    /// Forgets a service that has left now.
    pub(super) fn leave(&mut self, id: ServiceId, now: Timestamp) {
        if let Some(service) = self.by_id.remove(&id) {
            self.note_end(&service, now);
        }
    }

    /// Forgets a service that is dead: it was there until its last sign.
    pub(super) fn bury(&mut self, id: ServiceId) -> Option<Service> {
        let service = self.by_id.remove(&id)?;
        self.note_end(&service, service.pulse.beat_at);
        Some(service)
    }

    fn note_end(&mut self, service: &Service, ended_at: Timestamp) {
        note_latest(&mut self.changed_at, &service.info.name, ended_at);
        for pattern in service.info.selection.queues.names() {
            note_latest(&mut self.polled_at, pattern, ended_at);
        }
    }

    pub(super) fn presence(&self) -> Presence {
        let names = self.changed_at.iter();
        let queues = self.polled_at.iter();
        Presence {
            names: names.map(|(name, at)| NamePresence { name: name.clone(), changed_at: *at }).collect(),
            queues: queues.map(|(pattern, at)| PolledQueue { pattern: pattern.clone(), polled_at: *at }).collect(),
        }
    }

    /// Refuses a claim of a service that is not known.
    pub(super) fn check_claimer(&self, id: ServiceId) -> Result<()> {
        self.get(id).map(|_| ()).ok_or_else(|| not_registered("claim", id))
    }

    /// The services of the name that are not known to be dead.
    pub(super) fn living(&self, name: &str, now: Timestamp, timing: &Timing) -> impl Iterator<Item = &Service> {
        self.by_id.values().filter(move |service| service.info.name == name && !service.is_dead(now, timing))
    }

    /// Whether a service is known and not known to be dead.
    pub(super) fn is_alive(&self, id: ServiceId, now: Timestamp, timing: &Timing) -> bool {
        self.get(id).is_some_and(|service| !service.is_dead(now, timing))
    }

    pub(super) fn dead(&self, now: Timestamp, timing: &Timing) -> Vec<ServiceId> {
        self.by_id.values().filter(|service| service.is_dead(now, timing)).map(|service| service.id).collect()
    }

    /// All services, each with the number of its jobs.
    pub(super) fn records(
        &self,
        now: Timestamp,
        timing: &Timing,
        held: impl Fn(ServiceId) -> HeldJobs,
    ) -> Vec<ServiceRecord> {
        self.by_id.values().map(|service| service.to_record(held(service.id), service.is_dead(now, timing))).collect()
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

    fn to_record(&self, held: HeldJobs, is_dead: bool) -> ServiceRecord {
        ServiceRecord {
            follows: ServiceOrder::ALL,
            id: self.id,
            name: self.info.name.clone(),
            process: self.info.process.clone(),
            mode: self.info.mode,
            queues: self.info.selection.queues.names().map(str::to_owned).collect(),
            classes: self.info.selection.classes.clone(),
            concurrency: self.info.concurrency,
            started_at: self.started_at,
            beat_at: self.pulse.beat_at,
            phase: self.phase,
            n_claimed: held.n_claimed,
            n_running: held.n_running,
            resident_bytes: self.resident_bytes,
            n_finished: self.n_finished,
            is_alive: !is_dead,
        }
    }
}

/// Keeps the latest moment under a name.
fn note_latest(moments: &mut BTreeMap<String, Timestamp>, name: &str, at: Timestamp) {
    let latest = moments.entry(name.to_owned()).or_insert(at);
    *latest = at.max(*latest);
}

fn not_registered(verb: &str, id: ServiceId) -> Error {
    Error::new(ErrorKind::NotFound, format!("failed to {verb}: the service `{id}` is not registered"))
}
