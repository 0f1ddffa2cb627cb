//! Everything that the store holds, read for listings and counts.

use std::cmp::Ordering;

use egret_core::job_data::to_microseconds;
use egret_core::{
    ErrorReport, JobFilter, JobOrder, JobRecord, JobState, Payload, Result, Runner, ServiceId, Timestamp, UNREADABLE,
};

use super::Store;
use super::format::{End, Format, Held, Shelved};
use super::roster::{WithBytes, ids};

/// So many elements of a list are read at once.
const READ_AT_ONCE: usize = 1_000;
/// So many elements of each queue and of each shelf are looked at for listings, those that are listed first.
pub(super) const LOOKED_AT: usize = 20_000;

/// A job with its place in listings and in the store.
#[derive(Debug)]
pub(super) struct Placed {
    pub(super) place: Place,
    pub(super) record: JobRecord,
    pub(super) source: Source,
    pub(super) bytes: Vec<u8>,
}

/// Where a job lies.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Source {
    Claim {
        service: ServiceId,
        claim: u64,
    },
    /// With a process of others, by its own word.
    Stranger,
    Queue(String),
    Shelf(&'static str),
}

/// The place of a job in listings: live ones by time, then those given up, the latest first. Within a time by the names of
/// their lists and their places in them.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Place {
    Live { at: i64, source: String, number: u64 },
    GivenUp { before: i64, id: String },
}

impl Place {
    pub(super) fn compare(&self, other: &Self, order: JobOrder) -> Ordering {
        match (self, other) {
            (Self::Live { .. }, Self::Live { .. }) if order == JobOrder::LatestFirst => other.cmp(self),
            _ => self.cmp(other),
        }
    }
}

/// What is read for: of each list, the jobs that come first in the order, until so many behind a place are covered.
#[derive(Debug)]
pub(super) struct Need<'a> {
    pub(super) filter: &'a JobFilter,
    pub(super) order: JobOrder,
    pub(super) after: Option<&'a Place>,
    pub(super) n_jobs: usize,
}

impl Need<'_> {
    fn wants(&self, placed: &Placed) -> bool {
        self.after.is_none_or(|after| placed.place.compare(after, self.order).is_gt())
            && self.filter.covers(&placed.record)
    }
}

impl<F: Format> Store<F> {
    /// Everything that is needed, and more, in no particular order.
    pub(super) async fn gather(&self, need: &Need<'_>) -> Result<Vec<Placed>> {
        let mut gathered = Vec::new();
        self.gather_claimed(&mut gathered).await?;
        let queues = self.look_for_queues().await?;
        for queue in queues.iter().filter(|queue| need.filter.queue.as_ref().is_none_or(|wanted| wanted == *queue)) {
            self.gather_queue(queue, need, &mut gathered).await?;
        }
        self.gather_reserved(&mut gathered).await?;
        self.gather_given_up(&mut gathered).await?;
        Ok(gathered)
    }

    pub(super) async fn gather_claimed(&self, gathered: &mut Vec<Placed>) -> Result<()> {
        let services = self.roster(WithBytes::Yes).await?;
        for stranger in self.format.strangers(&self.driver, &ids(&services)).await? {
            let (service, process) = (stranger.record.id, &stranger.record.process);
            for (number, (held, at)) in stranger.running.iter().enumerate() {
                let runner = Runner { service, host: process.host.clone(), pid: process.pid };
                let record = self.claimed_record(held, service, runner, JobState::Running, *at);
                let at = to_microseconds(record.enqueued_at);
                let place = Place::Live { at, source: format!("stranger:{service}"), number: number as u64 };
                gathered.push(Placed { place, record, source: Source::Stranger, bytes: held.bytes.clone() });
            }
        }
        for service in services {
            let runner = service.runner();
            for (claim, held) in &service.claims {
                let Some(held) = held else { continue };
                let started_at = service.running.get(claim).copied();
                let state = if started_at.is_some() { JobState::Running } else { JobState::Available };
                let record = self.claimed_record(held, service.id, runner.clone(), state, started_at);
                // Claims are older than what still lies in the lists.
                let at = to_microseconds(record.enqueued_at);
                let place = Place::Live { at, source: String::new(), number: *claim };
                let source = Source::Claim { service: service.id, claim: *claim };
                gathered.push(Placed { place, record, source, bytes: held.bytes.clone() });
            }
        }
        Ok(())
    }

    fn claimed_record(
        &self,
        held: &Held,
        service: ServiceId,
        runner: Runner,
        state: JobState,
        started_at: Option<Timestamp>,
    ) -> JobRecord {
        let mut record = self.format.read(&held.bytes, Some(&held.queue)).record(state, Some(&held.queue));
        record.claimed_by = Some(service);
        record.runner = Some(runner);
        record.started_at = started_at;
        record
    }

