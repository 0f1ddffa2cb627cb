//! Attempts as a job's page shows them.

use egret_core::{Execution, ExecutionState, JobRecord};

use super::log::{Tail, tail};
use super::timeline::between;
use crate::fault::Fault;
use crate::pages::area::Area;
use crate::pages::excerpt::{beginning, one_line, weight};
use crate::pages::mark::Mark;
use crate::visit::{Moment, Visit};

/// Attempts that a page shows, the last ones.
pub(super) const ATTEMPTS: usize = 20;
/// Bytes of each part that a page has room for: of the error of the opened attempt, of those of the others, of its
/// backtrace as a whole.
const CLASS: usize = 120;
const MESSAGE: usize = 3_000;
const SHORT_MESSAGE: usize = 240;
const BACKTRACE: usize = 10_000;
const BACKTRACE_LINE: usize = 300;
const RUNNER: usize = 120;

/// One attempt.
pub(super) struct Attempt {
    pub(super) number: u32,
    pub(super) mark: Mark,
    pub(super) started: Option<Moment>,
    pub(super) length: Option<String>,
    pub(super) runner: String,
    pub(super) error: Option<(String, String)>,
    pub(super) backtrace: Vec<String>,
    pub(super) is_open: bool,
    /// The address of this page with the attempt opened.
    pub(super) address: String,
    pub(super) log: Tail,
    /// Where its lines come as they are written.
    pub(super) follow: Option<String>,
}

/// How the last attempt failed.
pub(super) struct LastError {
    pub(super) class: String,
    pub(super) message: String,
    pub(super) backtrace: Vec<String>,
}

impl LastError {
    /// Of a job whose store keeps no attempts, which would tell it.
    pub(super) fn of(job: &JobRecord, executions: &[Execution]) -> Option<Self> {
        let error = job.error.as_ref().filter(|_| executions.is_empty())?;
        Some(Self {
            class: one_line(&error.class, CLASS),
            message: beginning(&error.message, MESSAGE),
            backtrace: backtrace(&error.backtrace, BACKTRACE),
        })
    }
}

/// The last attempts of a job, the latest first; the one that the query names, or else the latest, with its lines.
pub(super) async fn attempts(
    visit: &Visit,
    area: Area,
    job: &JobRecord,
    executions: &[Execution],
) -> Result<Vec<Attempt>, Fault> {
    let latest = executions.last().map_or(0, |execution| execution.attempt);
    let opened = visit.query.get("attempt").and_then(|text| text.parse().ok()).unwrap_or(latest);
    let mut attempts = Vec::new();
    for execution in executions.iter().rev().take(ATTEMPTS) {
        attempts.push(attempt(visit, area, job, execution, opened).await?);
    }
    Ok(attempts)
}

/// The first lines of a backtrace, as far as they have room in so many bytes.
pub(crate) fn backtrace(lines: &[String], n_bytes: usize) -> Vec<String> {
    let mut n_left = n_bytes;
    let cut = lines.iter().map(|line| one_line(line, BACKTRACE_LINE));
    cut.take_while(|line| {
        n_left = n_left.saturating_sub(weight(line) + 1);
        n_left > 0
    })
    .collect()
}

async fn attempt(
    visit: &Visit,
    area: Area,
    job: &JobRecord,
    execution: &Execution,
    opened: u32,
) -> Result<Attempt, Fault> {
    let number = execution.attempt;
    let is_open = number == opened;
    let log = if is_open { tail(visit, &job.id, number).await? } else { Tail::default() };
    let path = area.job(&job.id);
    let is_running = execution.state == ExecutionState::Running;
    let follow = (is_open && is_running && visit.backend().capabilities().notes)
        .then(|| visit.link(&format!("{path}/live?attempt={number}&after={}", log.position)));
    let length = execution.started_at.map(|started| between(started, execution.closed_at.unwrap_or(visit.now)));
    let error = execution.error.as_ref();
    let room = if is_open { MESSAGE } else { SHORT_MESSAGE };
    let lines = error.filter(|_| is_open).map_or(&[][..], |error| error.backtrace.as_slice());
    Ok(Attempt {
        number,
        mark: Mark::of_attempt(execution.state, visit.reader.language),
        started: execution.started_at.map(|moment| visit.moment(moment)),
        length: length.map(|length| visit.reader.language.length(length)),
        runner: one_line(&format!("{} @ {}", execution.runner.pid, execution.runner.host), RUNNER),
        error: error.map(|error| (one_line(&error.class, CLASS), beginning(&error.message, room))),
        backtrace: backtrace(lines, BACKTRACE),
        is_open,
        address: visit.link(&format!("{path}?attempt={number}")),
        log,
        follow,
    })
}

#[cfg(test)]
mod tests {
    use egret_core::{ErrorReport, JobData, JobState, Payload, Timestamp};

    use super::*;

    #[test]
    fn the_last_error_is_told_where_no_attempts_are_kept() {
        let data = JobData::new("Lists::AJob");
        let now = Timestamp::now();
        let id = data.job_id.clone();
        let mut job = JobRecord::new(id, JobState::Discarded, Payload::Job(Box::new(data)), now, now);
        assert!(LastError::of(&job, &[]).is_none());
        let mut error = ErrorReport::new("Net::ReadTimeout", "no answer\nwithin 60 s");
        error.backtrace = vec!["app/jobs/a.rb:3".to_owned()];
        job.error = Some(error);
        let told = LastError::of(&job, &[]).unwrap();
        assert_eq!((told.class.as_str(), told.message.as_str()), ("Net::ReadTimeout", "no answer\nwithin 60 s"));
        assert_eq!(told.backtrace, ["app/jobs/a.rb:3"]);
    }
}
