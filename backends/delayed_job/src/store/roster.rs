//! The services that are known, and what each of them tells.

use std::collections::HashMap;

use egret_core::job_data::from_microseconds;
use egret_core::roster::{Pulse, Told};
use egret_core::{
    Error, ErrorKind, GivenOrder, Result, Runner, ServiceId, ServiceOrder, ServicePhase, ServiceRecord, Timestamp,
    words,
};

use super::Store;
use super::transaction::Step;
use crate::database::Columns;

const SERVICES: &str = include_str!("../../queries/ours/services.sql");
const SERVICE: &str = include_str!("../../queries/ours/service.sql");
const CLOCK: &str = include_str!("../../queries/ours/clock.sql");

/// The phase of a service that looks whether it may leave. It is no longer counted on, and not yet gone.
pub(super) const LEAVING: &str = "leaving";

/// One service as the tables know it.
#[derive(Debug)]
pub(super) struct Known {
    pub(super) id: ServiceId,
    pub(super) told: Told,
    pub(super) started_at: Timestamp,
    pub(super) beat_at: Timestamp,
    pub(super) n_beats: u64,
    pub(super) is_leaving: bool,
    phase: ServicePhase,
    resident_bytes: u64,
    n_finished: u64,
    pub(super) order: Option<GivenOrder>,
}

impl Known {
    fn read(columns: &Columns) -> Result<Self> {
        let id = columns.text(0).unwrap_or_default();
        let corrupt = || {
            Error::new(
                ErrorKind::Corrupt,
                words!("store-unreadable-service", "what the service `{id}` tells of itself cannot be read", id = id),
            )
        };
        let told = columns.text(2).unwrap_or_default();
        let phase = columns.text(6).unwrap_or_default();
        let unsigned = |place: usize| u64::try_from(columns.integer(place)).unwrap_or(0);
        let known = [ServicePhase::Quiet, ServicePhase::Stopping];
        let number = unsigned(9);
        let word = columns.text(10);
        let orders = [ServiceOrder::Quiet, ServiceOrder::Resume, ServiceOrder::Stop];
        let order = orders.into_iter().find(|order| Some(order.as_str()) == word.as_deref());
        Ok(Self {
            id: id.parse().map_err(|error| corrupt().with_source(error))?,
            told: serde_json::from_str(&told).map_err(|error| corrupt().with_source(error))?,
            started_at: from_microseconds(columns.integer(3)),
            beat_at: from_microseconds(columns.integer(4)),
            n_beats: unsigned(5),
            is_leaving: phase == LEAVING,
            phase: known.into_iter().find(|known| known.as_str() == phase).unwrap_or_default(),
            resident_bytes: unsigned(7),
            n_finished: unsigned(8),
            order: order.map(|order| GivenOrder { number, order }),
        })
    }

    pub(super) fn pulse(&self) -> Pulse<'_> {
        Pulse { service: self.id, process: &self.told.process, n_beats: self.n_beats, beat_at: self.beat_at }
    }

    pub(super) fn runner(&self) -> Runner {
        Runner { service: self.id, host: self.told.process.host.clone(), pid: self.told.process.pid }
    }

    pub(super) fn record(&self, is_dead: bool, n_claimed: u32, n_running: u32) -> ServiceRecord {
        let info = self.told.to_info();
        ServiceRecord {
            id: self.id,
            name: info.name,
            process: info.process,
            mode: info.mode,
            queues: self.told.patterns(),
            classes: info.selection.classes.clone(),
            concurrency: info.concurrency,
            started_at: self.started_at,
            beat_at: self.beat_at,
            phase: self.phase,
            n_claimed,
            n_running,
            resident_bytes: self.resident_bytes,
            n_finished: self.n_finished,
            is_alive: !is_dead,
            follows: egret_core::ServiceOrder::ALL,
        }
    }
}

impl Store {
    pub(super) async fn service_records(&self) -> Result<Vec<ServiceRecord>> {
        let mut step = self.look().await?;
        let known = self.roster(&mut step).await?;
        let now = self.database_time(&mut step).await?;
        let mut held: HashMap<ServiceId, (u32, u32)> = HashMap::new();
        for claim in self.all_claims(&mut step).await? {
            if let Some(service) = claim.service {
                let (n_claimed, n_running) = held.entry(service).or_default();
                *n_claimed += 1;
                *n_running += u32::from(claim.started_at.is_some());
            }
        }
        let mut records: Vec<ServiceRecord> = Vec::with_capacity(known.len());
        for service in known.iter().filter(|service| !service.is_leaving) {
            let (n_claimed, n_running) = held.get(&service.id).copied().unwrap_or_default();
            let is_dead = self.observations.is_dead(&service.pulse(), now, &self.timing);
            records.push(service.record(is_dead, n_claimed, n_running));
        }
        records.extend(self.strangers(&mut step).await?.into_iter().map(|stranger| stranger.record));
        Ok(records)
    }

    /// All services in the order of their starts.
    pub(super) async fn roster(&self, step: &mut Step<'_>) -> Result<Vec<Known>> {
        let found = step.ask_ours(SERVICES, Vec::new()).await?;
        let known: Vec<Known> = found.iter().map(Known::read).collect::<Result<_>>()?;
        self.observations.keep(|id| known.iter().any(|service| service.id == id));
        Ok(known)
    }

    /// One service, which in a step that writes nobody else changes until its end.
    pub(super) async fn known(&self, step: &mut Step<'_>, id: ServiceId) -> Result<Option<Known>> {
        let found = step.ask_ours(SERVICE, vec![id.to_string().into()]).await?;
        found.first().map(Known::read).transpose()
    }

    /// The clock by which beats are dated and judged: one for all hosts.
    pub(super) async fn database_time(&self, step: &mut Step<'_>) -> Result<Timestamp> {
        let found = step.ask_ours(CLOCK, Vec::new()).await?;
        Ok(found.first().map_or(Timestamp::UNIX_EPOCH, |columns| from_microseconds(columns.integer(0))))
    }
}
