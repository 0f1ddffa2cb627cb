//! Closed attempts in the order of their ends, merged from the two tables that hold them.

use std::cmp::Reverse;

use egret_core::job_data::to_microseconds;
use egret_core::{ExecutionFilter, ExecutionOrder};
use rusqlite::{Rows, Statement, params};

use super::{Place, Source};
use crate::history::folded_state;
use crate::queries;
use crate::state_code::{StateCode, execution_state};
use crate::writer::Session;

/// Appends places of closed attempts that the filter covers, behind `after`, until there are `limit` in all.
pub(super) fn append_places(
    session: &Session<'_>,
    filter: &ExecutionFilter,
    order: ExecutionOrder,
    limit: usize,
    after: Option<Place>,
    places: &mut Vec<Place>,
) -> rusqlite::Result<()> {
    let (own, folded) = sources(filter, order);
    let range = Range::new(filter, order, after);
    let mut own = session.connection.prepare_cached(own)?;
    let mut folded = session.connection.prepare_cached(folded)?;
    let owner = filter.user.as_ref().or(filter.site.as_ref());
    let own = range.query(&mut own, Source::Own, owner)?;
    let mut own = Run::begin(session, filter, Source::Own, own)?;
    let folded = range.query(&mut folded, Source::Folded, owner)?;
    let mut folded = Run::begin(session, filter, Source::Folded, folded)?;
    while places.len() < limit {
        let run = match (own.head, folded.head) {
            (None, None) => return Ok(()),
            (Some(_), None) => &mut own,
            (None, Some(_)) => &mut folded,
            (Some((own_end, _)), Some((folded_end, _))) => {
                let is_own = match order {
                    ExecutionOrder::EarliestFirst => (own_end, Source::Own) < (folded_end, Source::Folded),
                    ExecutionOrder::LatestFirst => {
                        Reverse((own_end, Source::Own)) < Reverse((folded_end, Source::Folded))
                    }
                };
                if is_own { &mut own } else { &mut folded }
            }
        };
        if let Some((closed_at, number)) = run.head {
            places.push(Place::Closed { closed_at, source: run.source, number });
        }
        run.advance(session, filter)?;
    }
    Ok(())
}

/// The queries for attempts of their own and for folded ones.
fn sources(filter: &ExecutionFilter, order: ExecutionOrder) -> (&'static str, &'static str) {
    use ExecutionOrder::{EarliestFirst, LatestFirst};
    match (&filter.user, &filter.site, order) {
        (Some(_), _, LatestFirst) => (queries::CLOSED_OWN_OF_USER_LATEST, queries::CLOSED_FOLDED_OF_USER_LATEST),
        (Some(_), _, EarliestFirst) => (queries::CLOSED_OWN_OF_USER_EARLIEST, queries::CLOSED_FOLDED_OF_USER_EARLIEST),
        (None, Some(_), LatestFirst) => (queries::CLOSED_OWN_OF_SITE_LATEST, queries::CLOSED_FOLDED_OF_SITE_LATEST),
        (None, Some(_), EarliestFirst) => {
            (queries::CLOSED_OWN_OF_SITE_EARLIEST, queries::CLOSED_FOLDED_OF_SITE_EARLIEST)
        }
        (None, None, LatestFirst) => (queries::CLOSED_OWN_LATEST, queries::CLOSED_FOLDED_LATEST),
        (None, None, EarliestFirst) => (queries::CLOSED_OWN_EARLIEST, queries::CLOSED_FOLDED_EARLIEST),
    }
}

/// The part of the listing that is asked for, in its order.
struct Range {
    /// Behind this place; of no source in particular when the filter gives it.
    first: (i64, Option<(Source, i64)>),
    /// The end's time: the earliest that counts, or the first that no longer does, as the order has it.
    end: i64,
}

impl Range {
    fn new(filter: &ExecutionFilter, order: ExecutionOrder, after: Option<Place>) -> Self {
        let since = filter.since.map_or(i64::MIN, to_microseconds);
        let before = filter.before.map_or(i64::MAX, to_microseconds);
        let (bound, end) = match order {
            ExecutionOrder::LatestFirst => (before, since),
            ExecutionOrder::EarliestFirst => (since, before),
        };
        match after {
            Some(Place::Closed { closed_at, source, number }) => {
                Self { first: (closed_at, Some((source, number))), end }
            }
            _ => Self { first: (bound, None), end },
        }
    }

    /// The rows of one source.
    fn query<'s>(
        &self,
        statement: &'s mut Statement<'_>,
        source: Source,
        owner: Option<&String>,
    ) -> rusqlite::Result<Rows<'s>> {
        let (first, number) = self.start(source);
        match owner {
            Some(owner) => statement.query(params![first, number, self.end, owner]),
            None => statement.query(params![first, number, self.end]),
        }
    }

    /// Time and number behind which the rows of one source begin. Numbers are positive, so that the smallest one stands
    /// before all of its time and the largest one behind.
    fn start(&self, source: Source) -> (i64, i64) {
        let (time, after) = self.first;
        let number = match after {
            // `since` counts and `before` does not.
            None => i64::MIN,
            Some((last, number)) if last == source => number,
            Some((last, _)) if source > last => i64::MIN,
            Some(_) => i64::MAX,
        };
        (time, number)
    }
}

/// Closed attempts of one table that the filter covers.
struct Run<'a> {
    source: Source,
    rows: Rows<'a>,
    /// Time of the end and number of the next one.
    head: Option<(i64, i64)>,
}

impl<'a> Run<'a> {
    fn begin(
        session: &Session<'_>,
        filter: &ExecutionFilter,
        source: Source,
        rows: Rows<'a>,
    ) -> rusqlite::Result<Self> {
        let mut run = Self { source, rows, head: None };
        run.advance(session, filter)?;
        Ok(run)
    }

    fn advance(&mut self, session: &Session<'_>, filter: &ExecutionFilter) -> rusqlite::Result<()> {
        self.head = None;
        while let Some(row) = self.rows.next()? {
            let Some(lane) = session.books.lanes.get(row.get(2)?) else { continue };
            let state = match self.source {
                Source::Own => execution_state(row.get(3)?),
                Source::Folded => folded_state(StateCode::from_number(row.get(3)?)),
            };
            let text = |column| row.get_ref(column)?.as_str_or_null().map_err(rusqlite::Error::from);
            if filter.covers_kind(state, &lane.queue, &lane.class) && filter.covers_owner(text(4)?, text(5)?) {
                self.head = Some((row.get(0)?, row.get(1)?));
                break;
            }
        }
        Ok(())
    }
}