    /// The jobs of a queue, from the end that the order begins with. Each is listed at the time at which it came in, but not
    /// before one that is taken before it.
    async fn gather_queue(&self, queue: &str, need: &Need<'_>, gathered: &mut Vec<Placed>) -> Result<()> {
        let is_latest_first = need.order == JobOrder::LatestFirst;
        let length = if is_latest_first { self.queue_length(queue).await? } else { 0 };
        let mut last_at = if is_latest_first { i64::MAX } else { 0 };
        let (mut n_read, mut n_wanted) = (0, 0);
        while n_read < LOOKED_AT && n_wanted < need.n_jobs {
            let page =
                self.read_queue(queue, need.order, n_read, READ_AT_ONCE.min(need.n_jobs.saturating_mul(2))).await?;
            if page.is_empty() {
                break;
            }
            for bytes in page {
                let record = self.queued_record(&bytes, queue);
                let at = to_microseconds(record.enqueued_at);
                last_at = if is_latest_first { at.min(last_at) } else { at.max(last_at) };
                let number = if is_latest_first { length.saturating_sub(n_read as u64 + 1) } else { n_read as u64 };
                let place = Place::Live { at: last_at, source: format!("queue:{queue}"), number };
                let placed = Placed { place, record, source: Source::Queue(queue.to_owned()), bytes };
                n_wanted += usize::from(need.wants(&placed));
                n_read += 1;
                gathered.push(placed);
            }
        }
        Ok(())
    }

    pub(super) fn queued_record(&self, bytes: &[u8], queue: &str) -> JobRecord {
        self.format.read(bytes, Some(queue)).record(JobState::Available, Some(queue))
    }

    async fn queue_length(&self, queue: &str) -> Result<u64> {
        let mut command = redis::cmd("LLEN");
        command.arg(self.layout().queue(queue));
        self.driver.ask("count jobs", &command).await
    }

    /// Bytes of a queue from a place on: those taken next first, or those that came in last.
    pub(super) async fn read_queue(
        &self,
        queue: &str,
        order: JobOrder,
        from: usize,
        limit: usize,
    ) -> Result<Vec<Vec<u8>>> {
        let (from, to) = (signed(from), signed(from + limit.max(1) - 1));
        let is_from_right = (self.layout().taken_at == End::Right) == (order == JobOrder::DueFirst);
        let (first, last) = if is_from_right { (-to - 1, -from - 1) } else { (from, to) };
        let mut command = redis::cmd("LRANGE");
        command.arg(self.layout().queue(queue)).arg(first).arg(last);
        let mut page: Vec<Vec<u8>> = self.driver.ask("read a queue", &command).await?;
        if is_from_right {
            page.reverse();
        }
        Ok(page)
    }

    pub(super) async fn gather_reserved(&self, gathered: &mut Vec<Placed>) -> Result<()> {
        let now = self.server_time().await?;
        let shelved = self.format.reserved(&self.driver, LOOKED_AT).await?;
        for (number, shelved) in shelved.into_iter().enumerate() {
            let record = self.reserved_record(&shelved, now);
            let at = to_microseconds(shelved.at);
            let place = Place::Live { at, source: format!("shelf:{}", shelved.shelf), number: number as u64 };
            gathered.push(Placed { place, record, source: Source::Shelf(shelved.shelf), bytes: shelved.bytes });
        }
        Ok(())
    }

    pub(super) fn reserved_record(&self, shelved: &Shelved, now: Timestamp) -> JobRecord {
        let element = self.format.read(&shelved.bytes, None);
        // What is due and not moved yet waits as well as what was moved.
        let state = match shelved.at <= now {
            true => JobState::Available,
            false => self.format.reserved_state(shelved, &element),
        };
        let mut record = element.record(state, None);
        record.due_at = shelved.at;
        record
    }

    pub(super) async fn gather_given_up(&self, gathered: &mut Vec<Placed>) -> Result<()> {
        for shelved in self.format.given_up(&self.driver, LOOKED_AT).await? {
            let record = self.given_up_record(&shelved);
            let place = Place::GivenUp { before: -to_microseconds(shelved.at), id: record.id.as_str().to_owned() };
            gathered.push(Placed { place, record, source: Source::Shelf(shelved.shelf), bytes: shelved.bytes });
        }
        Ok(())
    }

    pub(super) fn given_up_record(&self, shelved: &Shelved) -> JobRecord {
        let mut record = self.format.read_given_up(&shelved.bytes).record(self.format.given_up_state(shelved), None);
        record.finished_at = Some(shelved.at);
        if let Payload::Unreadable(unreadable) = &record.payload {
            record.error = Some(ErrorReport::new(UNREADABLE, unreadable.reason.clone()));
        }
        record
    }
}

fn signed(number: usize) -> isize {
    isize::try_from(number).unwrap_or(isize::MAX)
}
