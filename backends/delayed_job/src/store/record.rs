//! Rows as jobs.

use egret_core::{
    ErrorReport, JobData, JobId, JobRecord, JobState, Payload, Runner, Timestamp, UNREADABLE, UnreadablePayload,
};

use super::mark::Mark;
use super::row::lock_of;
use super::strangers::runner_of;
use super::{Store, UNNAMED};
use crate::handler;
use crate::table::{Row, error_text};

/// The class of an error of which only Ruby's text is known, which does not tell it: the root of Ruby's errors.
const ANY_ERROR: &str = "Exception";

/// A row whose handler has been read, as far as it can be.
#[derive(Debug)]
pub(super) struct ReadJob {
    row: i64,
    pub(super) payload: Payload,
}

impl ReadJob {
    /// The id of the job; of one that cannot be read, and so tells none, one made of its row.
    pub(super) fn id(&self) -> JobId {
        self.payload.job().map_or_else(|| unreadable_id(self.row), |data| data.job_id.clone())
    }
}

/// The id under which a row is shown whose handler cannot be read.
fn unreadable_id(row: i64) -> JobId {
    JobId::new(format!("unreadable-{row}"))
}

/// The row of an id that was made of it.
pub(super) fn row_of_id(id: &JobId) -> Option<i64> {
    let made = ["unreadable-", "delayed_job-"].into_iter().find_map(|begin| id.as_str().strip_prefix(begin));
    made.and_then(|row| row.parse().ok())
}

/// The queue of a row, as it is shown.
pub(super) fn queue_of(row: &Row) -> &str {
    row.queue.as_deref().unwrap_or(UNNAMED)
}

impl Store {
    /// Reads the handler.
    pub(super) fn read_job(&self, row: &Row) -> ReadJob {
        let unreadable =
            |reason| Payload::Unreadable(UnreadablePayload { bytes: row.handler.clone().into_bytes(), reason });
        if !row.is_utf8 {
            return ReadJob { row: row.id, payload: unreadable("the handler is no UTF-8".to_owned()) };
        }
        let payload = match handler::decode(&row.handler, row.id, self.settings.limits) {
            Ok(data) => Payload::Job(Box::new(data)),
            Err(error) => unreadable(told(&error)),
        };
        ReadJob { row: row.id, payload }
    }

    /// Everything that is known of a row.
    pub(super) fn record(&self, row: &Row, mark: Option<&Mark>, runner: Option<&Runner>, now: Timestamp) -> JobRecord {
        let job = self.read_job(row);
        let state = self.state(row, mark, now);
        let due_at = row.run_at.unwrap_or(Timestamp::MAX);
        let enqueued_at = row.created_at.or(row.run_at).unwrap_or(now);
        let mut record = JobRecord::new(job.id(), state, job.payload, due_at, enqueued_at);
        queue_of(row).clone_into(&mut record.queue);
        record.priority = row.priority;
        record.attempt = attempts_so_far(row, mark) + u32::from(state == JobState::Running);
        record.interruptions = mark.map_or(0, |mark| mark.interruptions);
        record.finished_at = row.failed_at;
        record.error = self.error_of(row, mark);
        if let Payload::Unreadable(unreadable) = &record.payload {
            let report = || ErrorReport::new(UNREADABLE, unreadable.reason.clone());
            record.error = record.error.take().or_else(|| Some(report()));
        }
        if self.is_locked(row, now) && row.failed_at.is_none() {
            match lock_of(row) {
                Some((service, _)) => {
                    record.claimed_by = Some(service);
                    record.runner = runner.cloned();
                    record.started_at = mark.and_then(|mark| mark.started_at);
                }
                None => {
                    record.runner = row.locked_by.as_deref().map(runner_of);
                    record.claimed_by = record.runner.as_ref().map(|runner| runner.service);
                    record.started_at = row.locked_at;
                }
            }
        }
        record
    }

    /// Where a row is in its life.
    pub(super) fn state(&self, row: &Row, mark: Option<&Mark>, now: Timestamp) -> JobState {
        if row.failed_at.is_some() {
            return JobState::Discarded;
        }
        if self.is_locked(row, now) {
            let is_waiting =
                lock_of(row).is_some() && mark.is_some_and(|mark| mark.service.is_some() && mark.started_at.is_none());
            return if is_waiting { JobState::Available } else { JobState::Running };
        }
        match row.run_at {
            Some(run_at) if run_at <= now => JobState::Available,
            Some(_) if row.attempts > 0 || row.last_error.is_some() => JobState::Retryable,
            _ => JobState::Scheduled,
        }
    }

    /// Whether somebody holds the row by a lock that counts.
    pub(super) fn is_locked(&self, row: &Row, now: Timestamp) -> bool {
        row.locked_at.is_some_and(|locked_at| self.lock_ends_at(locked_at) >= now)
    }

    /// The text of an error as the column `last_error` takes it.
    pub(super) fn error_text(&self, error: &ErrorReport) -> String {
        self.tables.last_error.fitted(error_text(error))
    }

    /// The last error, with its class if it is one that we have written.
    fn error_of(&self, row: &Row, mark: Option<&Mark>) -> Option<ErrorReport> {
        let text = row.last_error.as_ref()?;
        let known = mark.and_then(|mark| mark.error.as_ref()).filter(|error| self.error_text(error) == *text);
        Some(known.cloned().unwrap_or_else(|| {
            let mut lines = text.lines();
            ErrorReport {
                class: ANY_ERROR.to_owned(),
                message: lines.next().unwrap_or_default().to_owned(),
                backtrace: lines.map(str::to_owned).collect(),
            }
        }))
    }

    /// The payload as it is written into a row that it came from.
    pub(super) fn handler_of(&self, data: &JobData, row: &Row) -> Result<String, handler::HandlerError> {
        handler::encode_changed(data, &row.handler, self.settings.limits)
    }
}

/// Attempts that have ended or were interrupted.
pub(super) fn attempts_so_far(row: &Row, mark: Option<&Mark>) -> u32 {
    row.attempts.saturating_add(mark.map_or(0, |mark| mark.more_attempts))
}

/// An error with its causes.
pub(super) fn told(error: &dyn std::error::Error) -> String {
    let mut text = error.to_string();
    let mut cause = error.source();
    while let Some(error) = cause {
        text.push_str(": ");
        text.push_str(&error.to_string());
        cause = error.source();
    }
    text
}
