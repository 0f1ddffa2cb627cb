//! The verbs *find* and *inspect*.

use std::ops::Bound;

use jiff::Timestamp;

use super::store::{FinishedKey, Store};
use crate::job_data::{from_microseconds, to_microseconds};
use crate::{Cursor, Error, ErrorKind, JobFilter, JobId, JobRecord, Listing, Page, Result};

/// Where a page ended: after a live job or after a finished one.
enum Place {
    Live(Timestamp, u64, u64),
    Finished(FinishedKey),
}

impl Store {
    pub(super) fn find(&mut self, id: &JobId) -> Option<JobRecord> {
        self.tick();
        match self.ids.get(id) {
            Some(record) => Some(self.jobs[record].to_record()),
            None => self.finished_ids.get(id).map(|key| self.finished[key].clone()),
        }
    }

    pub(super) fn inspect(&mut self, filter: &JobFilter, page: &Page) -> Result<Listing<JobRecord>> {
        self.tick();
        let after = page.after.as_ref().map(parse).transpose()?;
        let mut found = self
            .live_after(after.as_ref())
            .chain(self.finished_after(after.as_ref()))
            .filter(|(_, record)| filter.covers(record.state, &record.queue, &record.class));
        let taken: Vec<(Place, JobRecord)> = found.by_ref().take(page.limit).collect();
        let has_more = found.next().is_some();
        let next = taken.last().filter(|_| has_more).map(|(place, _)| write(place));
        Ok(Listing { items: taken.into_iter().map(|(_, record)| record).collect(), next })
    }

    fn live_after<'a>(&'a self, after: Option<&Place>) -> impl Iterator<Item = (Place, JobRecord)> + use<'a> {
        let from = match after {
            None => Some(Bound::Unbounded),
            Some(Place::Live(due_at, sequence, record)) => Some(Bound::Excluded((*due_at, *sequence, *record))),
            Some(Place::Finished(_)) => None,
        };
        let keys = from.into_iter().flat_map(|from| self.listing.range((from, Bound::Unbounded)));
        keys.map(|key| (Place::Live(key.0, key.1, key.2), self.jobs[&key.2].to_record()))
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
    place.ok_or_else(|| Error::new(ErrorKind::InvalidInput, format!("`{}` is no cursor of this listing", cursor.0)))
}
