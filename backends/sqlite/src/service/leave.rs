//! The verb *leave*, and the question when the next job is due.

use egret_core::job_data::from_microseconds;
use egret_core::{Leave, Left, Result, Selection, ServiceId};
use rusqlite::params;

use super::claims::claims_of;
use super::presence::note_end;
use crate::backend::SqliteBackend;
use crate::promote::first_reserved;
use crate::queries;
use crate::release::{ReleaseKind, give_back};
use crate::state_code::StateCode;
use crate::writer::{Nature, Session};

impl SqliteBackend {
    pub(crate) async fn leave_service(&self, service: ServiceId, leave: Leave) -> Result<Left> {
        let nature = Nature::light("let a service leave");
        let left = self.writer.call(nature, move |session| depart(session, service, &leave)).await?;
        if left == Left::Gone {
            self.settings.fleet.drop_own(service);
        }
        Ok(left)
    }
}

fn depart(session: &mut Session<'_>, service: ServiceId, leave: &Leave) -> rusqlite::Result<Left> {
    let id = service.number().cast_signed();
    let claims = claims_of(session, id)?;
    if let Leave::WhenIdle(selection) = leave {
        let next_due = next_due(session, selection)?;
        if next_due.is_some() || !claims.is_empty() {
            return Ok(Left::Stays { next_due: next_due.map(from_microseconds) });
        }
    }
    for held in &claims {
        give_back(session, held, ReleaseKind::Unstarted)?;
    }
    let now = session.now();
    remove(session, id, now)?;
    Ok(Left::Gone)
}

/// Forgets a service that left at a moment, or died after its last sign.
pub(super) fn remove(session: &mut Session<'_>, id: i64, ended_at: i64) -> rusqlite::Result<bool> {
    note_end(session, id, ended_at)?;
    let n_removed = session.execute(queries::SERVICE_DELETE, [id])?;
    session.execute(queries::RUNNER_LEFT, params![id, session.now()])?;
    session.standings.clear();
    Ok(n_removed > 0)
}

/// The due time of a selected job in a queue that is not paused: of one that is due, if there is one, else of the next
/// reserved one.
pub(crate) fn next_due(session: &mut Session<'_>, selection: &Selection) -> rusqlite::Result<Option<i64>> {
    let lanes = session.books.lanes.iter();
    let open =
        lanes.filter(|lane| !session.books.paused.contains(&*lane.queue) && selection.covers(&lane.queue, &lane.class));
    let waiting: Vec<(i64, bool, bool)> = open
        .map(|lane| {
            let n_available = lane.count(StateCode::Available) + lane.count(StateCode::Suspect);
            (lane.id, n_available > 0, lane.n_reserved() > 0)
        })
        .collect();
    let mut next = None;
    for (lane, has_available, has_reserved) in waiting {
        let due_at = if has_available {
            first_available(session, lane)?
        } else if has_reserved {
            Some(first_reserved(session, lane)?)
        } else {
            None
        };
        next = [next, due_at].into_iter().flatten().min();
    }
    Ok(next)
}

/// The due time of an available job of a lane.
fn first_available(session: &Session<'_>, lane: i64) -> rusqlite::Result<Option<i64>> {
    for is_suspect in [false, true] {
        let mut statement = session.connection.prepare_cached(queries::READY_FIRST)?;
        if let Some(row) = statement.query(params![lane, is_suspect, 1])?.next()? {
            return row.get(1).map(Some);
        }
    }
    Ok(None)
}
