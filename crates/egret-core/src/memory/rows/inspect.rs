//! The verbs *find* and *inspect*.

use std::ops::Bound;

use jiff::Timestamp;

use super::job::Job;
use super::store::{FinishedKey, Store};
use crate::job_data::{from_microseconds, to_microseconds};
use crate::{Cursor, Error, JobFilter, JobId, JobOrder, JobRecord, Listing, Page, Result, SEARCHED_JOBS};

/// Where a job is in listings.
#[derive(Clone, Copy, Debug)]
pub(super) enum Place {
    Live(Timestamp, u64, u64),
    Finished(FinishedKey),
}

impl Store {
    pub(super) fn find(&mut self, id: &JobId) -> Option<JobRecord> {
        self.tick();
        match self.ids.get(id) {
            Some(record) => Some(self.show(&self.jobs[record])),
            None => self.finished_ids.get(id).map(|key| self.finished[key].clone()),
        }
    }

    pub(super) fn inspect(&mut self, filter: &JobFilter, order: JobOrder, page: &Page) -> Result<Listing<JobRecord>> {
        self.tick();
        let after = page.after.as_ref().map(parse).transpose()?;
        let (found, n_searched) = match &filter.text {
            Some(_) => self.search(filter, order),
            None => (Vec::new(), None),
        };
        let mut found: Box<dyn Iterator<Item = (Place, JobRecord)>> = match &filter.text {
            Some(_) => Box::new(found.into_iter().filter(|(place, _)| is_behind(place, after.as_ref(), order))),
            None => Box::new(self.entries(order, after.as_ref()).filter(|(_, record)| filter.covers(record))),
        };
        let taken: Vec<(Place, JobRecord)> = found.by_ref().take(page.limit).collect();
        let has_more = found.next().is_some();
        let next = taken.last().filter(|_| has_more).map(|(place, _)| write(place));
        Ok(Listing { items: taken.into_iter().map(|(_, record)| record).collect(), next, among_newest: n_searched })
    }

    /// Everything that the filter covers.
    pub(super) fn covered_places(&self, filter: &JobFilter, order: JobOrder) -> Vec<(Place, JobRecord)> {
        match &filter.text {
            Some(_) => self.search(filter, order).0,
            None => self.entries(order, None).filter(|(_, record)| filter.covers(record)).collect(),
        }
    }

    /// The jobs in which the text stands, of the newest that match the rest; and how many were searched, if that was not
    /// all of them.
    fn search(&self, filter: &JobFilter, order: JobOrder) -> (Vec<(Place, JobRecord)>, Option<u64>) {
        let rest = filter.without_text();
        let mut matching = self.entries(JobOrder::LatestFirst, None).filter(|(_, record)| rest.covers(record));
        let mut found: Vec<_> = matching.by_ref().take(SEARCHED_JOBS).collect();
        let is_cut = matching.next().is_some();
        let n_searched = is_cut.then_some(found.len() as u64);
        found.retain(|(_, record)| filter.covers_text(record));
        if order == JobOrder::DueFirst {
            let n_live = found.iter().take_while(|(place, _)| matches!(place, Place::Live(..))).count();
            found[..n_live].reverse();
        }
        (found, n_searched)
    }

    /// A live job as listings show it.
    pub(super) fn show(&self, job: &Job) -> JobRecord {
        let mut record = job.to_record();
        record.runner = job.claim.as_ref().map(|claim| self.runner_of(claim));
        record
    }

    fn entries<'a>(
        &'a self,
        order: JobOrder,
        after: Option<&Place>,
    ) -> impl Iterator<Item = (Place, JobRecord)> + use<'a> {
        self.live_after(order, after).chain(self.finished_after(after))
    }

    fn live_after<'a>(
        &'a self,
        order: JobOrder,
        after: Option<&Place>,
    ) -> impl Iterator<Item = (Place, JobRecord)> + use<'a> {
        let last = match after {
            None => Some(Bound::Unbounded),
            Some(Place::Live(due_at, sequence, record)) => Some(Bound::Excluded((*due_at, *sequence, *record))),
            Some(Place::Finished(_)) => None,
        };
        let (earliest, latest) = match order {
            JobOrder::DueFirst => (last.map(|last| (last, Bound::Unbounded)), None),
            JobOrder::LatestFirst => (None, last.map(|last| (Bound::Unbounded, last))),
        };
        let earliest = earliest.into_iter().flat_map(|range| self.listing.range(range));
        let latest = latest.into_iter().flat_map(|range| self.listing.range(range).rev());
        earliest.chain(latest).map(|key| (Place::Live(key.0, key.1, key.2), self.show(&self.jobs[&key.2])))
    }

    fn finished_after<'a>(&'a self, after: Option<&Place>) -> impl Iterator<Item = (Place, JobRecord)> + use<'a> {
        let until = match after {
            Some(Place::Finished(key)) => Bound::Excluded(*key),
            _ => Bound::Unbounded,
        };
        let entries = self.finished.range((Bound::Unbounded, until)).rev();
        entries.map(|(key, record)| (Place::Finished(*key), record.clone()))
    }
}

fn is_behind(place: &Place, after: Option<&Place>, order: JobOrder) -> bool {
    match (place, after) {
        (_, None) | (Place::Finished(_), Some(Place::Live(..))) => true,
        (Place::Live(..), Some(Place::Finished(_))) => false,
        (Place::Finished(key), Some(Place::Finished(after))) => key < after,
        (Place::Live(due_at, sequence, _), Some(Place::Live(after_due_at, after_sequence, _))) => {
            let (key, after) = ((due_at, sequence), (after_due_at, after_sequence));
            if order == JobOrder::DueFirst { key > after } else { key < after }
        }
    }
}

fn write(place: &Place) -> Cursor {
    Cursor(match place {
        Place::Live(due_at, sequence, record) => format!("live:{}:{sequence}:{record}", to_microseconds(*due_at)),
        Place::Finished((finished_at, record)) => format!("finished:{}:{record}", to_microseconds(*finished_at)),
    })
}

fn parse(cursor: &Cursor) -> Result<Place> {
    let parts: Vec<&str> = cursor.0.split(':').collect();
    let instant = |text: &str| text.parse().map(from_microseconds).ok();
    let place = match parts.as_slice() {
        ["live", due_at, sequence, record] => instant(due_at)
            .zip(sequence.parse().ok().zip(record.parse().ok()))
            .map(|(due_at, (sequence, record))| Place::Live(due_at, sequence, record)),
        ["finished", finished_at, record] => instant(finished_at).zip(record.parse().ok()).map(Place::Finished),
        _ => None,
    };
    place.ok_or_else(|| Error::no_cursor(cursor))
}
