//! The verb *inspect_executions*: everything is read, since nothing is indexed.

use std::cmp::Reverse;

use jiff::Timestamp;

use super::store::Store;
use crate::job_data::{from_microseconds, to_microseconds};
use crate::{
    Cursor, Error, Execution, ExecutionFilter, ExecutionOrder, ExecutionRecord, ExecutionState, JobData, JobId,
    Listing, Page, Payload, Result,
};

/// Where an attempt is in the order of listings, earliest first: whether it is closed, its moment, its place among those
/// of its job, its job.
type Place = (bool, Timestamp, usize, JobId);

impl Store {
    pub(super) fn inspect_executions(
        &mut self,
        filter: &ExecutionFilter,
        order: ExecutionOrder,
        page: &Page,
    ) -> Result<Listing<ExecutionRecord>> {
        let after = page.after.as_ref().map(parse).transpose()?;
        let attempts = self.attempts();
        let mut found: Vec<(Place, Execution)> = attempts
            .into_iter()
            .filter(|(place, execution)| {
                let is_behind = after.as_ref().is_none_or(|after| is_before(order, after, place));
                is_behind
                    && filter.covers_kind(execution.state, &execution.queue, &execution.class)
                    && filter.covers_moment(place.1)
                    && self.covers_owner(filter, &execution.job_id)
            })
            .collect();
        found.sort_by(|(one, _), (other, _)| match is_before(order, one, other) {
            true => std::cmp::Ordering::Less,
            false => std::cmp::Ordering::Greater,
        });
        let has_more = found.len() > page.limit;
        found.truncate(page.limit);
        let next = found.last().filter(|_| has_more).map(|(place, _)| write(place));
        let items = found.into_iter().filter_map(|(_, execution)| {
            let payload = self.payload(&execution.job_id)?;
            Some(ExecutionRecord { execution, payload })
        });
        Ok(Listing::page(items.collect(), next))
    }

    /// Every attempt with its place.
    fn attempts(&mut self) -> Vec<(Place, Execution)> {
        let now = self.tick();
        let ended = self.executions.values().flat_map(|executions| executions.iter().cloned().enumerate());
        let running = self.jobs.values().filter_map(|job| {
            let index = self.executions.get(&job.id).map_or(0, Vec::len);
            Some((index, self.running_execution(job)?))
        });
        let placed = |(index, execution): (usize, Execution)| {
            let moment = execution.moment().unwrap_or(now);
            let is_closed = execution.state != ExecutionState::Running;
            ((is_closed, moment, index, execution.job_id.clone()), execution)
        };
        ended.chain(running).map(placed).collect()
    }

    fn covers_owner(&self, filter: &ExecutionFilter, id: &JobId) -> bool {
        if filter.user.is_none() && filter.site.is_none() {
            return true;
        }
        let owner = self.payload(id).and_then(|payload| payload.job().map(JobData::belonging)).unwrap_or_default();
        filter.covers_owner(owner.user.as_deref(), owner.site.as_deref())
    }

    fn payload(&self, id: &JobId) -> Option<Payload> {
        match self.ids.get(id) {
            Some(record) => Some(self.jobs[record].payload.clone()),
            None => self.finished_ids.get(id).map(|key| self.finished[key].payload.clone()),
        }
    }
}

fn is_before(order: ExecutionOrder, one: &Place, other: &Place) -> bool {
    let in_time = |place: &Place| (place.1, place.2, place.3.clone());
    match order {
        ExecutionOrder::EarliestFirst => (one.0, in_time(one)) < (other.0, in_time(other)),
        ExecutionOrder::LatestFirst => (one.0, Reverse(in_time(one))) < (other.0, Reverse(in_time(other))),
    }
}

fn write((is_closed, moment, index, id): &Place) -> Cursor {
    let kind = if *is_closed { "closed" } else { "open" };
    Cursor(format!("{kind}:{}:{index}:{id}", to_microseconds(*moment)))
}

fn parse(cursor: &Cursor) -> Result<Place> {
    let mut parts = cursor.0.splitn(4, ':');
    let place = (|| {
        let is_closed = match parts.next()? {
            "closed" => true,
            "open" => false,
            _ => return None,
        };
        let moment = from_microseconds(parts.next()?.parse().ok()?);
        Some((is_closed, moment, parts.next()?.parse().ok()?, JobId::from(parts.next()?)))
    })();
    place.ok_or_else(|| Error::no_cursor(cursor))
}
