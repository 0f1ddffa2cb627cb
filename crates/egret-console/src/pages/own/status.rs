//! How one of the viewer's jobs stands, for programs that wait for it (SHIRASAGI 1.21.0,
//! `app/controllers/job/sns/apis/statuses_controller.rb`).

use egret_core::{Execution, ExecutionState, JobId, JobRecord, LogQuery, Timestamp};
use serde::Serialize;

use crate::fault::Fault;
use crate::pages::area::Area;
use crate::visit::{Answer, Visit};

/// A job that nobody has begun (`type` is `Job::Task`).
#[derive(Serialize)]
struct Waiting<'a> {
    r#type: &'static str,
    id: &'a JobId,
    job_id: &'a JobId,
    /// Always `stop`, as upstream's jobs stand before they have a log.
    state: &'static str,
    updated: String,
}

/// The latest attempt of a job (`type` is `Job::Log`).
#[derive(Serialize)]
struct Begun<'a> {
    r#type: &'static str,
    id: String,
    job_id: &'a JobId,
    started: Option<String>,
    closed: Option<String>,
    /// The first `head_logs` lines.
    logs: Vec<String>,
    state: &'static str,
    updated: Option<String>,
}

/// `GET /.u/job/apis/statuses/{id}.json`: by the id of a job, or of an attempt: the job's with a dot and the number.
pub(super) async fn json(visit: Visit) -> Answer {
    let (job, attempt) = find(&visit).await?;
    let executions = match visit.backend().capabilities().history {
        true => visit.backend().executions(&job.id).await?,
        false => Vec::new(),
    };
    let execution = match attempt {
        None => executions.last(),
        Some(attempt) => {
            let found = executions.iter().rev().find(|execution| execution.attempt == attempt);
            Some(found.ok_or_else(Fault::not_found)?)
        }
    };
    match execution {
        Some(execution) => begun(&visit, &job, execution).await,
        None => visit.json(&Waiting {
            r#type: "Job::Task",
            id: &job.id,
            job_id: &job.id,
            state: "stop",
            updated: time(&visit, job.started_at.or(job.known_enqueued_at()).unwrap_or(visit.now)),
        }),
    }
}

async fn find(visit: &Visit) -> Result<(JobRecord, Option<u32>), Fault> {
    let name = visit.parameter("id");
    match Area::Own.find(visit, &JobId::from(name)).await {
        Ok(job) => return Ok((job, None)),
        Err(fault) if fault != Fault::not_found() => return Err(fault),
        Err(_) => {}
    }
    let (job, attempt) = name.rsplit_once('.').ok_or_else(Fault::not_found)?;
    let attempt = attempt.parse().map_err(|_| Fault::not_found())?;
    Ok((Area::Own.find(visit, &JobId::from(job)).await?, Some(attempt)))
}

async fn begun(visit: &Visit, job: &JobRecord, execution: &Execution) -> Answer {
    let limit = visit.app().config().head_logs;
    let lines = match visit.backend().capabilities().notes {
        true => {
            let query = LogQuery { job_id: job.id.clone(), attempt: execution.attempt, after: 0, limit };
            visit.backend().log_lines(&query).await?.lines
        }
        false => Vec::new(),
    };
    visit.json(&Begun {
        r#type: "Job::Log",
        id: format!("{}.{}", job.id, execution.attempt),
        job_id: &job.id,
        started: execution.started_at.map(|moment| time(visit, moment)),
        closed: execution.closed_at.map(|moment| time(visit, moment)),
        logs: lines.into_iter().map(|line| line.text).collect(),
        state: state(execution.state),
        updated: execution.moment().map(|moment| time(visit, moment)),
    })
}

/// The words of upstream's logs (1.21.0, `app/models/concerns/ss/model/job_log.rb`): it has none for an attempt that ended
/// without a verdict, after which the job waits again.
fn state(state: ExecutionState) -> &'static str {
    match state {
        ExecutionState::Running => "running",
        ExecutionState::Completed => "completed",
        ExecutionState::Snoozed | ExecutionState::Released => "stop",
        _ => "failed",
    }
}

/// ISO 8601 with the offset of the reader's zone, to the second.
fn time(visit: &Visit, moment: Timestamp) -> String {
    moment.to_zoned_datetime(visit.reader.zone.clone()).strftime("%Y-%m-%dT%H:%M:%S%:z").to_string()
}
