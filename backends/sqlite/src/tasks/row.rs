//! A task as its row tells it, and whether its owner lives.

use egret_core::job_data::from_microseconds;
use egret_core::{ClaimToken, JobId, Liveness, ProcessIdentity, TaskOwner, TaskOwnerRecord, TaskRecord, TaskState};
use rusqlite::{OptionalExtension, Row};
use serde::{Deserialize, Serialize};

use crate::finish::held;
use crate::queries;
use crate::service::is_alive;
use crate::writer::{Session, Settings};

/// A row of the table of tasks.
#[derive(Debug)]
pub(super) struct TaskRow {
    pub(super) id: i64,
    pub(super) state: TaskState,
    /// The present hold, with who has it.
    pub(super) holder: Option<(u64, StoredOwner)>,
    pub(super) is_interrupt_asked: bool,
    pub(super) log_sequence: i64,
    pub(super) started_at: i64,
    pub(super) updated_at: i64,
    record: TaskRecord,
}

/// Who has a task, as the store keeps it.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(super) struct StoredOwner {
    process: ProcessIdentity,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    claim: Option<ClaimToken>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    job_id: Option<JobId>,
}

impl StoredOwner {
    pub(super) fn new(owner: &TaskOwner, settings: &Settings) -> Self {
        let process = settings.process.clone();
        match owner {
            TaskOwner::Claim { token, job_id } => Self { process, claim: Some(*token), job_id: Some(job_id.clone()) },
            TaskOwner::Process => Self { process, claim: None, job_id: None },
        }
    }

    pub(super) fn claim(&self) -> Option<ClaimToken> {
        self.claim
    }

    pub(super) fn to_text(&self) -> String {
        serde_json::to_string(self).expect("an owner is made of texts and numbers")
    }

    /// Reads what is stored. Text that is no owner is one who cannot be found.
    pub(super) fn parse(text: &str) -> Self {
        serde_json::from_str(text).unwrap_or_else(|_| Self {
            process: ProcessIdentity {
                host: String::new(),
                pid: 0,
                boot_id: String::new(),
                pid_namespace: 0,
                started_ticks: 0,
            },
            claim: None,
            job_id: None,
        })
    }

    pub(super) fn into_record(self) -> TaskOwnerRecord {
        TaskOwnerRecord {
            host: self.process.host,
            pid: self.process.pid,
            service: self.claim.map(|claim| claim.service),
            job_id: self.job_id,
        }
    }

    /// Whether the owner still has the hold: his claim lasts and its service lives, or his process does.
    fn lives(&self, session: &mut Session<'_>, hold: u64) -> rusqlite::Result<bool> {
        if let Some(token) = self.claim {
            return Ok(held(session, token)?.is_some() && is_alive(session, token.service)?);
        }
        Ok(session.settings.task_locks.is_held(hold).unwrap_or_else(|| {
            // Somebody removed the file, or copied the database without it.
            self.process.liveness(&session.settings.process) != Liveness::Dead
        }))
    }
}

impl TaskRow {
    pub(super) fn read(row: &Row<'_>) -> rusqlite::Result<Self> {
        let (hold, owner): (Option<i64>, Option<String>) = (row.get(3)?, row.get(4)?);
        let holder = hold.map(|hold| (hold.cast_unsigned(), StoredOwner::parse(owner.as_deref().unwrap_or_default())));
        let (id, log_sequence, updated_at, started_at): (i64, i64, i64, i64) =
            (row.get(0)?, row.get(9)?, row.get(12)?, row.get(13)?);
        let record = TaskRecord {
            id: id.cast_unsigned(),
            name: row.get(1)?,
            state: state_of(row.get(2)?),
            is_interrupt_asked: row.get(5)?,
            has_lost_owner: row.get(6)?,
            current_count: row.get::<_, i64>(7)?.cast_unsigned(),
            total_count: row.get::<_, i64>(8)?.cast_unsigned(),
            log_sequence: log_sequence.cast_unsigned(),
            user_id: row.get(10)?,
            owner: None,
            created_at: from_microseconds(row.get(11)?),
            updated_at: from_microseconds(updated_at),
            started_at: (started_at != 0).then(|| from_microseconds(started_at)),
            closed_at: row.get::<_, Option<i64>>(14)?.map(from_microseconds),
        };
        let (state, is_interrupt_asked) = (record.state, record.is_interrupt_asked);
        Ok(Self { id, state, holder, is_interrupt_asked, log_sequence, started_at, updated_at, record })
    }

    pub(super) fn find(session: &Session<'_>, name: &str) -> rusqlite::Result<Option<Self>> {
        session.connection.prepare_cached(queries::TASK_FIND)?.query_row([name], Self::read).optional()
    }

    pub(super) fn held(session: &Session<'_>) -> rusqlite::Result<Vec<Self>> {
        session.connection.prepare_cached(queries::TASKS_HELD)?.query_map([], Self::read)?.collect()
    }

    pub(super) fn name(&self) -> &str {
        &self.record.name
    }

    /// Whether somebody had the task and has gone.
    pub(super) fn is_ownerless(&self, session: &mut Session<'_>) -> rusqlite::Result<bool> {
        match &self.holder {
            Some((hold, owner)) => Ok(!owner.lives(session, *hold)?),
            None => Ok(false),
        }
    }

    /// The task as it shows: without its owner, if he has gone.
    pub(super) fn into_record(self, session: &mut Session<'_>) -> rusqlite::Result<TaskRecord> {
        let is_ownerless = self.is_ownerless(session)?;
        let mut record = self.record;
        if is_ownerless {
            record.state = record.state.without_owner();
            record.has_lost_owner = true;
            record.is_interrupt_asked = false;
        } else {
            record.owner = self.holder.map(|(_, owner)| owner.into_record());
        }
        Ok(record)
    }
}

/// States by their numbers.
const STATES: [TaskState; 6] = TaskState::ALL;

fn state_of(number: i64) -> TaskState {
    usize::try_from(number).ok().and_then(|number| STATES.get(number).copied()).unwrap_or_default()
}

pub(super) fn number_of(state: TaskState) -> i64 {
    let place = STATES.iter().position(|known| *known == state).expect("every state is in the list");
    i64::try_from(place).expect("there are six states")
}
