//! Attempts that run: as few as services run jobs, so that they are sorted here.

use egret_core::job_data::from_microseconds;
use egret_core::{ExecutionFilter, ExecutionOrder, ExecutionState};

use super::Place;
use crate::inspect::Running;
use crate::writer::Session;

/// Places of attempts that run and that the filter covers, behind `after`.
pub(super) fn places(
    session: &Session<'_>,
    filter: &ExecutionFilter,
    order: ExecutionOrder,
    after: Option<Place>,
    running: &Running,
) -> Vec<Place> {
    let now = session.now();
    let mut keys: Vec<(i64, i64)> = running
        .iter()
        .filter(|job| job.is_running)
        .filter_map(|job| {
            let lane = session.books.lanes.get(job.lane)?;
            let started_at = job.started_at.unwrap_or(now);
            let is_meant = filter.covers_kind(ExecutionState::Running, &lane.queue, &lane.class)
                && filter.covers_moment(from_microseconds(started_at))
                && filter.covers_owner(job.owner.user.as_deref(), job.owner.site.as_deref());
            is_meant.then_some((started_at, job.record))
        })
        .collect();
    keys.sort_unstable();
    if order == ExecutionOrder::LatestFirst {
        keys.reverse();
    }
    if let Some(Place::Open { started_at, record }) = after {
        let last = (started_at, record);
        keys.retain(|key| match order {
            ExecutionOrder::LatestFirst => *key < last,
            ExecutionOrder::EarliestFirst => *key > last,
        });
    }
    keys.into_iter().map(|(started_at, record)| Place::Open { started_at, record }).collect()
}
