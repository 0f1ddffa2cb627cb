//! What must be remembered of a job between its attempts and has no place in Sidekiq's payload: two keys of ours in it, which
//! Sidekiq keeps and shows among the extras of a job. Jobs that never needed them have none.

use egret_core::job_data::{from_microseconds, to_microseconds};
use egret_core::{ErrorReport, Timestamp};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use super::envelope::Envelope;

/// The key of what is remembered.
const KEY: &str = "egret";
/// The key of services that died while the job ran, for people. Its name is the mark that the claiming script looks for.
const DEATHS: &str = "egret_deaths";

/// What is remembered.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub(super) struct Memory {
    /// Runs that ended counted and that `retry_count` does not count.
    #[serde(skip_serializing_if = "is_zero")]
    pub(super) runs: u32,
    /// The error of the last attempt, when the job's own rules handled it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) error: Option<ErrorReport>,
    /// When it is or was due, in microseconds since the epoch.
    #[serde(skip_serializing_if = "Option::is_none")]
    due_at: Option<i64>,
    /// Active Job's counters of a job that is none of Active Job's.
    #[serde(skip_serializing_if = "is_zero")]
    pub(super) executions: u32,
    #[serde(skip_serializing_if = "Map::is_empty")]
    pub(super) exception_executions: Map<String, Value>,
}

impl Memory {
    pub(super) fn read(envelope: &Envelope<'_>) -> Self {
        envelope.get(KEY).unwrap_or_default()
    }

    /// Writes it, or takes the key away when there is nothing to remember.
    pub(super) fn write(&self, envelope: &mut Envelope<'_>) {
        match *self == Self::default() {
            true => envelope.remove(KEY),
            false => envelope.set(KEY, self),
        }
    }

    pub(super) fn due_at(&self) -> Option<Timestamp> {
        self.due_at.map(from_microseconds)
    }

    pub(super) fn set_due(&mut self, due_at: Option<Timestamp>) {
        self.due_at = due_at.map(to_microseconds);
    }
}

/// The services that died while the job ran since a run last ended.
pub(super) fn deaths(envelope: &Envelope<'_>) -> Vec<String> {
    envelope.get(DEATHS).unwrap_or_default()
}

pub(super) fn set_deaths(envelope: &mut Envelope<'_>, deaths: &[String]) {
    match deaths.is_empty() {
        true => envelope.remove(DEATHS),
        false => envelope.set(DEATHS, deaths),
    }
}

fn is_zero(number: &u32) -> bool {
    *number == 0
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_mark_of_interrupted_jobs_is_what_the_script_looks_for() {
        let mut envelope = Envelope::parse(b"{}").unwrap();
        set_deaths(&mut envelope, &["a".to_owned()]);
        let bytes = String::from_utf8(envelope.to_bytes()).unwrap();
        assert!(bytes.contains(crate::store::INTERRUPTED_MARK), "{bytes}");
        set_deaths(&mut envelope, &[]);
        Memory::default().write(&mut envelope);
        assert_eq!(envelope.to_bytes(), b"{}");
    }
}
