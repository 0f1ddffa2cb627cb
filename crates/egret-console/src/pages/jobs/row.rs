//! One job as lists show it.

use egret::arguments::inspect_arguments;
use egret::facts::shown_arguments;
use egret_core::{JobRecord, JobState, Payload, Timestamp};

use crate::pages::area::Area;
use crate::pages::excerpt::one_line;
use crate::pages::mark::Mark;
use crate::visit::{Moment, Visit};

/// Bytes of each part that a row of a list has room for.
const CLASS: usize = 120;
const ARGUMENTS: usize = 200;
const QUEUE: usize = 80;
const ERROR: usize = 240;

/// One job as lists show it.
#[derive(Clone, Debug)]
pub(crate) struct JobRow {
    pub(crate) id: String,
    /// The address of its page; none where the store cannot find a job by its id.
    pub(crate) link: Option<String>,
    pub(crate) mark: Mark,
    pub(crate) class: String,
    /// As Ruby's `inspect` shows them; none when the class hides them or there are none.
    pub(crate) arguments: Option<String>,
    pub(crate) queue: String,
    /// The moment that says most about it in its state, if it is known.
    pub(crate) when: Option<Moment>,
    /// When it is or was due, if it is known.
    pub(crate) due: Option<Moment>,
    pub(crate) attempt: u32,
    pub(crate) error: Option<String>,
    pub(crate) site: Option<String>,
}

impl JobRow {
    pub(crate) fn new(visit: &Visit, area: Area, job: &JobRecord) -> Self {
        let error = job.error.as_ref().map(|error| one_line(&format!("{}: {}", error.class, error.message), ERROR));
        Self {
            id: job.id.to_string(),
            link: visit.backend().capabilities().lookup_by_id.then(|| visit.link(&area.job(&job.id))),
            mark: Mark::of_job(job.state, visit.reader.language),
            class: class(visit, job),
            arguments: arguments(visit, &job.payload).map(|text| one_line(&text, ARGUMENTS)),
            queue: one_line(&job.queue, QUEUE),
            when: telling_moment(job).and_then(|at| visit.known_moment(at)),
            due: known_due_at(job).and_then(|at| visit.known_moment(at)),
            attempt: job.attempt,
            error,
            site: job.site.as_deref().map(|site| one_line(site, QUEUE)),
        }
    }

    pub(crate) fn all(visit: &Visit, area: Area, jobs: &[JobRecord]) -> Vec<Self> {
        jobs.iter().map(|job| Self::new(visit, area, job)).collect()
    }
}

/// The class; of a payload that cannot be read, that this is so.
pub(super) fn class(visit: &Visit, job: &JobRecord) -> String {
    match job.payload {
        Payload::Unreadable(_) if job.class.is_empty() => visit.t("jobs-unreadable"),
        _ => one_line(&job.class, CLASS),
    }
}

/// The arguments for people, as far as the class lets them be shown.
pub(super) fn arguments(visit: &Visit, payload: &Payload) -> Option<String> {
    let data = payload.job()?;
    let shown = shown_arguments(visit.app().registry(), data)?;
    Some(inspect_arguments(&shown).join(", "))
}

/// Its end, its begin, or when it is due.
fn telling_moment(job: &JobRecord) -> Option<Timestamp> {
    match job.state {
        state if state.is_terminal() => job.finished_at.or(job.known_enqueued_at()),
        JobState::Running => job.started_at.or(known_due_at(job)),
        _ => known_due_at(job),
    }
}

/// When it is due. A job that waits for its turn has been due since it came; where nobody knows since when, a store says
/// that it is due now, at whatever time it is asked.
pub(crate) fn known_due_at(job: &JobRecord) -> Option<Timestamp> {
    match job.state {
        JobState::Available | JobState::Running => job.known_enqueued_at().map(|_| job.due_at),
        _ => Some(job.due_at),
    }
}
