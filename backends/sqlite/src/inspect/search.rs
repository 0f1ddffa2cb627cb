//! Looking for a text in the newest jobs.

use egret_core::{JobFilter, JobOrder, SEARCHED_JOBS};

use super::place::Place;
use super::walk::{LOOKS_A_PAGE, Walk, walk};
use super::{Running, read_place};
use crate::writer::Session;

/// So many rows that the rest of the filter leaves out are read for one search, at most.
const LOOKS: usize = LOOKS_A_PAGE * 10;

/// The jobs in which the filter's text stands.
#[derive(Debug)]
pub(super) struct Searched {
    /// Their places, in the order asked for.
    pub(super) places: Vec<Place>,
    /// How many jobs were searched, if that was not all that match the rest.
    pub(super) among_newest: Option<u64>,
}

/// Searches the newest jobs that match the rest of the filter.
pub(super) fn search(
    session: &mut Session<'_>,
    filter: &JobFilter,
    order: JobOrder,
    running: &Running,
) -> rusqlite::Result<Searched> {
    let newest = Walk { filter, order: JobOrder::LatestFirst, limit: SEARCHED_JOBS + 1, after: None, looks: LOOKS };
    let walked = walk(session, &newest, running)?;
    let mut searched = walked.places;
    let is_cut = walked.cut_at.is_some() || searched.len() > SEARCHED_JOBS;
    searched.truncate(SEARCHED_JOBS);
    let among_newest = is_cut.then_some(searched.len() as u64);
    let mut places = Vec::new();
    for place in searched {
        if filter.covers_text(&read_place(session, &place, running)?) {
            places.push(place);
        }
    }
    if order == JobOrder::DueFirst {
        let n_live = places.iter().take_while(|place| matches!(place, Place::Live { .. })).count();
        places[..n_live].reverse();
    }
    Ok(Searched { places, among_newest })
}
