//! The verbs *inspect*, *counts* and *count*.

use std::collections::BTreeMap;

use egret_core::{
    CountRow, Counts, Cursor, Error, JobFilter, JobOrder, JobRecord, JobState, Listing, Page, Result, SEARCHED_JOBS,
};
use redis::from_redis_value;

use super::Store;
use super::format::Format;
use super::gather::{Need, Place, Placed};

impl<F: Format> Store<F> {
    pub(super) async fn list_jobs(
        &self,
        filter: &JobFilter,
        order: JobOrder,
        page: &Page,
    ) -> Result<Listing<JobRecord>> {
        let after = page.after.as_ref().map(parse).transpose()?;
        let (mut found, among_newest) = self.select(filter, order, after.as_ref(), page.limit + 1).await?;
        found.retain(|placed| after.as_ref().is_none_or(|after| placed.place.compare(after, order).is_gt()));
        let has_more = found.len() > page.limit;
        found.truncate(page.limit);
        let next = found.last().filter(|_| has_more).map(|placed| write(&placed.place));
        Ok(Listing { items: found.into_iter().map(|placed| placed.record).collect(), next, among_newest })
    }

    /// The jobs that a filter covers, in order; of each list at least so many behind a place. A text is looked for in the
    /// newest; then it is said among how many.
    pub(super) async fn select(
        &self,
        filter: &JobFilter,
        order: JobOrder,
        after: Option<&Place>,
        n_jobs: usize,
    ) -> Result<(Vec<Placed>, Option<u64>)> {
        let rest = filter.without_text();
        let need = match filter.text {
            None => Need { filter, order, after, n_jobs },
            Some(_) => Need { filter: &rest, order: JobOrder::LatestFirst, after: None, n_jobs: SEARCHED_JOBS + 1 },
        };
        let mut found = self.gather(&need).await?;
        found.retain(|placed| rest.covers(&placed.record));
        let is_cut = filter.text.is_some() && found.len() > SEARCHED_JOBS;
        if is_cut {
            found.sort_by(|one, other| one.place.compare(&other.place, JobOrder::LatestFirst));
            found.truncate(SEARCHED_JOBS);
        }
        let among_newest = is_cut.then_some(found.len() as u64);
        found.retain(|placed| filter.covers_text(&placed.record));
        found.sort_by(|one, other| one.place.compare(&other.place, order));
        Ok((found, among_newest))
    }

    /// Queues by their lengths, everything else by what lies there. Of a shelf with more jobs than are looked at the rest is
    /// counted as those are; then the figures are no longer exact.
    pub(super) async fn count_jobs(&self) -> Result<Counts> {
        let mut tally: BTreeMap<(String, JobState), u64> = BTreeMap::new();
        let mut is_exact = true;
        let mut claimed = Vec::new();
        self.gather_claimed(&mut claimed).await?;
        count_into(&mut tally, &claimed, claimed.len() as u64);
        let queues = self.look_for_queues().await?;
        let mut pipeline = redis::pipe();
        for queue in queues.iter() {
            pipeline.cmd("LLEN").arg(self.layout().queue(queue));
        }
        if !pipeline.is_empty() {
            for (queue, length) in queues.iter().zip(self.driver.ask_all("count jobs", &pipeline).await?) {
                *tally.entry((queue.clone(), JobState::Available)).or_default() +=
                    from_redis_value::<u64>(length).unwrap_or(0);
            }
        }
        let sizes = self.format.shelf_sizes(&self.driver).await?;
        let (mut reserved, mut given_up) = (Vec::new(), Vec::new());
        self.gather_reserved(&mut reserved).await?;
        self.gather_given_up(&mut given_up).await?;
        for (looked_at, size) in [(reserved, sizes.reserved), (given_up, sizes.given_up)] {
            is_exact &= looked_at.len() as u64 >= size;
            count_into(&mut tally, &looked_at, size.max(looked_at.len() as u64));
        }
        tally.retain(|_, n_jobs| *n_jobs > 0);
        let rows = tally.into_iter().map(|((queue, state), n_jobs)| CountRow { queue, state, n_jobs }).collect();
        Ok(Counts { rows, is_exact })
    }

    pub(super) async fn count_covered(&self, filter: &JobFilter) -> Result<u64> {
        if filter.is_of_kind_only() && filter.class.is_none() {
            let counts = self.count_jobs().await?;
            let covered = counts.rows.iter().filter(|row| filter.covers_kind(row.state, &row.queue, ""));
            return Ok(covered.map(|row| row.n_jobs).sum());
        }
        let (found, _) = self.select(filter, JobOrder::DueFirst, None, usize::MAX).await?;
        Ok(found.len() as u64)
    }
}

/// Counts jobs by queue and state, as a part of so many.
fn count_into(tally: &mut BTreeMap<(String, JobState), u64>, part: &[Placed], n_jobs: u64) {
    let mut counted: BTreeMap<(String, JobState), u64> = BTreeMap::new();
    for Placed { record, .. } in part {
        *counted.entry((record.queue.clone(), record.state)).or_default() += 1;
    }
    for (kind, count) in counted {
        *tally.entry(kind).or_default() += count * n_jobs / part.len().max(1) as u64;
    }
}

fn write(place: &Place) -> Cursor {
    Cursor(match place {
        Place::Live { at, source, number } => format!("live:{at}:{number}:{source}"),
        Place::GivenUp { before, id } => format!("given_up:{before}:{id}"),
    })
}

fn parse(cursor: &Cursor) -> Result<Place> {
    let refused = || Error::no_cursor(cursor);
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
