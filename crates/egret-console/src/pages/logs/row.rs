//! An attempt as a row of the list and as the head of its page.

use egret::history::HistoryRow;

use super::attempt::AttemptId;
use crate::pages::area::Area;
use crate::pages::excerpt::one_line;
use crate::pages::mark::Mark;
use crate::visit::{Moment, Visit, segment};

/// Bytes of each part that a row has room for.
const TITLE: usize = 200;
const QUEUE: usize = 80;
const ERROR: usize = 200;

/// An attempt as pages show it.
#[derive(Clone, Debug)]
pub(super) struct ShownAttempt {
    pub(super) id: String,
    pub(super) address: String,
    pub(super) title: String,
    pub(super) attempt: u32,
    pub(super) queue: String,
    pub(super) state: Mark,
    pub(super) started: Option<Moment>,
    pub(super) closed: Option<Moment>,
    /// How long it took, once it has ended.
    pub(super) took: Option<String>,
    /// Why it failed, in one line.
    pub(super) error: Option<String>,
}

impl ShownAttempt {
    pub(super) fn new(area: Area, visit: &Visit, row: &HistoryRow) -> Self {
        let id = AttemptId::new(&row.job_id, row.attempt).to_string();
        let span = row.started_at.zip(row.closed_at).map(|(from, to)| to.duration_since(from).unsigned_abs());
        Self {
            address: visit.link(&format!("{}/logs/{}", area.prefix(), segment(&id))),
            id,
            title: one_line(&row.title(), TITLE),
            attempt: row.attempt,
            queue: one_line(&row.queue, QUEUE),
            state: Mark::of_attempt(row.state, visit.reader.language),
            started: row.started_at.map(|at| visit.moment(at)),
            closed: row.closed_at.map(|at| visit.moment(at)),
            took: span.map(|span| visit.reader.language.length(span)),
            error: row.error.as_ref().map(|error| one_line(&format!("{}: {}", error.class, error.message), ERROR)),
        }
    }
}
