//! The verbs *inspect* and *counts*.

use std::collections::BTreeMap;

use egret_core::{
    CountRow, Counts, Cursor, Error, ErrorKind, JobFilter, JobOrder, JobRecord, JobState, Listing, Page, Result,
    SEARCHED_JOBS,
};

use super::Store;
use super::format::Format;
use super::gather::{Place, Placed};

impl<F: Format> Store<F> {
    pub(super) async fn list_jobs(
        &self,
        filter: &JobFilter,
        order: JobOrder,
        page: &Page,
    ) -> Result<Listing<JobRecord>> {
        let after = page.after.as_ref().map(parse).transpose()?;
        let rest = filter.without_text();
        let mut found = self.gather().await?;
        found.retain(|placed| rest.covers(&placed.record));
        let is_cut = filter.text.is_some() && found.len() > SEARCHED_JOBS;
        if is_cut {
            found.sort_by(|one, other| one.place.compare(&other.place, JobOrder::LatestFirst));
            found.truncate(SEARCHED_JOBS);
        }
        let among_newest = is_cut.then_some(found.len() as u64);
        found.sort_by(|one, other| one.place.compare(&other.place, order));
        found.retain(|placed| {
            after.as_ref().is_none_or(|after| placed.place.compare(after, order).is_gt())
                && filter.covers_text(&placed.record)
        });
        let has_more = found.len() > page.limit;
        found.truncate(page.limit);
        let next = found.last().filter(|_| has_more).map(|placed| write(&placed.place));
        Ok(Listing { items: found.into_iter().map(|placed| placed.record).collect(), next, among_newest })
    }

    pub(super) async fn count_jobs(&self) -> Result<Counts> {
        let mut tally: BTreeMap<(String, JobState), u64> = BTreeMap::new();
        for Placed { record, .. } in self.gather().await? {
            *tally.entry((record.queue, record.state)).or_default() += 1;
        }
        let rows = tally.into_iter().map(|((queue, state), n_jobs)| CountRow { queue, state, n_jobs }).collect();
        Ok(Counts { rows, is_exact: true })
    }
}

fn write(place: &Place) -> Cursor {
    Cursor(match place {
        Place::Live { at, source, number } => format!("live:{at}:{number}:{source}"),
        Place::GivenUp { before, id } => format!("given_up:{before}:{id}"),
    })
}

fn parse(cursor: &Cursor) -> Result<Place> {
    let refused = || Error::new(ErrorKind::InvalidInput, format!("`{}` is no cursor of this listing", cursor.0));
    let (kind, rest) = cursor.0.split_once(':').ok_or_else(refused)?;
    let (time, rest) = rest.split_once(':').ok_or_else(refused)?;
    let time: i64 = time.parse().map_err(|_| refused())?;
    match kind {
        "live" => {
            let (number, source) = rest.split_once(':').ok_or_else(refused)?;
            let number = number.parse().map_err(|_| refused())?;
            Ok(Place::Live { at: time, source: source.to_owned(), number })
        }
        "given_up" => Ok(Place::GivenUp { before: time, id: rest.to_owned() }),
        _ => Err(refused()),
    }
}
