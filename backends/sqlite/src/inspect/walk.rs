//! Walking through jobs in the order of a listing: live ones, then finished ones.
//!
//! Every step reads rows in the order of an index. Where a filter leaves out what the index does not know, a walk ends after
//! so many rows, wherever it is, and says where the next one begins.

use egret_core::{JobFilter, JobOrder};

use super::place::Place;
use super::{Running, finished, live};
use crate::writer::Session;

/// So many rows that a filter leaves out are read for one page, at most: some 20 ms.
pub(super) const LOOKS_A_PAGE: usize = 20_000;

/// What is asked for.
#[derive(Clone, Copy, Debug)]
pub(super) struct Walk<'a> {
    /// Its text is not looked at.
    pub(super) filter: &'a JobFilter,
    pub(super) order: JobOrder,
    pub(super) limit: usize,
    pub(super) after: Option<Place>,
    /// Rows that may be read for nothing.
    pub(super) looks: usize,
}

/// What was found.
#[derive(Debug, Default)]
pub(super) struct Walked {
    pub(super) places: Vec<Place>,
    /// The last row that was read, when the walk ended before it had found enough or come to the end.
    pub(super) cut_at: Option<Place>,
}

pub(super) fn walk(session: &mut Session<'_>, walk: &Walk<'_>, running: &Running) -> rusqlite::Result<Walked> {
    let mut walked = match walk.after {
        Some(Place::Finished { .. }) => Walked::default(),
        _ => live::walk(session, walk, running)?,
    };
    if walked.cut_at.is_none() && walked.places.len() < walk.limit {
        finished::walk(session, walk, &mut walked)?;
    }
    Ok(walked)
}

/// The records of everything that the filter covers, but for its text.
pub(super) fn every_place(
    session: &mut Session<'_>,
    filter: &JobFilter,
    running: &Running,
) -> rusqlite::Result<Vec<Place>> {
    let order = JobOrder::DueFirst;
    Ok(walk(session, &Walk { filter, order, limit: usize::MAX, after: None, looks: usize::MAX }, running)?.places)
}
