//! Jobs that nobody has claimed, in the order of claims.
//!
//! Each queue has a lane for every class, and another one for the interrupted jobs of the class. A claim merges the lanes
//! that it may take from, so that a million jobs of a class that nobody knows cost the claims of others nothing.

use std::collections::{BTreeMap, BTreeSet};

use jiff::Timestamp;

use super::job::Job;
use crate::{Backlog, BacklogRow, ClassSelection, JobState, Selection};

#[derive(Debug, Default)]
pub(super) struct Waiting {
    queues: BTreeMap<String, BTreeMap<LaneName, Lane>>,
    /// Reserved jobs of all lanes by their time, with queue and lane.
    reserved: BTreeMap<(Timestamp, u64), (String, LaneName, Place)>,
}

#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct LaneName {
    class: String,
    is_interrupted: bool,
}

#[derive(Debug, Default)]
struct Lane {
    available: BTreeSet<Place>,
    /// Due time and record.
    reserved: BTreeSet<(Timestamp, u64)>,
}

/// The place of a job in its queue: smaller is claimed first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Place {
    priority: i64,
    due_at: Timestamp,
    sequence: u64,
    record: u64,
}

impl Waiting {
    pub(super) fn insert(&mut self, job: &Job) {
        let (name, place) = whereabouts(job);
        let lane = self.queues.entry(job.queue.clone()).or_default().entry(name.clone()).or_default();
        if job.waits_as == JobState::Available {
            lane.available.insert(place);
        } else {
            lane.reserved.insert((job.due_at, job.record));
            self.reserved.insert((job.due_at, job.record), (job.queue.clone(), name, place));
        }
    }

    pub(super) fn remove(&mut self, job: &Job) {
        let (name, place) = whereabouts(job);
        self.reserved.remove(&(job.due_at, job.record));
        let Some(lanes) = self.queues.get_mut(&job.queue) else { return };
        let Some(lane) = lanes.get_mut(&name) else { return };
        lane.available.remove(&place);
        lane.reserved.remove(&(job.due_at, job.record));
        if lane.available.is_empty() && lane.reserved.is_empty() {
            lanes.remove(&name);
        }
        if lanes.is_empty() {
            self.queues.remove(&job.queue);
        }
    }

    /// Makes reserved jobs available that are due, and names their records.
    pub(super) fn promote(&mut self, now: Timestamp) -> Vec<u64> {
        let mut promoted = Vec::new();
        while let Some(entry) = self.reserved.first_entry().filter(|entry| entry.key().0 <= now) {
            let (key, (queue, name, place)) = entry.remove_entry();
            let lane = self.queues.get_mut(&queue).and_then(|lanes| lanes.get_mut(&name));
            let lane = lane.expect("a reserved job has a lane");
            lane.reserved.remove(&key);
            lane.available.insert(place);
            promoted.push(place.record);
        }
        promoted
    }

    /// Records of available jobs of one queue in the order of claims.
    pub(super) fn front(
        &self,
        queue: &str,
        classes: &ClassSelection,
        limit: usize,
        max_interrupted: usize,
    ) -> Vec<u64> {
        let Some(lanes) = self.queues.get(queue) else { return Vec::new() };
        let selected = lanes.iter().filter(|(name, _)| classes.contains(&name.class));
        let mut heads: Vec<_> =
            selected.map(|(name, lane)| (name.is_interrupted, lane.available.iter().peekable())).collect();
        let mut n_interrupted = 0;
        let mut front = Vec::new();
        while front.len() < limit {
            let open =
                heads.iter_mut().filter(|(is_interrupted, _)| !is_interrupted || n_interrupted < max_interrupted);
            let first = open.filter_map(|(is_interrupted, lane)| Some((*lane.peek()?, *is_interrupted, lane)));
            let Some((place, is_interrupted, lane)) = first.min_by_key(|(place, ..)| *place) else { break };
            front.push(place.record);
            n_interrupted += usize::from(is_interrupted);
            lane.next();
        }
        front
    }

    /// Names of queues in which jobs wait, in alphabetical order.
    pub(super) fn queues(&self) -> impl Iterator<Item = &str> {
        self.queues.keys().map(String::as_str)
    }

    /// Due time of a selected job: of one that is due, if there is one, else of the next reserved one.
    pub(super) fn next_due(&self, selection: &Selection, is_paused: impl Fn(&str) -> bool) -> Option<Timestamp> {
        let lanes = self.queues.iter().filter(|(queue, _)| !is_paused(queue)).flat_map(|(queue, lanes)| {
            lanes.iter().filter(move |(name, _)| selection.covers(queue, &name.class)).map(|(_, lane)| lane)
        });
        lanes.filter_map(Lane::next_due).min()
    }

    /// What is available, by queue and class.
    pub(super) fn backlog(&self) -> Backlog {
        let mut rows: Vec<BacklogRow> = Vec::new();
        let lanes = self.queues.iter().flat_map(|(queue, lanes)| lanes.iter().map(move |lane| (queue, lane)));
        for (queue, (name, lane)) in lanes {
            let Some(oldest_due_at) = lane.available.iter().map(|place| place.due_at).min() else { continue };
            let n_due = lane.available.len() as u64;
            // The lane of the interrupted jobs of a class comes next to that of the others.
            match rows.last_mut() {
                Some(row) if row.queue == *queue && row.class.as_ref() == Some(&name.class) => {
                    row.n_due += n_due;
                    row.oldest_due_at = oldest_due_at.min(row.oldest_due_at);
                }
                _ => rows.push(BacklogRow {
                    queue: queue.clone(),
                    class: Some(name.class.clone()),
                    n_due,
                    oldest_due_at,
                }),
            }
        }
        Backlog { rows, is_exact: true }
    }

    /// How many selected jobs are available, and how many are reserved, in queues that are not paused.
    pub(super) fn n_waiting(&self, selection: &Selection, is_paused: impl Fn(&str) -> bool) -> (usize, usize) {
        let open = self.queues.iter().filter(|(queue, _)| !is_paused(queue)).flat_map(|(queue, lanes)| {
            lanes.iter().filter(move |(name, _)| selection.covers(queue, &name.class)).map(|(_, lane)| lane)
        });
        open.fold((0, 0), |(available, reserved), lane| {
            (available + lane.available.len(), reserved + lane.reserved.len())
        })
    }
}

impl Lane {
    fn next_due(&self) -> Option<Timestamp> {
        self.available.first().map(|place| place.due_at).or_else(|| self.reserved.first().map(|(due_at, _)| *due_at))
    }
}

fn whereabouts(job: &Job) -> (LaneName, Place) {
    let name = LaneName { class: job.class.clone(), is_interrupted: job.interruptions > 0 };
    let place = Place { priority: job.priority, due_at: job.due_at, sequence: job.sequence, record: job.record };
    (name, place)
}
