//! The verbs *inspect*, *counts* and *count*.

use std::collections::BTreeMap;

use egret_core::{
    CountRow, Counts, JobFilter, JobOrder, JobRecord, JobState, Listing, Page, Result, SEARCHED_JOBS, Timestamp,
};

use super::filter_walk::{Place, Placed, Walk};
use super::record::queue_of;
use super::{Store, UNNAMED};

const COUNTS: &str = include_str!("../../queries/counts.sql");
const N_NEVER_RUN: &str = include_str!("../../queries/n_never_run.sql");

/// So many rows are read for a page, where a filter leaves few of them.
const READ_FOR_A_PAGE: usize = 5_000;

impl Store {
    pub(super) async fn list_jobs(
        &self,
        filter: &JobFilter,
        order: JobOrder,
        page: &Page,
    ) -> Result<Listing<JobRecord>> {
        let after = page.after.as_ref().map(Place::parse).transpose()?;
        if filter.text.is_some() {
            return self.list_found(filter, order, page, after).await;
        }
        let mut walk = self.begin_walk(filter, order, after).await?;
        let mut items = Vec::new();
        let mut last = after;
        while let Some(found) = self.go_on(&mut walk).await? {
            for placed in found {
                if items.len() == page.limit {
                    return Ok(Listing::page(items, last.map(Place::write)));
                }
                last = Some(Place::of(&placed.row));
                items.push(placed.record);
            }
            if walk.n_read >= READ_FOR_A_PAGE && items.len() < page.limit {
                return Ok(Listing::page(items, walk.reached().map(Place::write)));
            }
        }
        Ok(Listing::page(items, None))
    }

    /// A text is looked for in the newest jobs; all of them are read for each page.
    async fn list_found(
        &self,
        filter: &JobFilter,
        order: JobOrder,
        page: &Page,
        after: Option<Place>,
    ) -> Result<Listing<JobRecord>> {
        let (mut found, among_newest) = self.search(filter).await?;
        if order == JobOrder::DueFirst {
            let n_live = found.iter().take_while(|placed| placed.record.state != JobState::Discarded).count();
            found[..n_live].reverse();
        }
        let begin = match after {
            None => 0,
            Some(after) => {
                let place = found.iter().position(|placed| Place::of(&placed.row) == after);
                place.map_or(found.len(), |place| place + 1)
            }
        };
        let has_more = found.len() > begin + page.limit;
        let shown: Vec<Placed> = found.into_iter().skip(begin).take(page.limit).collect();
        let next = shown.last().filter(|_| has_more).map(|placed| Place::of(&placed.row).write());
        Ok(Listing { items: shown.into_iter().map(|placed| placed.record).collect(), next, among_newest })
    }

    /// Jobs in which a text stands, of the newest that match the rest of the filter; the latest first. Says among how many,
    /// if there were more.
    async fn search(&self, filter: &JobFilter) -> Result<(Vec<Placed>, Option<u64>)> {
        let mut walk = self.begin_walk(filter, JobOrder::LatestFirst, None).await?;
        let mut found = Vec::new();
        let mut n_searched = 0;
        while let Some(rows) = self.go_on(&mut walk).await? {
            for placed in rows {
                if n_searched == SEARCHED_JOBS {
                    return Ok((found, Some(n_searched as u64)));
                }
                n_searched += 1;
                if filter.covers_text(&placed.record) {
                    found.push(placed);
                }
            }
        }
        Ok((found, None))
    }

    /// The rows of all jobs that a filter covers.
    pub(super) async fn select_rows(&self, filter: &JobFilter) -> Result<Vec<i64>> {
        if filter.text.is_some() {
            return Ok(self.search(filter).await?.0.into_iter().map(|placed| placed.row.id).collect());
        }
        let mut walk = self.begin_walk(filter, JobOrder::DueFirst, Some(Place::FIRST_STORED)).await?;
        let mut found = Vec::new();
        while let Some(rows) = self.go_on(&mut walk).await? {
            found.extend(rows.into_iter().map(|placed| placed.row.id));
        }
        Ok(found)
    }

    async fn begin_walk<'a>(&self, filter: &'a JobFilter, order: JobOrder, after: Option<Place>) -> Result<Walk<'a>> {
        let mut step = self.look().await?;
        self.walk(&mut step, filter, order, after).await
    }

    /// The next rows of a walk. Others have their turn with the connection in between: a walk can be long.
    async fn go_on(&self, walk: &mut Walk<'_>) -> Result<Option<Vec<Placed>>> {
        let mut step = self.look().await?;
        self.next_rows(&mut step, walk).await
    }

    pub(super) async fn count_never_run(&self, before: Timestamp) -> Result<u64> {
        let mut step = self.look().await?;
        let found = step.query(&self.tables.fill(N_NEVER_RUN), vec![before.into()]).await?;
        Ok(found.first().map_or(0, |columns| u64::try_from(columns.integer(0)).unwrap_or(0)))
    }

    pub(super) async fn count_jobs(&self) -> Result<Counts> {
        let now = self.clock();
        let mut step = self.snapshot().await?;
        let parameters = vec![self.expired_before(now).into(), now.into()];
        let found = step.query(&self.tables.fill(COUNTS), parameters).await?;
        let mut tally: BTreeMap<(String, JobState), u64> = BTreeMap::new();
        for columns in &found {
            let state = match columns.text(1).as_deref() {
                Some("available") => JobState::Available,
                Some("retryable") => JobState::Retryable,
                Some("discarded") => JobState::Discarded,
                Some("scheduled") => JobState::Scheduled,
                // Those are looked at one by one.
                _ => continue,
            };
            let queue = columns.text(0).unwrap_or_else(|| UNNAMED.to_owned());
            *tally.entry((queue, state)).or_default() += u64::try_from(columns.integer(2)).unwrap_or(0);
        }
        let locked = self.locked_rows(&mut step).await?;
        let ids: Vec<i64> = locked.iter().map(|row| row.id).collect();
        let marks = self.marks_of(&mut step, &ids).await?;
        for row in &locked {
            let state = self.state(row, marks.get(&row.id), now);
            *tally.entry((queue_of(row).to_owned(), state)).or_default() += 1;
        }
        step.commit().await?;
        let rows = tally.into_iter().map(|((queue, state), n_jobs)| CountRow { queue, state, n_jobs }).collect();
        Ok(Counts { rows, is_exact: true })
    }

    pub(super) async fn count_covered(&self, filter: &JobFilter) -> Result<u64> {
        if filter.is_of_kind_only() && filter.class.is_none() {
            let counts = self.count_jobs().await?;
            let covered = counts.rows.iter().filter(|row| filter.covers_kind(row.state, &row.queue, ""));
            return Ok(covered.map(|row| row.n_jobs).sum());
        }
        if filter.text.is_some() {
            return Ok(self.search(filter).await?.0.len() as u64);
        }
        let mut walk = self.begin_walk(filter, JobOrder::DueFirst, Some(Place::FIRST_STORED)).await?;
        let mut n_jobs = 0;
        while let Some(rows) = self.go_on(&mut walk).await? {
            n_jobs += rows.len() as u64;
        }
        Ok(n_jobs)
    }
}
