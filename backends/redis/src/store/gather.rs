//! Everything that the store holds, read for listings and counts.

use std::cmp::Ordering;

use egret_core::job_data::to_microseconds;
use egret_core::{ErrorReport, JobRecord, JobState, Payload, Result, Runner, ServiceId, Timestamp, UNREADABLE};

use super::Store;
use super::format::{Format, Held};
use super::roster::WithBytes;

/// So many elements of a list are read at once.
const READ_AT_ONCE: isize = 1_000;
/// So many elements of each queue and of each shelf are looked at; what lies behind them is counted and not listed.
pub(super) const LOOKED_AT: usize = 20_000;

/// A job with its place in listings.
#[derive(Debug)]
pub(super) struct Placed {
    pub(super) place: Place,
    pub(super) record: JobRecord,
}

/// The place of a job in listings: live ones by time, then those given up, the latest first. Within a time by the names of
/// their lists and their places in them.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Place {
    Live { at: i64, source: String, number: u64 },
    GivenUp { before: i64, id: String },
}

impl Place {
    pub(super) fn compare(&self, other: &Self, order: egret_core::JobOrder) -> Ordering {
        match (self, other) {
            (Self::Live { .. }, Self::Live { .. }) if order == egret_core::JobOrder::LatestFirst => other.cmp(self),
            _ => self.cmp(other),
        }
    }
}

impl<F: Format> Store<F> {
    /// Everything, in no particular order.
    pub(super) async fn gather(&self) -> Result<Vec<Placed>> {
        let mut gathered = Vec::new();
        self.gather_claimed(&mut gathered).await?;
        let queues = self.look_for_queues().await?;
        for queue in queues.iter() {
            self.gather_queue(queue, &mut gathered).await?;
        }
        self.gather_reserved(&mut gathered).await?;
        self.gather_given_up(&mut gathered).await?;
        Ok(gathered)
    }

    async fn gather_claimed(&self, gathered: &mut Vec<Placed>) -> Result<()> {
        for service in self.roster(WithBytes::Yes).await? {
            let runner = service.runner();
            for (claim, held) in &service.claims {
                let Some(held) = held else { continue };
                let started_at = service.running.get(claim).copied();
                let record = self.claimed_record(held, service.id, runner.clone(), started_at);
                // Claims are older than what still lies in the lists.
                let at = to_microseconds(record.enqueued_at);
                let place = Place::Live { at, source: String::new(), number: *claim };
                gathered.push(Placed { place, record });
            }
        }
        Ok(())
    }

    fn claimed_record(
        &self,
        held: &Held,
        service: ServiceId,
        runner: Runner,
        started_at: Option<Timestamp>,
    ) -> JobRecord {
        let state = if started_at.is_some() { JobState::Running } else { JobState::Available };
        let mut record = self.format.read(&held.bytes, Some(&held.queue)).record(state, Some(&held.queue));
        record.claimed_by = Some(service);
        record.runner = Some(runner);
        record.started_at = started_at;
        record
    }

    /// The jobs of a queue, those taken next first. Each is listed at the time at which it came in, but not before one that is
    /// taken before it.
    async fn gather_queue(&self, queue: &str, gathered: &mut Vec<Placed>) -> Result<()> {
        let mut latest = 0;
        let mut counter = 0;
        for bytes in self.read_queue(queue, LOOKED_AT).await? {
            let record = self.format.read(&bytes, Some(queue)).record(JobState::Available, Some(queue));
            let at = to_microseconds(record.enqueued_at);
            if at > latest {
                (latest, counter) = (at, 0);
            }
            let place = Place::Live { at: latest, source: format!("queue:{queue}"), number: counter };
            counter += 1;
            gathered.push(Placed { place, record });
        }
        Ok(())
    }

    /// The bytes of a queue, those taken next first, at most so many.
    pub(super) async fn read_queue(&self, queue: &str, limit: usize) -> Result<Vec<Vec<u8>>> {
        let key = self.layout().queue(queue);
        let mut all: Vec<Vec<u8>> = Vec::new();
        loop {
            let from = isize::try_from(all.len()).unwrap_or(isize::MAX - READ_AT_ONCE);
            let (first, last) = match self.layout().taken_at {
                super::End::Left => (from, from + READ_AT_ONCE - 1),
                super::End::Right => (-from - READ_AT_ONCE, -from - 1),
            };
            let mut command = redis::cmd("LRANGE");
            command.arg(&key).arg(first).arg(last);
            let mut page: Vec<Vec<u8>> = self.driver.ask("read a queue", &command).await?;
            if self.layout().taken_at == super::End::Right {
                page.reverse();
            }
            let is_last = page.len() < READ_AT_ONCE.unsigned_abs();
            all.append(&mut page);
            if is_last || all.len() >= limit {
                all.truncate(limit);
                return Ok(all);
            }
        }
    }

    async fn gather_reserved(&self, gathered: &mut Vec<Placed>) -> Result<()> {
        let now = self.server_time().await?;
        let shelved = self.format.reserved(&self.driver, LOOKED_AT).await?;
        for (number, shelved) in shelved.into_iter().enumerate() {
            let element = self.format.read(&shelved.bytes, None);
            // What is due and not moved yet waits as well as what was moved.
            let state = match shelved.at <= now {
                true => JobState::Available,
                false => self.format.reserved_state(&shelved, &element),
            };
            let mut record = element.record(state, None);
            record.due_at = shelved.at;
            let at = to_microseconds(shelved.at);
            let place = Place::Live { at, source: format!("shelf:{}", shelved.shelf), number: number as u64 };
            gathered.push(Placed { place, record });
        }
        Ok(())
    }

    async fn gather_given_up(&self, gathered: &mut Vec<Placed>) -> Result<()> {
        for shelved in self.format.given_up(&self.driver, LOOKED_AT).await? {
            let mut record = self.format.read_given_up(&shelved.bytes).record(JobState::Discarded, None);
            record.finished_at = Some(shelved.at);
            if let Payload::Unreadable(unreadable) = &record.payload {
                record.error = Some(ErrorReport::new(UNREADABLE, unreadable.reason.clone()));
            }
            let place = Place::GivenUp { before: -to_microseconds(shelved.at), id: record.id.as_str().to_owned() };
            gathered.push(Placed { place, record });
        }
        Ok(())
    }
}
