//! The services that are known, and what each of them tells.

use std::collections::HashMap;

use egret_core::roster::{Pulse, Told};
use egret_core::{Error, ErrorKind, Result, Runner, ServiceId, ServicePhase, ServiceRecord, Timestamp, words};
use redis::Value;

use super::Store;
use super::format::{Format, Held};
use super::script_reply::{bytes, list, moment, number, text};
use crate::driver::{Call, Script};

static SERVICES: Script = Script::new(include_str!("scripts/services.lua"));

/// One service as the server knows it.
#[derive(Debug)]
pub(super) struct Known {
    pub(super) id: ServiceId,
    pub(super) told: Told,
    pub(super) started_at: Timestamp,
    pub(super) beat_at: Timestamp,
    pub(super) n_beats: u64,
    phase: ServicePhase,
    resident_bytes: u64,
    n_finished: u64,
    /// Numbers of its claims, in order, with the bytes where they were asked for.
    pub(super) claims: Vec<(u64, Option<Held>)>,
    /// When its jobs that run began.
    pub(super) running: HashMap<u64, Timestamp>,
}

impl Known {
    pub(super) fn pulse(&self) -> Pulse<'_> {
        Pulse { service: self.id, process: &self.told.process, n_beats: self.n_beats, beat_at: self.beat_at }
    }

    pub(super) fn runner(&self) -> Runner {
        Runner { service: self.id, host: self.told.process.host.clone(), pid: self.told.process.pid }
    }

    fn n_running(&self) -> usize {
        self.claims.iter().filter(|(claim, _)| self.running.contains_key(claim)).count()
    }

    pub(super) fn record(&self, is_dead: bool) -> ServiceRecord {
        let info = self.told.to_info();
        let count = |number: usize| u32::try_from(number).unwrap_or(u32::MAX);
        ServiceRecord {
            follows: egret_core::ServiceOrder::ALL,
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
            n_claimed: count(self.claims.len()),
            n_running: count(self.n_running()),
            resident_bytes: self.resident_bytes,
            n_finished: self.n_finished,
            is_alive: !is_dead,
        }
    }
}

impl<F: Format> Store<F> {
    pub(super) async fn service_records(&self) -> Result<Vec<ServiceRecord>> {
        let known = self.roster(WithBytes::No).await?;
        let now = self.server_time().await?;
        let is_dead = |service: &Known| self.observations.is_dead(&service.pulse(), now, &self.timing);
        let mut records: Vec<ServiceRecord> = known.iter().map(|service| service.record(is_dead(service))).collect();
        let strangers = self.format.strangers(&self.driver, &ids(&known)).await?;
        records.extend(strangers.into_iter().map(|stranger| stranger.record));
        Ok(records)
    }

    /// All services in the order of their starts.
    pub(super) async fn roster(&self, with_bytes: WithBytes) -> Result<Vec<Known>> {
        let mut call = Call::new([&self.keys.services]);
        call.arg(&self.keys.service_prefix).arg(&self.keys.claims_prefix).arg(&self.keys.running_prefix);
        call.arg(u8::from(with_bytes == WithBytes::Yes));
        let answer = list(self.driver.script("list services", &SERVICES, &call).await?)?;
        let mut known: Vec<Known> =
            answer.into_iter().map(|service| read(service, with_bytes)).collect::<Result<_>>()?;
        known.sort_by_key(|service| (service.started_at, service.id));
        self.observations.keep(|id| known.iter().any(|service| service.id == id));
        Ok(known)
    }
}

pub(super) fn ids(known: &[Known]) -> Vec<ServiceId> {
    known.iter().map(|service| service.id).collect()
}

/// Whether the bytes of claimed jobs are read too.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum WithBytes {
    No,
    Yes,
}

fn read(service: Value, with_bytes: WithBytes) -> Result<Known> {
    let mut parts = list(service)?.into_iter();
    let mut next = || parts.next().unwrap_or(Value::Array(Vec::new()));
    let id = text(next())?;
    let id: ServiceId = id.parse().map_err(|error| corrupt(&id).with_source(error))?;
    let mut fields = HashMap::new();
    let mut pairs = list(next())?.into_iter();
    while let (Some(name), Some(value)) = (pairs.next(), pairs.next()) {
        fields.insert(text(name)?, text(value)?);
    }
    let field = |name: &str| fields.get(name).map_or("", String::as_str);
    let told = serde_json::from_str(field("info")).map_err(|error| corrupt(&id.to_string()).with_source(error))?;
    let mut claims = Vec::new();
    let mut values = list(next())?.into_iter();
    while let Some(claim) = values.next() {
        let held = match with_bytes {
            WithBytes::No => None,
            WithBytes::Yes => values.next().map(bytes).transpose()?.and_then(|value| Held::parse(&value)),
        };
        claims.push((number(claim)?, held));
    }
    claims.sort_by_key(|(claim, _)| *claim);
    let mut running = HashMap::new();
    let mut times = list(next())?.into_iter();
    while let (Some(claim), Some(at)) = (times.next(), times.next()) {
        running.insert(number(claim)?, moment(&text(at)?));
    }
    Ok(Known {
        id,
        told,
        started_at: moment(field("started_at")),
        beat_at: moment(field("beat_at")),
        n_beats: field("beats").parse().unwrap_or(0),
        phase: phase(field("phase")),
        resident_bytes: field("resident_bytes").parse().unwrap_or(0),
        n_finished: field("n_finished").parse().unwrap_or(0),
        claims,
        running,
    })
}

fn phase(word: &str) -> ServicePhase {
    let known = [ServicePhase::Quiet, ServicePhase::Stopping];
    known.into_iter().find(|phase| phase.as_str() == word).unwrap_or_default()
}

fn corrupt(id: &str) -> Error {
    Error::new(
        ErrorKind::Corrupt,
        words!("store-unreadable-service", "what the service `{id}` tells of itself cannot be read", id = id),
    )
}
