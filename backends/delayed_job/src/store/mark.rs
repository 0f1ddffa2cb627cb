//! What we remember of a row beside it: who of us holds it, and what no column of Delayed Job's has room for.

use std::collections::HashMap;

use egret_core::job_data::from_microseconds;
use egret_core::{ErrorReport, Result, ServiceId, Timestamp};

use super::Store;
use super::row::AT_ONCE;
use super::transaction::Step;
use crate::database::{Columns, Value};

const MARKS: &str = include_str!("../../queries/ours/marks.sql");
const CLAIMS_OF: &str = include_str!("../../queries/ours/claims_of.sql");
const CLAIMS: &str = include_str!("../../queries/ours/claims.sql");
const INSERT: &str = include_str!("../../queries/ours/mark_insert.sql");
const UPDATE: &str = include_str!("../../queries/ours/mark_update.sql");
const CLAIM: &str = include_str!("../../queries/ours/claim.sql");
const DELETE: &str = include_str!("../../queries/ours/marks_delete.sql");

/// What is remembered of one row.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Mark {
    /// The row.
    pub(super) job: i64,
    /// The service that holds it.
    pub(super) service: Option<ServiceId>,
    /// The name of that lock.
    pub(super) locked_by: Option<String>,
    /// When its job began.
    pub(super) started_at: Option<Timestamp>,
    /// Whether a person wants it to stop.
    pub(super) is_cancelled: bool,
    /// Services that died during it, since its last end.
    pub(super) interruptions: u32,
    /// Attempts that the column `attempts` does not count: interruptions, retries of Active Job, snoozes.
    pub(super) more_attempts: u32,
    /// How often its class was unknown here.
    pub(super) n_postponed: u32,
    /// Hosts and processes of the services that died.
    pub(super) dead: Vec<String>,
    /// The error whose text is in `last_error`, with its class.
    pub(super) error: Option<ErrorReport>,
    /// Why the handler cannot be read.
    pub(super) unreadable: Option<String>,
}

impl Mark {
    /// Nothing to be remembered yet.
    pub(super) fn of(job: i64) -> Self {
        Self { job, ..Self::default() }
    }

    /// Whether it says nothing.
    fn is_empty(&self) -> bool {
        *self == Self::of(self.job)
    }

    /// The claim is over.
    pub(super) fn free(&mut self) {
        (self.service, self.locked_by, self.started_at, self.is_cancelled) = (None, None, None, false);
    }

    /// A run has ended by itself: what it was suspected of is forgotten.
    pub(super) fn clear_interruptions(&mut self) {
        (self.interruptions, self.dead) = (0, Vec::new());
    }

    fn read(columns: &Columns) -> Self {
        let json = |place: usize| columns.text(place).filter(|text| !text.is_empty());
        Self {
            job: columns.integer(0),
            service: columns.text(1).and_then(|id| id.parse().ok()),
            locked_by: columns.text(2),
            started_at: columns.integer_or_none(3).map(from_microseconds),
            is_cancelled: columns.integer(4) != 0,
            interruptions: columns.count(5),
            more_attempts: columns.count(6),
            n_postponed: columns.count(7),
            dead: json(8).and_then(|text| serde_json::from_str(&text).ok()).unwrap_or_default(),
            error: json(9).and_then(|text| serde_json::from_str(&text).ok()),
            unreadable: columns.text(10),
        }
    }

    /// Parameters behind the number of the row.
    fn values(&self) -> Vec<Value> {
        let dead = (!self.dead.is_empty()).then(|| serde_json::json!(self.dead).to_string());
        let error = self.error.as_ref().map(|error| serde_json::to_string(error).expect("an error is JSON"));
        vec![
            Value::Text(self.service.map(|service| service.to_string())),
            Value::Text(self.locked_by.clone()),
            Value::Integer(self.started_at.map(Timestamp::as_microsecond)),
            Value::from(u32::from(self.is_cancelled)),
            self.interruptions.into(),
            self.more_attempts.into(),
            self.n_postponed.into(),
            Value::Text(dead),
            Value::Text(error),
            // It may quote the handler, in which other databases hold what PostgreSQL does not.
            Value::Text(self.unreadable.as_ref().map(|reason| reason.replace('\0', "\u{2400}"))),
        ]
    }
}

