//! The verb *finish*: whether the claim is still there decides, then upstream's rules apply.

use jiff::Timestamp;

use super::entry::Entry;
use super::store::Store;
use crate::job_data::saturating_add;
use crate::memory::backoff::doubled;
use crate::{Applied, ErrorReport, FailurePolicy, Finish, JobData, JobState, Outcome};

impl Store {
    pub(super) fn finish(&mut self, finish: Finish) -> Applied {
        let now = self.tick();
        if !self.holds(finish.token) {
            return Applied::Stale;
        }
        let held = self.claims.remove(&finish.token.claim).expect("a held claim is there");
        match Entry::read(&held.element.bytes) {
            Ok(entry) => self.settle(entry, finish.outcome, finish.started_at, finish.closed_at, now),
            Err(_) => self.settle_unreadable(held.element.bytes, &finish.outcome, finish.closed_at),
        }
        for follow_up in finish.follow_ups {
            self.add(follow_up, now);
        }
        Applied::Done
    }

    fn settle(
        &mut self,
        mut entry: Entry,
        outcome: Outcome,
        started_at: Option<Timestamp>,
        closed_at: Timestamp,
        now: Timestamp,
    ) {
        if started_at.is_some() || matches!(outcome, Outcome::Discarded { .. }) {
            entry.memory.attempts += 1;
            entry.memory.deaths.clear();
            entry.memory.error = None;
        }
        match outcome {
            // What has ended is gone: lists keep no history.
            Outcome::Completed { .. } | Outcome::AcknowledgedBeforeRun | Outcome::Cancelled { .. } => {}
            Outcome::Discarded { error } => self.discard(entry, error, closed_at),
            Outcome::Snoozed { until } => self.put(entry, until, JobState::Scheduled, now),
            Outcome::Reenqueue { data, at, error } => self.reenqueue(entry, *data, at.unwrap_or(now), error, now),
            Outcome::Failed { error } => self.fail(entry, error, closed_at, now),
        }
    }

    fn reenqueue(
        &mut self,
        mut entry: Entry,
        data: JobData,
        at: Timestamp,
        error: Option<ErrorReport>,
        now: Timestamp,
    ) {
        let state = if error.is_some() { JobState::Retryable } else { JobState::Scheduled };
        entry.memory.error = error;
        self.put(Entry { data, memory: entry.memory }, at, state, now);
    }

    fn fail(&mut self, mut entry: Entry, error: ErrorReport, closed_at: Timestamp, now: Timestamp) {
        match self.failure_policy {
            FailurePolicy::Retry { max_attempts, first_delay } if entry.memory.attempts < max_attempts => {
                let at = saturating_add(now, doubled(first_delay, entry.memory.attempts));
                entry.memory.error = Some(error);
                self.put(entry, at, JobState::Retryable, now);
            }
            _ => self.discard(entry, error, closed_at),
        }
    }

    pub(super) fn discard(&mut self, mut entry: Entry, error: ErrorReport, at: Timestamp) {
        entry.memory.error = Some(error);
        self.give_up(entry.write(), at);
    }

    /// Bytes that are no job cannot be told anything: they are kept as they are unless they are meant to go.
    fn settle_unreadable(&mut self, bytes: Vec<u8>, outcome: &Outcome, at: Timestamp) {
        if !matches!(outcome, Outcome::Completed { .. } | Outcome::AcknowledgedBeforeRun | Outcome::Cancelled { .. }) {
            self.give_up(bytes, at);
        }
    }
}
