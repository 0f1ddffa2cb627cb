//! The verbs *register* and *present*.

use egret_core::{ClassSelection, Error, Result, ServiceId, ServiceInfo};
use rusqlite::params;

use super::presence::{note_change, note_polled};
use super::roster::standing;
use crate::backend::SqliteBackend;
use crate::queries;
use crate::start::take_over;
use crate::writer::{Nature, Session};

impl SqliteBackend {
    pub(crate) async fn register_service(&self, info: ServiceInfo) -> Result<ServiceId> {
        let service = ServiceId::generate();
        // Before the row, so that nobody sees the service without its lock.
        self.settings.fleet.add(service, self.settings.now())?;
        let name = info.name.clone();
        let nature = Nature::light("register a service");
        let outcome = self.writer.call(nature, move |session| insert(session, service, &info)).await;
        let refusal = match outcome {
            Ok(true) => return Ok(service),
            Ok(false) => Error::enough_services(&name),
            Err(error) => error,
        };
        self.settings.fleet.drop_own(service);
        Err(refusal)
    }

    pub(crate) async fn present_service(&self, service: ServiceId, info: ServiceInfo) -> Result<()> {
        let nature = Nature::light("present a service anew");
        let n_changed = self
            .writer
            .call(nature, move |session| {
                let id = service.number().cast_signed();
                session.standings.clear();
                note_polled(session, id, session.now())?;
                let values = params![id, queues(&info), info.concurrency, classes(&info)];
                session.execute(queries::SERVICE_PRESENT, values)
            })
            .await?;
        if n_changed == 0 {
            return Err(Error::unknown_service("present a service anew", service));
        }
        Ok(())
    }
}

/// Inserts the row of a service unless too many of its name live. Takes over its right to start in either case, for the
/// start that led here is over.
fn insert(session: &mut Session<'_>, service: ServiceId, info: &ServiceInfo) -> rusqlite::Result<bool> {
    if let Some(nonce) = info.start_right {
        take_over(session, &info.name, nonce)?;
    }
    if let Some(limit) = info.max_services
        && standing(session, &info.name)?.n_alive >= u64::from(limit)
    {
        return Ok(false);
    }
    let (id, now) = (service.number().cast_signed(), session.now());
    session.execute(
        queries::SERVICE_INSERT,
        params![
            id,
            info.name,
            serde_json::to_string(&info.process).unwrap_or_default(),
            info.mode.as_str(),
            queues(info),
            info.concurrency,
            now,
            classes(info)
        ],
    )?;
    note_change(session, &info.name, now)?;
    session.execute(queries::RUNNER_INSERT, params![id, info.process.host, info.process.pid])?;
    session.standings.clear();
    Ok(true)
}

/// The queues that a service polls, as its row holds them.
fn queues(info: &ServiceInfo) -> String {
    let names: Vec<&str> = info.selection.queues.names().collect();
    serde_json::to_string(&names).unwrap_or_default()
}

/// The classes that a service can run, as its row holds them: nothing for every class.
fn classes(info: &ServiceInfo) -> Option<String> {
    match &info.selection.classes {
        ClassSelection::All => None,
        only @ ClassSelection::Only(_) => serde_json::to_string(only).ok(),
    }
}
