//! The verbs *inspect*, *counts* and *backlog*: everything is read, since nothing is indexed.

use std::cmp::Ordering;
use std::collections::BTreeMap;

use super::entry::record;
use super::store::Store;
use crate::job_data::to_microseconds;
use crate::{
    Backlog, BacklogRow, CountRow, Counts, Cursor, Error, ErrorReport, JobFilter, JobOrder, JobRecord, JobState,
    Listing, Page, Payload, Result, SEARCHED_JOBS, UNREADABLE,
};

/// The place of an element in listings: live ones by due time, then those given up, latest first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Place {
    Live(i64, u64),
    GivenUp { before: i64, number: u64 },
}

impl Store {
    pub(super) fn inspect(&mut self, filter: &JobFilter, order: JobOrder, page: &Page) -> Result<Listing<JobRecord>> {
        let after = page.after.as_ref().map(parse).transpose()?;
        let rest = filter.without_text();
        let mut found = self.places();
        found.retain(|(_, record)| rest.covers(record));
        found.sort_by(|(one, _), (other, _)| compare(*one, *other, JobOrder::LatestFirst));
        let is_cut = filter.text.is_some() && found.len() > SEARCHED_JOBS;
        if is_cut {
            found.truncate(SEARCHED_JOBS);
        }
        let among_newest = is_cut.then_some(found.len() as u64);
        found.sort_by(|(one, _), (other, _)| compare(*one, *other, order));
        found.retain(|(place, record)| {
            after.is_none_or(|after| compare(*place, after, order).is_gt()) && filter.covers_text(record)
        });
        let has_more = found.len() > page.limit;
        found.truncate(page.limit);
        let next = found.last().filter(|_| has_more).map(|(place, _)| write(*place));
        Ok(Listing { items: found.into_iter().map(|(_, record)| record).collect(), next, among_newest })
    }

    pub(super) fn counts(&mut self) -> Counts {
        let mut tally: BTreeMap<(String, JobState), u64> = BTreeMap::new();
        for (_, record) in self.places() {
            *tally.entry((record.queue, record.state)).or_default() += 1;
        }
        let rows = tally.into_iter().map(|((queue, state), n_jobs)| CountRow { queue, state, n_jobs }).collect();
        Counts { rows, is_exact: true }
    }

    /// The length of each queue, and the age of its oldest element.
    pub(super) fn backlog(&mut self) -> Backlog {
        self.tick();
        let rows = self.queues.iter().filter_map(|(queue, elements)| {
            let due_times =
                elements.iter().map(|element| record(&element.bytes, JobState::Available, Some(queue)).due_at);
            let n_due = elements.len() as u64;
            Some(BacklogRow { queue: queue.clone(), class: None, n_due, oldest_due_at: due_times.min()? })
        });
        Backlog { rows: rows.collect(), is_exact: true }
    }

    /// Everything, in the order of listings.
    fn places(&mut self) -> Vec<(Place, JobRecord)> {
        self.tick();
        let mut places: Vec<(Place, JobRecord)> = self.waiting().chain(self.claimed()).chain(self.given_up()).collect();
        places.sort_by_key(|(place, _)| *place);
        places
    }

    fn waiting(&self) -> impl Iterator<Item = (Place, JobRecord)> {
        let listed =
            self.queues.iter().flat_map(|(queue, elements)| elements.iter().map(move |element| (queue, element)));
        let listed = listed
            .map(|(queue, element)| live(element.number, record(&element.bytes, JobState::Available, Some(queue))));
        listed.chain(self.reserved.iter().map(|((due_at, number), reserved)| {
            let mut record = record(&reserved.bytes, reserved.state, None);
            record.due_at = *due_at;
            live(*number, record)
        }))
    }

    fn claimed(&self) -> impl Iterator<Item = (Place, JobRecord)> {
        self.claims.values().map(|held| {
            let state = if held.is_running { JobState::Running } else { JobState::Available };
            let mut record = record(&held.element.bytes, state, Some(&held.queue));
            record.claimed_by = Some(held.service);
            record.started_at = held.started_at;
            live(held.element.number, record)
        })
    }

    fn given_up(&self) -> impl Iterator<Item = (Place, JobRecord)> {
        self.given_up.iter().map(|((at, number), bytes)| {
            let mut record = record(bytes, JobState::Discarded, None);
            record.finished_at = Some(*at);
            if let Payload::Unreadable(unreadable) = &record.payload {
                record.error = Some(ErrorReport::new(UNREADABLE, unreadable.reason.clone()));
            }
            (Place::GivenUp { before: -to_microseconds(*at), number: *number }, record)
        })
    }
}

/// Those that were given up stand behind the live ones in every order, the latest first.
fn compare(one: Place, other: Place, order: JobOrder) -> Ordering {
    match (one, other) {
        (Place::Live(..), Place::Live(..)) if order == JobOrder::LatestFirst => other.cmp(&one),
        _ => one.cmp(&other),
    }
}

fn live(number: u64, record: JobRecord) -> (Place, JobRecord) {
    (Place::Live(to_microseconds(record.due_at), number), record)
}

fn write(place: Place) -> Cursor {
    Cursor(match place {
        Place::Live(due_at, number) => format!("live:{due_at}:{number}"),
        Place::GivenUp { before, number } => format!("given_up:{before}:{number}"),
    })
}

fn parse(cursor: &Cursor) -> Result<Place> {
    let parts: Vec<&str> = cursor.0.split(':').collect();
    let numbers = |at: &str, number: &str| at.parse().ok().zip(number.parse().ok());
    let place = match parts.as_slice() {
        ["live", at, number] => numbers(at, number).map(|(at, number)| Place::Live(at, number)),
        ["given_up", at, number] => numbers(at, number).map(|(before, number)| Place::GivenUp { before, number }),
        _ => None,
    };
    place.ok_or_else(|| Error::no_cursor(cursor))
}
