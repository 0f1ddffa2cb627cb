//! The list of services, and how many of a name live.

use std::collections::HashMap;

use egret_core::job_data::from_microseconds;
use egret_core::{ClassSelection, ProcessIdentity, ServiceId, ServiceMode, ServiceRecord};
use rusqlite::Row;

use super::file::Snapshot;
use super::liveness::{Sight, look_at};
use crate::queries;
use crate::writer::Session;

/// A service as its row tells it.
#[derive(Debug)]
pub(crate) struct Entry {
    pub(crate) id: ServiceId,
    pub(crate) name: String,
    pub(crate) process: ProcessIdentity,
    mode: String,
    queues: String,
    concurrency: u32,
    started_at: i64,
    classes: Option<String>,
}

impl Entry {
    fn read(row: &Row<'_>) -> rusqlite::Result<Self> {
        let process: String = row.get(2)?;
        Ok(Self {
            id: ServiceId::from_number(row.get::<_, i64>(0)?.cast_unsigned()),
            name: row.get(1)?,
            process: serde_json::from_str(&process).unwrap_or_else(|_| nobody()),
            mode: row.get(3)?,
            queues: row.get(4)?,
            concurrency: row.get(5)?,
            started_at: row.get(6)?,
            classes: row.get(7)?,
        })
    }

    /// When it was last known to live: its latest beat, else its registration.
    pub(crate) fn last_sign_at(&self, snapshot: Option<&Snapshot>) -> i64 {
        let header = snapshot.map(|snapshot| snapshot.header).filter(|header| header.n_beats > 0);
        header.map_or(self.started_at, |header| header.beat_at)
    }

    fn classes(&self) -> ClassSelection {
        let known: Option<Vec<String>> = self.classes.as_deref().and_then(|text| serde_json::from_str(text).ok());
        known.map_or(ClassSelection::All, ClassSelection::only)
    }

    fn into_record(self, sight: Sight, n_claimed: u32) -> ServiceRecord {
        let Sight { is_alive, snapshot } = sight;
        let beat_at = self.last_sign_at(snapshot.as_ref());
        let snapshot = snapshot.unwrap_or_default();
        let classes = self.classes();
        ServiceRecord {
            follows: egret_core::ServiceOrder::ALL,
            id: self.id,
            name: self.name,
            process: self.process,
            mode: if self.mode == ServiceMode::OnDemand.as_str() {
                ServiceMode::OnDemand
            } else {
                ServiceMode::Service
            },
            queues: serde_json::from_str(&self.queues).unwrap_or_default(),
            classes,
            concurrency: self.concurrency,
            started_at: from_microseconds(self.started_at),
            beat_at: from_microseconds(beat_at),
            phase: snapshot.header.phase,
            n_claimed,
            n_running: u32::try_from(snapshot.marks.len()).unwrap_or(u32::MAX),
            resident_bytes: snapshot.header.resident_bytes,
            n_finished: snapshot.header.n_finished,
            is_alive,
        }
    }
}

/// A process that cannot be compared with any.
fn nobody() -> ProcessIdentity {
    ProcessIdentity { host: String::new(), pid: 0, boot_id: String::new(), pid_namespace: 0, started_ticks: 0 }
}

/// Every service that has registered and neither left nor been rescued.
pub(crate) fn entries(session: &Session<'_>) -> rusqlite::Result<Vec<Entry>> {
    let mut statement = session.connection.prepare_cached(queries::SERVICES)?;
    statement.query_map([], Entry::read)?.collect()
}

/// The verb *services*.
pub(crate) fn records(session: &mut Session<'_>) -> rusqlite::Result<Vec<ServiceRecord>> {
    let claims = claims_by_owner(session)?;
    let entries = entries(session)?.into_iter();
    Ok(entries
        .map(|entry| {
            let sight = look_at(session.settings, entry.id, &entry.process);
            let n_claimed = claims.get(&entry.id).copied().unwrap_or(0);
            entry.into_record(sight, n_claimed)
        })
        .collect())
}

/// Whether a service is known and lives.
pub(crate) fn is_alive(session: &Session<'_>, service: ServiceId) -> rusqlite::Result<bool> {
    let entries = entries(session)?;
    let entry = entries.iter().find(|entry| entry.id == service);
    Ok(entry.is_some_and(|entry| look_at(session.settings, entry.id, &entry.process).is_alive))
}

fn claims_by_owner(session: &Session<'_>) -> rusqlite::Result<HashMap<ServiceId, u32>> {
    let mut statement = session.connection.prepare_cached(queries::CLAIMS_BY_OWNER)?;
    let read = |row: &Row<'_>| Ok((ServiceId::from_number(row.get::<_, i64>(0)?.cast_unsigned()), row.get(1)?));
    statement.query_map([], read)?.collect()
}

/// The living services of one name.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Standing {
    pub(crate) n_alive: u64,
    /// Jobs that they run at once, all together.
    pub(crate) concurrency: u64,
}

/// Counts the living services of a name. Each transaction looks once: nobody of this process comes or goes during it.
pub(crate) fn standing(session: &mut Session<'_>, name: &str) -> rusqlite::Result<Standing> {
    if let Some((_, standing)) = session.standings.iter().find(|(known, _)| known == name) {
        return Ok(*standing);
    }
    let mut standing = Standing::default();
    for entry in entries(session)?.iter().filter(|entry| entry.name == name) {
        if look_at(session.settings, entry.id, &entry.process).is_alive {
            standing.n_alive += 1;
            standing.concurrency += u64::from(entry.concurrency);
        }
    }
    session.standings.push((name.to_owned(), standing));
    Ok(standing)
}
