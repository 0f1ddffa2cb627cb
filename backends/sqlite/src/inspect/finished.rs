//! Finished jobs, latest first.

use egret_core::job_data::to_microseconds;
use egret_core::{JobFilter, JobState};
use rusqlite::types::ToSql;

use super::place::Place;
use super::walk::{Walk, Walked};
use crate::queries;
use crate::state_code::StateCode;
use crate::writer::Session;

/// Adds places of finished jobs until there are enough.
pub(super) fn walk(session: &Session<'_>, walk: &Walk<'_>, walked: &mut Walked) -> rusqlite::Result<()> {
    let filter = walk.filter;
    let mut left = n_at_most(session, filter);
    let (mut end, mut number) =
        filter.before.map_or((i64::MAX, i64::MAX), |before| (to_microseconds(before), i64::MIN));
    if let Some(Place::Finished { finished_at, record }) = walk.after {
        (end, number) = (end, number).min((finished_at, record));
    }
    let since = filter.since.map_or(i64::MIN, to_microseconds);
    let (query, key) = source(filter);
    let mut statement = session.connection.prepare_cached(query)?;
    let mut parameters: Vec<&dyn ToSql> = vec![&end, &number, &since];
    parameters.extend(key.as_ref().map(|key| key as &dyn ToSql));
    let mut rows = statement.query(&*parameters)?;
    let mut looks = walk.looks;
    while left > 0
        && walked.places.len() < walk.limit
        && let Some(row) = rows.next()?
    {
        let place = Place::Finished { finished_at: row.get(0)?, record: row.get(1)? };
        let lane = session.books.lanes.get(row.get(2)?);
        let state = StateCode::from_number(row.get(3)?).shown();
        let text = |column| row.get_ref(column)?.as_str_or_null().map_err(rusqlite::Error::from);
        let is_covered = lane.is_some_and(|lane| filter.covers_kind(state, &lane.queue, &lane.class))
            && filter.covers_owner(text(4)?, text(5)?);
        if is_covered {
            walked.places.push(place);
            left -= 1;
            continue;
        }
        looks -= 1;
        if looks == 0 {
            walked.cut_at = Some(place);
            return Ok(());
        }
    }
    Ok(())
}

/// So many are there at most; when all are found, the rest of the history is not read.
fn n_at_most(session: &Session<'_>, filter: &JobFilter) -> i64 {
    let terminal = StateCode::ALL.into_iter().filter(|code| code.is_terminal());
    let kinds = terminal.flat_map(|code| session.books.lanes.iter().map(move |lane| (lane, code)));
    let covered = kinds.filter(|(lane, code)| filter.covers_kind(code.shown(), &lane.queue, &lane.class));
    covered.map(|(lane, code)| lane.count(code)).sum()
}

/// The index that leaves out most, and what to look for in it.
fn source(filter: &JobFilter) -> (&'static str, Option<Box<dyn ToSql + '_>>) {
    if let Some(user) = &filter.user {
        return (queries::LIST_FINISHED_OF_USER, Some(Box::new(user)));
    }
    if let Some(site) = &filter.site {
        return (queries::LIST_FINISHED_OF_SITE, Some(Box::new(site)));
    }
    let wants = |state: JobState| filter.states.is_empty() || filter.states.contains(&state);
    match (wants(JobState::Completed), wants(JobState::Cancelled), wants(JobState::Discarded)) {
        (false, true, false) => (queries::LIST_FAILURES, Some(Box::new(StateCode::Cancelled.number()))),
        (false, false, true) => (queries::LIST_FAILURES, Some(Box::new(StateCode::Discarded.number()))),
        _ => (queries::LIST_FINISHED, None),
    }
}