/// Marks by the numbers of their rows.
pub(super) type Marks = HashMap<i64, Mark>;

impl Store {
    /// What is remembered of the rows.
    pub(super) async fn marks_of(&self, step: &mut Step<'_>, ids: &[i64]) -> Result<Marks> {
        let mut found = Marks::with_capacity(ids.len());
        for ids in ids.chunks(AT_ONCE) {
            for columns in &step.ask_ours(MARKS, vec![ids.into()]).await? {
                let mark = Mark::read(columns);
                found.insert(mark.job, mark);
            }
        }
        Ok(found)
    }

    /// What a service holds.
    pub(super) async fn claims_of(&self, step: &mut Step<'_>, service: ServiceId) -> Result<Vec<Mark>> {
        let found = step.ask_ours(CLAIMS_OF, vec![service.to_string().into()]).await?;
        Ok(found.iter().map(Mark::read).collect())
    }

    /// What all services hold.
    pub(super) async fn all_claims(&self, step: &mut Step<'_>) -> Result<Vec<Mark>> {
        Ok(step.ask_ours(CLAIMS, Vec::new()).await?.iter().map(Mark::read).collect())
    }

    /// Remembers that a service holds these rows under a name.
    pub(super) async fn mark_claimed(
        &self,
        step: &mut Step<'_>,
        ids: &[i64],
        known: &Marks,
        service: ServiceId,
        name: &str,
    ) -> Result<()> {
        let (old, new): (Vec<i64>, Vec<i64>) = ids.iter().partition(|id| known.contains_key(id));
        for ids in old.chunks(AT_ONCE) {
            step.tell_ours(CLAIM, vec![service.to_string().into(), name.into(), ids.into()]).await?;
        }
        let claimed = new.into_iter().map(|job| Mark {
            service: Some(service),
            locked_by: Some(name.to_owned()),
            ..Mark::of(job)
        });
        self.insert_marks(step, claimed.collect()).await
    }

    /// Writes marks as they are now; those that say nothing go.
    pub(super) async fn write_marks(&self, step: &mut Step<'_>, before: &Marks, now: Vec<Mark>) -> Result<()> {
        let (empty, rest): (Vec<Mark>, Vec<Mark>) = now.into_iter().partition(Mark::is_empty);
        let (known, new): (Vec<Mark>, Vec<Mark>) = rest.into_iter().partition(|mark| before.contains_key(&mark.job));
        let gone: Vec<i64> = empty.iter().map(|mark| mark.job).filter(|job| before.contains_key(job)).collect();
        self.delete_marks(step, &gone).await?;
        for mark in known.iter().filter(|mark| before.get(&mark.job) != Some(mark)) {
            let mut parameters = mark.values();
            parameters.push(mark.job.into());
            step.tell_ours(UPDATE, parameters).await?;
        }
        self.insert_marks(step, new).await
    }

    pub(super) async fn delete_marks(&self, step: &mut Step<'_>, ids: &[i64]) -> Result<()> {
        for ids in ids.chunks(AT_ONCE) {
            step.tell_ours(DELETE, vec![ids.into()]).await?;
        }
        Ok(())
    }

    async fn insert_marks(&self, step: &mut Step<'_>, new: Vec<Mark>) -> Result<()> {
        for new in new.chunks(AT_ONCE) {
            let rows = new.iter().map(|mark| {
                let mut values = vec![Value::from(mark.job)];
                values.extend(mark.values());
                values
            });
            step.insert_ours(INSERT, rows.collect()).await?;
        }
        Ok(())
    }
}
