//! Which claimed jobs run: by the marks in the files of services, and by what was noted under their claims.

use std::collections::HashMap;

use egret_core::{Belonging, JobState, ServiceId};
use rusqlite::Row;

use crate::finish::FLAG_NOTED;
use crate::queries;
use crate::state_code::StateCode;
use crate::writer::Session;

/// A claimed job.
#[derive(Debug)]
pub(crate) struct Claimed {
    pub(crate) due_at: i64,
    pub(crate) position: i64,
    pub(crate) record: i64,
    pub(crate) lane: i64,
    pub(crate) is_running: bool,
    pub(crate) started_at: Option<i64>,
    pub(crate) owner: Belonging,
}

/// Every claimed job. There are not many: a service claims little more than it runs.
#[derive(Debug, Default)]
pub(crate) struct Running {
    claimed: HashMap<i64, Claimed>,
}

impl Running {
    pub(crate) fn read(session: &Session<'_>) -> rusqlite::Result<Self> {
        let mut statement = session.connection.prepare_cached(queries::LIST_CLAIMED)?;
        let mut rows = statement.query([])?;
        let mut snapshots = HashMap::new();
        let mut claimed = HashMap::new();
        while let Some(row) = rows.next()? {
            let owner = ServiceId::from_number(row.get::<_, i64>(5)?.cast_unsigned());
            let starts: &HashMap<(i64, i64), i64> = snapshots.entry(owner).or_insert_with(|| {
                let marks = session.settings.fleet.snapshot(owner).unwrap_or_default().marks;
                marks.into_iter().map(|mark| ((mark.record, mark.claim), mark.started_at)).collect()
            });
            let job = read(row, starts)?;
            claimed.insert(job.record, job);
        }
        Ok(Self { claimed })
    }

    pub(crate) fn get(&self, record: i64) -> Option<&Claimed> {
        self.claimed.get(&record)
    }

    /// The state that people see of a job that has not ended, by how its row says that it waits.
    pub(crate) fn shown(&self, session: &Session<'_>, record: i64, due_at: i64, waits_as: StateCode) -> JobState {
        match self.get(record) {
            Some(claimed) if claimed.is_running => JobState::Running,
            Some(_) => JobState::Available,
            None if due_at <= session.now() => JobState::Available,
            None => waits_as.shown(),
        }
    }

    pub(crate) fn iter(&self) -> impl Iterator<Item = &Claimed> {
        self.claimed.values()
    }
}

fn read(row: &Row<'_>, starts: &HashMap<(i64, i64), i64>) -> rusqlite::Result<Claimed> {
    let (record, claim, flags): (i64, i64, i64) = (row.get(2)?, row.get(4)?, row.get(6)?);
    let noted_at: Option<i64> = row.get(7)?;
    let started_at = starts.get(&(record, claim)).copied().or(noted_at);
    let is_running = started_at.is_some() || flags & FLAG_NOTED != 0;
    let owner = Belonging { user: row.get(8)?, site: row.get(9)? };
    let (due_at, position, lane) = (row.get(0)?, row.get(1)?, row.get(3)?);
    Ok(Claimed { due_at, position, record, lane, is_running, started_at, owner })
}
