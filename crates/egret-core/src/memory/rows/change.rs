//! The verb *change*: what people do to jobs.

use jiff::Timestamp;
use serde_json::Map;

use super::inspect::Place;
use super::job::Job;
use super::store::{FinishedKey, Store};
use crate::memory::precision::whole_microseconds;
use crate::{Change, ChangeReport, Former, JobFilter, JobId, JobOrder, JobState, Payload, Target};

/// Where a job was found.
#[derive(Clone, Copy)]
enum Found {
    Live(u64),
    Finished(FinishedKey),
}

impl Store {
    pub(super) fn change(&mut self, target: &Target, change: Change) -> ChangeReport {
        let now = self.tick();
        let mut report = ChangeReport::default();
        match target {
            Target::Ids(ids) => {
                for id in ids {
                    match self.locate(id) {
                        Some(found) => self.change_one(found, change, now, &mut report),
                        None => report.unknown.push(id.clone()),
                    }
                }
            }
            Target::Filter(filter) => {
                for found in self.covered(filter) {
                    self.change_one(found, change, now, &mut report);
                }
            }
            Target::Among { ids, filter } => {
                for id in ids {
                    if let Some(found) = self.locate(id).filter(|found| self.is_covered(*found, filter)) {
                        self.change_one(found, change, now, &mut report);
                    }
                }
            }
        }
        report
    }

    fn locate(&self, id: &JobId) -> Option<Found> {
        let live = self.ids.get(id).map(|record| Found::Live(*record));
        live.or_else(|| self.finished_ids.get(id).map(|key| Found::Finished(*key)))
    }

    fn covered(&self, filter: &JobFilter) -> Vec<Found> {
        let places = self.covered_places(filter, JobOrder::DueFirst);
        let found = |(place, _): (Place, _)| match place {
            Place::Live(_, _, record) => Found::Live(record),
            Place::Finished(key) => Found::Finished(key),
        };
        places.into_iter().map(found).collect()
    }

    fn is_covered(&self, found: Found, filter: &JobFilter) -> bool {
        match found {
            Found::Live(record) => filter.covers(&self.show(&self.jobs[&record])),
            Found::Finished(key) => filter.covers(&self.finished[&key]),
        }
    }

    fn change_one(&mut self, found: Found, change: Change, now: Timestamp, report: &mut ChangeReport) {
        match found {
            Found::Live(record) if self.jobs[&record].claim.is_some() => self.change_claimed(record, change, report),
            Found::Live(record) => self.change_waiting(record, change, now, report),
            Found::Finished(key) => self.change_finished(key, change, now, report),
        }
    }

    /// A claimed job can only be asked to stop.
    fn change_claimed(&mut self, record: u64, change: Change, report: &mut ChangeReport) {
        let job = self.jobs.get_mut(&record).expect("a job that was found is there");
        match (change, &mut job.claim) {
            (Change::Cancel, Some(claim)) => {
                claim.is_cancel_asked = true;
                report.asked.push(job.id.clone());
            }
            _ => report.refused.push((job.id.clone(), job.state())),
        }
    }

    fn change_waiting(&mut self, record: u64, change: Change, now: Timestamp, report: &mut ChangeReport) {
        let job = self.detach(record);
        let id = job.id.clone();
        let former = Former::new(job.waits_as, job.due_at);
        match (change, job.waits_as) {
            (Change::Retry, JobState::Retryable) => self.run_again(job, now),
            (Change::RunNow, JobState::Scheduled | JobState::Retryable) => self.wait_until(job, now, now),
            (Change::Reschedule(at), _) => self.wait_until(job, at, now),
            (Change::Cancel, _) => self.conclude(job, JobState::Cancelled, None, now),
            (Change::Delete, _) => self.forget(&id),
            (Change::Retry | Change::RunNow, state) => {
                self.attach(job);
                report.refused.push((id, state));
                return;
            }
        }
        report.add_changed(id, former);
    }

    fn change_finished(&mut self, key: FinishedKey, change: Change, now: Timestamp, report: &mut ChangeReport) {
        let (id, state) = (self.finished[&key].id.clone(), self.finished[&key].state);
        match change {
            // A live job has taken the id over: two of them would be one too many.
            Change::Retry if !self.ids.contains_key(&id) => self.revive(key, now),
            Change::Delete => {
                self.finished.remove(&key);
                self.finished_ids.remove(&id);
                self.forget(&id);
            }
            _ => return report.refused.push((id, state)),
        }
        report.add_changed(id, Former { state, due_at: None });
    }

    fn revive(&mut self, key: FinishedKey, now: Timestamp) {
        let finished = self.finished.remove(&key).expect("a job that was found is there");
        self.finished_ids.remove(&finished.id);
        let number = self.next_number();
        let job = Job {
            id: finished.id,
            record: number,
            sequence: number,
            queue: finished.queue,
            class: finished.class,
            priority: finished.priority,
            user: finished.user,
            payload: finished.payload,
            origin: finished.origin,
            due_at: now,
            enqueued_at: finished.enqueued_at,
            waits_as: JobState::Available,
            attempts: finished.attempt,
            interruptions: finished.interruptions,
            started_at: finished.started_at,
            error: finished.error,
            claim: None,
        };
        self.run_again(job, now);
    }

    /// Lets a job run at once with its retry counters reset. Attempts go on counting, so that their logs stay apart.
    fn run_again(&mut self, mut job: Job, now: Timestamp) {
        job.interruptions = 0;
        if let Payload::Job(data) = &mut job.payload {
            data.executions = 0;
            data.exception_executions = Some(Map::new());
        }
        self.queue_anew(job, now, JobState::Scheduled, now);
    }

    /// Gives a waiting job another time and leaves its order of enqueue.
    fn wait_until(&mut self, mut job: Job, at: Timestamp, now: Timestamp) {
        job.due_at = whole_microseconds(at);
        job.waits_as = if job.due_at > now { JobState::Scheduled } else { JobState::Available };
        self.attach(job);
    }

    /// Removes what is kept beside a job that is gone, unless a live one has its id.
    pub(super) fn forget(&mut self, id: &JobId) {
        if !self.ids.contains_key(id) {
            self.executions.remove(id);
            self.log_lines.retain(|(job, _), _| job != id);
        }
    }
}
