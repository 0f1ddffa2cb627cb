//! The attempts of a job, to scale.

use std::time::Duration;

use egret_core::{Execution, JobRecord, Timestamp};

use crate::pages::mark::Mark;
use crate::visit::{Moment, Visit};

/// Units of the drawing's width.
const WIDTH: f64 = 1_000.0;
/// Attempts that are drawn, the last ones.
const DRAWN: usize = 50;
/// A bar that is narrower cannot be seen.
const NARROWEST: f64 = 3.0;

/// Bars over the time between the enqueue and the end, or now.
#[derive(Clone, Debug)]
pub(super) struct Timeline {
    pub(super) bars: Vec<Bar>,
    /// What is drawn, in words.
    pub(super) begin: Moment,
    pub(super) end: Moment,
    pub(super) length: String,
}

/// One attempt.
#[derive(Clone, Debug)]
pub(super) struct Bar {
    pub(super) x: String,
    pub(super) width: String,
    pub(super) mark: Mark,
    pub(super) title: String,
}

impl Timeline {
    /// The drawing; `None` where nothing has run yet.
    pub(super) fn new(visit: &Visit, job: &JobRecord, executions: &[Execution]) -> Option<Self> {
        let begun = executions.iter().filter_map(|execution| execution.started_at).min()?;
        let begin = job.known_enqueued_at().map_or(begun, |at| at.min(begun));
        let end = job.finished_at.unwrap_or(visit.now).max(begin);
        let whole = between(begin, end).as_secs_f64().max(0.001);
        let place = |moment: Timestamp| between(begin, moment).as_secs_f64() / whole * WIDTH;
        let bars = executions.iter().skip(executions.len().saturating_sub(DRAWN)).filter_map(|execution| {
            let from = place(execution.started_at?).min(WIDTH - NARROWEST);
            let to = place(execution.closed_at.unwrap_or(end)).clamp(from + NARROWEST, WIDTH);
            let mark = Mark::of_attempt(execution.state, visit.reader.language);
            let title = format!("{} · {}", execution.attempt, mark.word);
            Some(Bar { x: format!("{from:.1}"), width: format!("{:.1}", to - from), mark, title })
        });
        Some(Self {
            bars: bars.collect(),
            begin: visit.moment(begin),
            end: visit.moment(end),
            length: visit.reader.language.length(between(begin, end)),
        })
    }
}

/// How long it is from one moment to a later one; nothing when it is not later.
pub(super) fn between(earlier: Timestamp, later: Timestamp) -> Duration {
    Duration::try_from(later.duration_since(earlier)).unwrap_or(Duration::ZERO)
}
