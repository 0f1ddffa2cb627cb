//! The verb *rescue*: what dead services held goes back, and jobs that killed too many of them are set aside.

use std::fs::File;

use egret_core::{ErrorReport, ExecutionState, JobId, MAX_INTERRUPTIONS, QUARANTINED, RescueReport, Result, ServiceId};
use rusqlite::{Row, params};

use super::claims::claims_of;
use super::file::Mark;
use super::leave::remove;
use super::liveness::look_at;
use super::roster::entries;
use crate::backend::SqliteBackend;
use crate::execution::{NewExecution, record};
use crate::finish::{FLAG_HAS_KEYS, FLAG_NOTED, Held, report_text, unclaim};
use crate::history::{Retirement, retire};
use crate::job_key::JobKey;
use crate::queries;
use crate::release::{ReleaseKind, give_back};
use crate::state_code::{StateCode, execution_number};
use crate::writer::{Nature, Session};

/// A service found dead, with what its file tells.
#[derive(Debug)]
struct Dead {
    service: ServiceId,
    marks: Vec<Mark>,
    /// Its last beat, else its registration.
    last_sign_at: i64,
    /// Whether its machine has been started anew since, so that its end says nothing about its jobs.
    is_host_gone: bool,
}

impl SqliteBackend {
    pub(crate) async fn rescue_services(&self) -> Result<RescueReport> {
        let dead = self.lookups.call_at_once("look for dead services", find_dead).await?;
        let mut report = RescueReport::default();
        for dead in dead {
            let service = dead.service;
            // Held until the jobs are back, so that no program of the service can still run beside its successor.
            let Ok(guard) = self.settings.fleet.take_guard(service) else {
                tracing::info!(%service, "a program of a dead service still runs; its jobs wait for its end");
                continue;
            };
            self.rescue_one(dead, guard, &mut report).await?;
            self.settings.fleet.forget(service);
        }
        report.closed_tasks = self.close_ownerless_tasks().await?;
        Ok(report)
    }

    async fn rescue_one(&self, dead: Dead, _guard: Option<File>, report: &mut RescueReport) -> Result<()> {
        let service = dead.service;
        let nature = Nature::light("rescue the jobs of a dead service");
        let rescued = self.writer.call(nature, move |session| rescue(session, &dead)).await?;
        let Some(rescued) = rescued else { return Ok(()) };
        report.dead_services.push(service);
        report.n_released += rescued.n_released;
        report.n_interrupted += rescued.n_interrupted;
        report.quarantined.extend(rescued.quarantined);
        Ok(())
    }
}

fn find_dead(session: &mut Session<'_>) -> rusqlite::Result<Vec<Dead>> {
    let mut dead = Vec::new();
    for entry in entries(session)? {
        let sight = look_at(session.settings, entry.id, &entry.process);
        if !sight.is_alive {
            // Read again: it may have marked a job between the first look and its death.
            let snapshot = session.settings.fleet.snapshot(entry.id);
            let last_sign_at = entry.last_sign_at(snapshot.as_ref());
            let marks = snapshot.map(|snapshot| snapshot.marks);
            dead.push(Dead {
                last_sign_at,
                service: entry.id,
                marks: marks.unwrap_or_default(),
                is_host_gone: entry.process.boot_id != session.settings.process.boot_id,
            });
        }
    }
    Ok(dead)
}

/// Gives back what one service held; `None` when somebody else has done it already.
fn rescue(session: &mut Session<'_>, dead: &Dead) -> rusqlite::Result<Option<RescueReport>> {
    let id = dead.service.number().cast_signed();
    let mut report = RescueReport::default();
    for held in claims_of(session, id)? {
        rescue_job(session, dead, &held, &mut report)?;
    }
    Ok(remove(session, id, dead.last_sign_at)?.then_some(report))
}

fn rescue_job(session: &mut Session<'_>, dead: &Dead, held: &Held, report: &mut RescueReport) -> rusqlite::Result<()> {
    let mark = dead.marks.iter().find(|mark| mark.record == held.record && mark.claim == held.claim);
    let has_started = mark.is_some() || held.flags & FLAG_NOTED != 0;
    if !has_started || dead.is_host_gone {
        report.n_released += 1;
        return give_back(session, held, ReleaseKind::Unstarted);
    }
    let started_at = mark.map(|mark| mark.started_at);
    record_interruption(session, held, started_at)?;
    let interruptions = held.interruptions + 1;
    if interruptions >= i64::from(MAX_INTERRUPTIONS) {
        report.quarantined.push(quarantine(session, held, started_at)?);
        return Ok(());
    }
    report.n_released += 1;
    report.n_interrupted += 1;
    give_back(session, held, ReleaseKind::Interrupted { started_at })
}

fn record_interruption(session: &Session<'_>, held: &Held, started_at: Option<i64>) -> rusqlite::Result<()> {
    let closed_at = Some(session.now());
    record(session, held, &NewExecution { state: ExecutionState::Interrupted, started_at, closed_at, error: None })
}

/// Ends a job during which too many services died, naming them.
fn quarantine(session: &mut Session<'_>, held: &Held, started_at: Option<i64>) -> rusqlite::Result<JobId> {
    let interruptions = held.interruptions + 1;
    let runners = interrupted_runners(session, held, interruptions)?.join(", ");
    let error = ErrorReport::new(QUARANTINED, format!("{interruptions} services died while it ran: {runners}"));
    let error = report_text(&error);
    unclaim(session, held)?;
    let retirement = Retirement {
        record: held.record,
        lane: held.lane,
        state: StateCode::Discarded,
        attempt: held.attempt + 1,
        interruptions,
        finished_at: session.now(),
        folded: None,
        started_at,
        error: Some(&error),
        keeps_error: false,
        has_keys: held.flags & FLAG_HAS_KEYS != 0,
        value: None,
    };
    retire(session, &retirement)?;
    let mut statement = session.connection.prepare_cached(queries::JOB_KEY)?;
    statement.query_row([held.record], |row| Ok(row.get::<_, JobKey>(0)?.to_id()))
}

fn interrupted_runners(session: &Session<'_>, held: &Held, limit: i64) -> rusqlite::Result<Vec<String>> {
    let read = |row: &Row<'_>| {
        let service = ServiceId::from_number(row.get::<_, i64>(0)?.cast_unsigned());
        let (host, pid): (Option<String>, Option<u32>) = (row.get(1)?, row.get(2)?);
        Ok(format!("`{service}` on `{}` (process {})", host.unwrap_or_default(), pid.unwrap_or_default()))
    };
    let state = execution_number(ExecutionState::Interrupted);
    let mut statement = session.connection.prepare_cached(queries::INTERRUPTED_RUNNERS)?;
    statement.query_map(params![held.record, state, limit], read)?.collect()
}
